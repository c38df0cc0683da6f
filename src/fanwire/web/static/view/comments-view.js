// The comments of one post: a live list with replies, and the form to add one.

import { t, writtenAt } from "../text/language.js";
import { avatar, paintAvatar } from "./avatar.js";
import { each, el, setAttribute, setText } from "./dom.js";
import { heartIcon } from "./icons.js";

class CommentView {
  /** `answer(comment)` begins a reply to it. */
  constructor(person, postId, answer) {
    this.person = person;
    this.postId = postId;
    this.avatar = avatar();
    this.name = el("strong");
    this.time = el("time");
    this.content = el("p", { class: "comment-text" });
    this.likes = el("span", { class: "number" });
    this.like = el("button", { type: "button", class: "plain like", on: { click: () => this.#like() } }, heartIcon(), this.likes);
    this.reply = el("button", { type: "button", class: "plain reply", text: "comment.reply", on: { click: () => answer(this.comment) } });
    this.remove = el("button", { type: "button", class: "plain remove", text: "comment.remove", on: { click: () => this.#remove() } });
    this.acts = el("div", { class: "comment-acts" }, this.like, this.reply, this.remove);
    const body = el("div", {}, el("div", { class: "byline" }, this.name, this.time), this.content, this.acts);
    this.element = el("li", { class: "comment", tabindex: "-1" }, this.avatar, body);
  }

  update(comment) {
    this.comment = comment;
    setAttribute(this.element, "data-id", comment.id);
    this.element.classList.toggle("is-reply", comment.depth > 0);
    this.element.classList.toggle("is-deleted", Boolean(comment.isDeleted));
    this.#updateAuthor(comment);
    setText(this.time, comment.isDeleted ? "" : writtenAt(comment.createdAt));
    setText(this.content, comment.isDeleted ? t("comment.deleted") : comment.content);
    this.#updateActs(comment);
  }

  #updateAuthor({ userId, nickname, isAnonymous, isDeleted, isMine }) {
    const { feed } = this.person;
    const name = isAnonymous ? t(isMine ? "comment.anonymousMe" : "comment.anonymous") : userId ? feed.name(userId) : (nickname ?? "");
    const isSomebody = !isAnonymous && Boolean(userId);
    paintAvatar(this.avatar, isSomebody ? userId : "", isDeleted ? "" : name, isSomebody ? feed.person(userId).avatar : "");
    setText(this.name, isDeleted ? "" : name);
  }

  #updateActs({ isDeleted, isMine, userId, isLiked, likesCount, content }) {
    // A button that goes away hands its focus to its comment, so that a keyboard does not start over.
    if (isDeleted && this.acts.contains(document.activeElement)) this.element.focus();
    this.acts.hidden = Boolean(isDeleted);
    this.remove.hidden = !isMine && userId !== this.person.userId;
    setText(this.likes, likesCount ? String(likesCount) : "");
    setAttribute(this.like, "aria-pressed", String(Boolean(isLiked)));
    setAttribute(this.like, "aria-label", t("comment.like", { n: likesCount ?? 0 }));
    setAttribute(this.reply, "aria-label", t("comment.replyTo", { text: content }));
  }

  async #like() {
    if (this.like.hasAttribute("aria-busy")) return;
    setAttribute(this.like, "aria-busy", "true");
    await this.person.posts.likeComment(this.postId, this.comment.id, !this.comment.isLiked);
    setAttribute(this.like, "aria-busy", null);
  }

  #remove() {
    void this.person.posts.removeComment(this.postId, this.comment.id);
  }
}

export class CommentsView {
  #views = new Map();
  #answered = null; // the comment that is being answered

  constructor(person, postId, id) {
    this.person = person;
    this.postId = postId;
    this.note = el("p", { class: "quiet" });
    this.list = el("ul", { class: "comments" });
    const keys = { keydown: (event) => this.#key(event) };
    this.content = el("input", { name: "content", required: true, maxlength: "4000", autocomplete: "off", label: "comment.label", hint: "comment.label", on: keys });
    this.hide = el("input", { type: "checkbox", name: "anonymous" });
    this.send = el("button", { type: "submit", class: "primary", text: "comment.send" });
    const anonymous = el("label", { class: "inline" }, this.hide, el("span", { text: "comment.hide" }));
    const form = el("form", { class: "comment-form", on: { submit: (event) => this.#submit(event) } }, this.#makeAnswered(), this.content, this.send, anonymous);
    this.element = el("div", { id, class: "comments-place", hidden: true }, this.note, this.list, form);
  }

  #makeAnswered() {
    this.answeredText = el("span");
    const cancel = el("button", { type: "button", class: "plain", text: "comment.noReply", on: { click: () => this.#answer(null) } });
    this.answered = el("p", { class: "answered quiet", hidden: true }, this.answeredText, cancel);
    return this.answered;
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
    const comments = this.person.feed.thread(this.postId);
    setText(this.note, comments ? t("comment.empty") : t("comment.loading"));
    this.note.hidden = Boolean(comments?.length);
    const answer = (comment) => this.#answer(comment);
    each(this.list, this.#views, comments ?? [], () => new CommentView(this.person, this.postId, answer));
    this.answered.hidden = !this.#answered;
    setText(this.answeredText, this.#answered ? t("comment.replyTo", { text: this.#answered.content }) : "");
  }

  /** Shows one comment, as soon as it is here. */
  reveal(commentId) {
    const view = this.#views.get(commentId);
    view?.element.scrollIntoView({ block: "nearest" });
    view?.element.focus({ preventScroll: true });
    return Boolean(view);
  }

  #answer(comment) {
    this.#answered = comment;
    this.render();
    this.content.focus();
  }

  #key(event) {
    if (event.key !== "Escape" || !this.#answered) return;
    event.stopPropagation();
    this.#answer(null);
  }

  async #submit(event) {
    event.preventDefault();
    const parent = this.#answered && { parentId: this.#answered.id };
    this.send.disabled = true;
    const done = await this.person.posts.comment(this.postId, { content: this.content.value, isAnonymous: this.hide.checked, ...parent });
    this.send.disabled = false;
    if (!done) return;
    this.content.value = "";
    this.#answered = null;
    this.render();
  }
}
