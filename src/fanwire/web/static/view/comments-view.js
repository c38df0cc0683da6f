// The comments of one post: a live list, and the form to add one.

import { t, writtenAt } from "../text/language.js";
import { avatar, paintAvatar } from "./avatar.js";
import { each, el, setText } from "./dom.js";

class CommentView {
  constructor(feed) {
    this.feed = feed;
    this.avatar = avatar();
    this.name = el("strong");
    this.time = el("time");
    this.content = el("p");
    const body = el("div", {}, el("div", { class: "byline" }, this.name, this.time), this.content);
    this.element = el("li", { class: "comment" }, this.avatar, body);
  }

  update({ userId, nickname, isAnonymous, content, createdAt }) {
    const name = isAnonymous ? t("comment.anonymous") : userId ? this.feed.name(userId) : (nickname ?? "");
    paintAvatar(this.avatar, isAnonymous ? "" : (userId ?? ""), name);
    setText(this.name, name);
    setText(this.time, writtenAt(createdAt));
    setText(this.content, content);
  }
}

export class CommentsView {
  #views = new Map();

  constructor(person, postId, id) {
    this.person = person;
    this.postId = postId;
    this.note = el("p", { class: "quiet" });
    this.list = el("ul", { class: "comments" });
    this.content = el("input", { name: "content", required: true, maxlength: "4000", autocomplete: "off", label: "comment.label", hint: "comment.label" });
    this.hide = el("input", { type: "checkbox", name: "anonymous" });
    this.send = el("button", { type: "submit", class: "primary", text: "comment.send" });
    const anonymous = el("label", { class: "inline" }, this.hide, el("span", { text: "comment.hide" }));
    const form = el("form", { class: "comment-form", on: { submit: (event) => this.#submit(event) } }, this.content, anonymous, this.send);
    this.element = el("div", { id, class: "comments-place", hidden: true }, this.note, this.list, form);
  }

  get isOpen() {
    return !this.element.hidden;
  }

  toggle() {
    this.element.hidden = this.isOpen;
    if (this.isOpen) void this.person.posts.openComments(this.postId);
    else this.person.posts.closeComments(this.postId);
  }

  render() {
    if (!this.isOpen) return;
    const comments = this.person.feed.comments(this.postId);
    setText(this.note, comments ? t("comment.empty") : t("comment.loading"));
    this.note.hidden = Boolean(comments?.length);
    each(this.list, this.#views, comments ?? [], () => new CommentView(this.person.feed));
  }

  async #submit(event) {
    event.preventDefault();
    this.send.disabled = true;
    const done = await this.person.posts.comment(this.postId, { content: this.content.value, isAnonymous: this.hide.checked });
    this.send.disabled = false;
    if (done) this.content.value = "";
  }
}
