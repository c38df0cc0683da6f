// One line of a creator's own posts: how it stands, and the form to edit it.

import { money, t, writtenAt } from "../text/language.js";
import { el, setAttribute, setText } from "./dom.js";
import { freshId } from "./fresh-id.js";
import { PostForm } from "./post-form.js";
import { SureButton } from "./sure-button.js";

export class OwnPostView {
  constructor(person) {
    this.person = person;
    this.formId = freshId("edit");
    this.title = el("strong");
    this.note = el("span", { class: "quiet" });
    const edit = { type: "button", class: "small", text: "studio.edit", "aria-controls": this.formId, on: { click: () => this.#open() } };
    this.edit = el("button", edit);
    this.remove = new SureButton({ text: "studio.delete", sure: "studio.deleteSure", onSure: () => person.posts.remove(this.post.id) });
    this.line = el("div", { class: "own-post" }, el("div", { class: "person-words" }, this.title, this.note), el("div", { class: "person-acts" }, this.edit, this.remove.element));
    this.form = null; // made when it is asked for: there may be many posts
    this.element = el("li", { class: "own-post-row" }, this.line);
  }

  update(post) {
    this.post = post;
    setAttribute(this.element, "data-id", post.id);
    setText(this.title, post.title ?? "");
    setText(this.note, [writtenAt(post.createdAt), this.#lock(post), t("studio.counts", { likes: post.likesCount ?? 0, comments: post.commentsCount ?? 0 })].join(" · "));
    this.form?.render();
    this.remove.render();
  }

  #lock({ isLocked, minSubscriptionTier, price, currency }) {
    if (!isLocked) return t("studio.open");
    const tier = minSubscriptionTier ? t("post.lockedTier", { tier: t(`tier.${minSubscriptionTier}`) }) : t("post.locked");
    return price ? `${tier}, ${money(price, currency ?? "RUB")}` : tier;
  }

  #makeForm() {
    const onSend = (changes) => this.person.posts.edit(this.post.id, changes);
    const form = new PostForm({ id: this.formId, onSend, onCancel: () => this.#close() });
    this.element.append(form.element);
    return form;
  }

  #open() {
    this.form ??= this.#makeForm();
    this.form.fill(this.post);
    this.#show(true);
    this.form.focus();
  }

  #close() {
    this.#show(false);
    this.edit.focus();
  }

  #show(isOpen) {
    this.form.element.hidden = !isOpen;
    this.line.hidden = isOpen;
  }
}
