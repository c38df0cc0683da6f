// The posts of everybody, newest first.

import { t } from "../../text/language.js";
import { each, el, setAttribute, setText } from "../dom.js";
import { feedIcon } from "../icons.js";
import { PostView } from "../post-view.js";

export class FeedPanel {
  static id = "feed";
  static icon = feedIcon;
  choices = [];
  #posts = new Map();

  constructor(person) {
    this.person = person;
    this.note = el("p", { class: "quiet feed-note" });
    this.filter = el("div", { class: "segments", role: "group", label: "feed.filter" }, this.#makeChoice("feed.all", false), this.#makeChoice("feed.following", true));
    this.feed = el("div", { class: "feed" });
    this.older = el("button", { type: "button", class: "more", text: "feed.older", on: { click: () => person.posts.showOlder() } });
    this.element = el("div", { class: "stack" }, this.filter, this.note, this.feed, this.older);
  }

  #makeChoice(text, isFollowing) {
    const button = el("button", { type: "button", text, on: { click: () => this.person.posts.showFollowing(isFollowing) } });
    this.choices.push({ button, isFollowing });
    return button;
  }

  /** Everything about a post leads here, but its auction and tips. */
  knows({ type, metadata }) {
    return Boolean(metadata?.postId) && !type.startsWith("AUCTION_") && type !== "TIP_RECEIVED";
  }

  goTo({ metadata }) {
    const view = this.#posts.get(metadata.postId);
    if (view) view.reveal(metadata.commentId);
    else this.person.tell(() => t("feed.gone"));
  }

  render() {
    const { feed, me, isSettled, posts } = this.person;
    setAttribute(this.feed, "aria-busy", String(!isSettled));
    for (const { button, isFollowing } of this.choices) setAttribute(button, "aria-pressed", String(posts.isFollowing === isFollowing));
    this.filter.hidden = this.person.isCreator;
    setText(this.note, t(!me ? "column.loading" : posts.isFollowing ? "feed.emptyFollowing" : "feed.empty"));
    this.note.hidden = feed.posts.length > 0;
    this.older.hidden = !posts.hasOlder;
    each(this.feed, this.#posts, feed.posts, (post) => new PostView(this.person, post));
  }
}
