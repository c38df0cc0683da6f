// One post: its text or its teaser, the like button with a live counter, and its comments.

import { money, t, writtenAt } from "../text/language.js";
import { avatar, paintAvatar } from "./avatar.js";
import { CommentsView } from "./comments-view.js";
import { each, el, setAttribute, setText } from "./dom.js";
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

function picturesOf({ images }) {
  return Array.isArray(images) ? [...new Set(images)].map((id) => ({ id })) : [];
}

class PictureView {
  constructor({ id }) {
    this.element = el("img", { src: id, alt: "", loading: "lazy", on: { error: () => this.#missing() } });
  }

  update() {
    setAttribute(this.element, "alt", t("post.picture"));
  }

  // The address stands where the picture would be.
  #missing() {
    this.element.classList.add("is-missing");
  }
}

export class PostView {
  #pictures = new Map();

  constructor(person, { id, creatorId }) {
    this.person = person;
    this.id = id;
    this.creatorId = creatorId;
    const titleId = freshId("post");
    this.title = el("h4", { id: titleId });
    this.content = el("p", { class: "content" });
    this.pictures = el("div", { class: "pictures" });
    this.comments = new CommentsView(person, id, freshId("comments"));
    this.element = el(
      "article",
      { class: "card post", "aria-labelledby": titleId, "data-id": id },
      this.#makeHead(),
      this.title,
      this.content,
      this.pictures,
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
    this.reason = el("p", { class: "reason" });
    this.invitation = el("p");
    this.subscribe = el("button", { type: "button", class: "primary", on: { click: () => this.#subscribe() } });
    this.buy = el("button", { type: "button", class: "buy", on: { click: () => this.#buy() } });
    const ways = el("div", { class: "row" }, this.subscribe, this.buy);
    this.teaser = el("div", { class: "teaser" }, this.reason, this.invitation, ways);
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
    const name = this.person.name(post.creatorId);
    paintAvatar(this.avatar, post.creatorId, name, this.person.feed.person(post.creatorId).avatar);
    setText(this.author, name);
    setText(this.time, post.updatedAt ? t("post.edited", { time: writtenAt(post.createdAt) }) : writtenAt(post.createdAt));
    setText(this.title, post.title ?? "");
    setText(this.content, post.content ?? "");
    this.content.hidden = post.locked;
    const pictures = picturesOf(post);
    this.pictures.hidden = pictures.length === 0;
    each(this.pictures, this.#pictures, pictures, (picture) => new PictureView(picture));
    this.#updateLock(post);
    this.#updateTeaser(post);
    this.#updateActions(post);
    this.comments.render();
    this.#revealComment();
  }

  #updateLock({ isLocked, minSubscriptionTier, isPurchased }) {
    const tier = minSubscriptionTier && t(`tier.${minSubscriptionTier}`);
    this.lock.hidden = isLocked === false;
    this.lock.classList.toggle("is-bought", Boolean(isPurchased));
    setText(this.lockText, isPurchased ? t("post.bought") : tier ? t("post.lockedTier", { tier }) : t("post.locked"));
  }

  #updateTeaser({ locked, minSubscriptionTier, price, currency, closedReason }) {
    const tier = minSubscriptionTier && t(`tier.${minSubscriptionTier}`);
    this.tier = minSubscriptionTier ?? "basic";
    setText(this.subscribe, tier ? t("post.subscribeTier", { tier }) : t("post.subscribe"));
    this.teaser.hidden = !locked;
    this.element.classList.toggle("is-locked", locked);
    setText(this.reason, closedReason ? t(`closed.${closedReason}`) : "");
    this.reason.hidden = !closedReason;
    setText(this.invitation, t(price ? "post.teaserPrice" : "post.teaser"));
    this.buy.hidden = !price;
    if (price) setText(this.buy, t("post.buy", { price: money(price, currency ?? "RUB") }));
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

  #subscribe() {
    return this.#unlock(this.subscribe, () => this.person.account.subscribe(this.creatorId, this.tier));
  }

  #buy() {
    return this.#unlock(this.buy, () => this.person.posts.buy(this.id));
  }

  async #unlock(button, pay) {
    button.disabled = true;
    const done = await pay();
    button.disabled = false;
    // The button is gone with the teaser: the reader goes on at the post it opened.
    if (done) this.like.focus();
  }

  /** Shows this post, and of its comments this one. */
  reveal(commentId) {
    this.element.scrollIntoView({ block: "start" });
    if (this.actions.hidden) return;
    if (!this.comments.isOpen) this.#toggleComments();
    this.wanted = commentId;
    this.#revealComment();
  }

  #revealComment() {
    if (this.wanted && this.comments.reveal(this.wanted)) this.wanted = null;
  }

  #toggleComments() {
    this.comments.toggle();
    this.comments.render();
    setAttribute(this.opener, "aria-expanded", String(this.comments.isOpen));
    if (this.comments.isOpen) this.comments.content.focus();
  }
}
