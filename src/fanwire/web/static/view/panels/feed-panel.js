// The posts of everybody, newest first.

import { t } from "../../text/language.js";
import { each, el, setAttribute, setText } from "../dom.js";
import { feedIcon } from "../icons.js";
import { PostView } from "../post-view.js";

export class FeedPanel {
  static id = "feed";
  static icon = feedIcon;
  #posts = new Map();

  constructor(person) {
    this.person = person;
    this.note = el("p", { class: "quiet feed-note" });
    this.feed = el("div", { class: "feed" });
    this.older = el("button", { type: "button", class: "more", text: "feed.older", on: { click: () => person.posts.showOlder() } });
    this.element = el("div", {}, this.note, this.feed, this.older);
  }

  render() {
    const { feed, me, isSettled, posts } = this.person;
    setAttribute(this.feed, "aria-busy", String(!isSettled));
    setText(this.note, t(me ? "feed.empty" : "column.loading"));
    this.note.hidden = feed.posts.length > 0;
    this.older.hidden = !posts.hasOlder;
    each(this.feed, this.#posts, feed.posts, (post) => new PostView(this.person, post));
  }
}
