// The form of a post: to write one, or to edit one's own.

import { el, setText } from "./dom.js";
import { t } from "../text/language.js";
import { freshId } from "./fresh-id.js";
import { PictureField } from "./picture-field.js";

const TIERS = ["any", "basic", "premium", "vip"];
const MINOR = 100;

export class PostForm {
  /** `onSend(post)` returns whether it went well; `onCancel()` is called by the button and by Escape. */
  constructor({ id, onSend, onCancel }) {
    this.onSend = onSend;
    this.onCancel = onCancel;
    this.title = el("input", { name: "title", required: true, maxlength: "200", autocomplete: "off" });
    this.content = el("textarea", { name: "content", required: true, rows: "3", maxlength: "20000" });
    this.pictures = new PictureField({ kind: "checkbox", name: freshId("pictures"), legend: "composer.pictures" });
    this.locked = el("input", { type: "checkbox", name: "locked", on: { change: () => this.#showLock() } });
    this.tier = el("select", { name: "tier" }, ...TIERS.map((tier) => el("option", { value: tier, text: `tier.${tier}` })));
    this.price = el("input", { type: "number", name: "price", min: "0", max: "10000000", step: "0.01", inputmode: "decimal" });
    this.submit = el("button", { type: "submit", class: "primary" });
    this.element = this.#makeForm(id);
    this.fill(null);
  }

  #makeForm(id) {
    const cancel = el("button", { type: "button", text: "composer.cancel", on: { click: () => this.onCancel() } });
    const field = (text, control) => el("label", {}, el("span", { text }), control);
    this.lockFields = el("div", { class: "pair" }, field("composer.tier", this.tier), field("composer.price", this.price));
    const on = { submit: (event) => this.#send(event), keydown: (event) => this.#key(event) };
    return el(
      "form",
      { id, class: "card form", on },
      field("composer.title", this.title),
      field("composer.content", this.content),
      this.pictures.element,
      el("label", { class: "inline" }, this.locked, el("span", { text: "composer.locked" })),
      this.lockFields,
      el("div", { class: "row" }, this.submit, cancel),
    );
  }

  /** Shows a post to edit, or nothing yet. */
  fill(post) {
    this.isNew = !post;
    this.title.value = post?.title ?? "";
    this.content.value = post?.content ?? "";
    this.pictures.value = post?.images ?? [];
    this.locked.checked = Boolean(post?.isLocked);
    this.tier.value = post?.minSubscriptionTier ?? "any";
    this.price.value = post?.price ? String(post.price / MINOR) : "";
    this.#showLock();
    this.render();
  }

  render() {
    setText(this.submit, t(this.isNew ? "composer.publish" : "composer.save"));
  }

  focus() {
    this.title.focus();
  }

  #showLock() {
    this.lockFields.hidden = !this.locked.checked;
  }

  #post() {
    const isLocked = this.locked.checked;
    const price = isLocked ? Math.round(Number(this.price.value) * MINOR) : 0;
    return {
      title: this.title.value,
      content: this.content.value,
      images: this.pictures.value,
      isLocked,
      minSubscriptionTier: isLocked && this.tier.value !== "any" ? this.tier.value : null,
      price: price || null,
    };
  }

  #key(event) {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    this.onCancel();
  }

  async #send(event) {
    event.preventDefault();
    this.submit.disabled = true;
    const done = await this.onSend(this.#post());
    this.submit.disabled = false;
    if (done) this.onCancel();
  }
}
