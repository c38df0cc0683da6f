// One post: its text or its teaser, the like button with a live counter, and its comments.

import { t, writtenAt } from "../text/language.js";
import { avatar, paintAvatar } from "./avatar.js";
import { CommentsView } from "./comments-view.js";
import { el, setAttribute, setText } from "./dom.js";
import { freshId } from "./fresh-id.js";
import { commentIcon, heartIcon, lockIcon } from "./icons.js";

const BEAT = [{ transform: "scale(1)" }, { transform: "scale(1.35)" }, { transform: "scale(1)" }];

/** Shows a number, and lets it beat once when it changes in front of the reader. */
function showNumber(element, number) {
  const text = String(number ?? 0);
  if (element.textContent === text) return;
  const isFirst = element.textContent === "";
  setText(element, text);
  if (!isFirst && !matchMedia("(prefers-reduced-motion: reduce)").matches) element.animate(BEAT, 350);
}

export class PostView {
  constructor(person, { id, creatorId }) {
    this.person = person;
    this.id = id;
    this.creatorId = creatorId;
    const titleId = freshId("post");
    this.title = el("h4", { id: titleId });
    this.content = el("p", { class: "content" });
    this.comments = new CommentsView(person, id, freshId("comments"));
    this.element = el(
      "article",
      { class: "card post", "aria-labelledby": titleId, "data-id": id },
      this.#makeHead(),
      this.title,
      this.content,
      this.#makeTeaser(),
      this.#makeActions(),
      this.comments.element,
    );
  }

  #makeHead() {
    this.avatar = avatar();
    this.author = el("strong");
    this.time = el("time");
    this.lockText = el("span");
    this.lock = el("span", { class: "lock" }, lockIcon(), this.lockText);
    return el("div", { class: "post-head" }, this.avatar, el("div", { class: "byline" }, this.author, this.time), this.lock);
  }

  #makeTeaser() {
    this.subscribe = el("button", { type: "button", class: "primary", on: { click: () => this.#subscribe() } });
    this.teaser = el("div", { class: "teaser" }, el("p", { text: "post.teaser" }), this.subscribe);
    return this.teaser;
  }

  #makeActions() {
    this.likes = el("span", { class: "number" });
    this.like = el("button", { type: "button", class: "action like", on: { click: () => this.#like() } }, heartIcon(), this.likes);
    this.commentsCount = el("span", { class: "number" });
    this.opener = el(
      "button",
      { type: "button", class: "action", "aria-controls": this.comments.element.id, on: { click: () => this.#toggleComments() } },
      commentIcon(),
      this.commentsCount,
    );
    this.actions = el("div", { class: "actions" }, this.like, this.opener);
    return this.actions;
  }

  update(post) {
    const name = this.person.feed.name(post.creatorId);
    paintAvatar(this.avatar, post.creatorId, name);
    setText(this.author, name);
    setText(this.time, writtenAt(post.createdAt));
    setText(this.title, post.title ?? "");
    setText(this.content, post.content ?? "");
    this.content.hidden = post.locked;
    this.#updateLock(post);
    this.#updateActions(post);
    this.comments.render();
  }

  #updateLock({ isLocked, locked, minSubscriptionTier }) {
    const tier = minSubscriptionTier && t(`tier.${minSubscriptionTier}`);
    this.tier = minSubscriptionTier ?? "basic";
    this.lock.hidden = isLocked === false;
    setText(this.lockText, tier ? t("post.lockedTier", { tier }) : t("post.locked"));
    setText(this.subscribe, tier ? t("post.subscribeTier", { tier }) : t("post.subscribe"));
    this.teaser.hidden = !locked;
    this.element.classList.toggle("is-locked", locked);
  }

  #updateActions({ locked, isLiked, likesCount, commentsCount }) {
    this.actions.hidden = locked;
    if (locked && this.comments.isOpen) this.comments.toggle();
    showNumber(this.likes, likesCount);
    showNumber(this.commentsCount, commentsCount);
    this.isLiked = Boolean(isLiked);
    setAttribute(this.like, "aria-pressed", String(this.isLiked));
    setAttribute(this.like, "aria-label", t("post.like", { n: likesCount ?? 0 }));
    setAttribute(this.opener, "aria-label", t("post.comments", { n: commentsCount ?? 0 }));
    setAttribute(this.opener, "aria-expanded", String(this.comments.isOpen));
  }

  async #like() {
    // One answer at a time: a second press before it would ask for the same again.
    if (this.like.hasAttribute("aria-busy")) return;
    setAttribute(this.like, "aria-busy", "true");
    await this.person.posts.like(this.id, !this.isLiked);
    setAttribute(this.like, "aria-busy", null);
  }

  async #subscribe() {
    this.subscribe.disabled = true;
    const done = await this.person.account.subscribe(this.creatorId, this.tier);
    this.subscribe.disabled = false;
    // The button is gone with the teaser: the reader goes on at the post it opened.
    if (done) this.like.focus();
  }

  #toggleComments() {
    this.comments.toggle();
    this.comments.render();
    setAttribute(this.opener, "aria-expanded", String(this.comments.isOpen));
    if (this.comments.isOpen) this.comments.content.focus();
  }
}
