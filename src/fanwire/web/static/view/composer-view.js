// The form in which a creator writes a post.

import { el, setAttribute } from "./dom.js";
import { freshId } from "./fresh-id.js";
import { plusIcon } from "./icons.js";

const TIERS = ["any", "basic", "premium", "vip"];

export class ComposerView {
  constructor(person) {
    this.person = person;
    const formId = freshId("composer");
    this.opener = el(
      "button",
      { type: "button", class: "opener", "aria-expanded": "false", "aria-controls": formId, on: { click: () => this.#open() } },
      plusIcon(),
      el("span", { text: "composer.open" }),
    );
    this.form = this.#makeForm(formId);
    this.element = el("div", { class: "composer" }, this.opener, this.form);
  }

  #makeForm(id) {
    this.title = el("input", { name: "title", required: true, maxlength: "200", autocomplete: "off" });
    this.content = el("textarea", { name: "content", required: true, rows: "3", maxlength: "20000" });
    this.locked = el("input", { type: "checkbox", name: "locked", on: { change: () => this.render() } });
    this.tier = el("select", { name: "tier" }, ...TIERS.map((tier) => el("option", { value: tier, text: `tier.${tier}` })));
    this.tierField = el("label", { class: "inline", hidden: true }, el("span", { text: "composer.tier" }), this.tier);
    this.submit = el("button", { type: "submit", class: "primary", text: "composer.publish" });
    const cancel = el("button", { type: "button", text: "composer.cancel", on: { click: () => this.#close() } });
    return el(
      "form",
      { id, class: "card form", hidden: true, on: { submit: (event) => this.#publish(event), keydown: (event) => this.#key(event) } },
      el("label", {}, el("span", { text: "composer.title" }), this.title),
      el("label", {}, el("span", { text: "composer.content" }), this.content),
      el("div", { class: "row" }, el("label", { class: "inline" }, this.locked, el("span", { text: "composer.locked" })), this.tierField),
      el("div", { class: "row" }, this.submit, cancel),
    );
  }

  render() {
    this.element.hidden = !this.person.isCreator;
    this.tierField.hidden = !this.locked.checked;
  }

  #open() {
    this.#show(true);
    this.title.focus();
  }

  #close() {
    this.#show(false);
    this.opener.focus();
  }

  #show(open) {
    this.form.hidden = !open;
    this.opener.hidden = open;
    setAttribute(this.opener, "aria-expanded", String(open));
  }

  #key(event) {
    if (event.key === "Escape") this.#close();
  }

  async #publish(event) {
    event.preventDefault();
    const isLocked = this.locked.checked;
    const tier = isLocked && this.tier.value !== "any" ? { minSubscriptionTier: this.tier.value } : {};
    this.submit.disabled = true;
    const done = await this.person.posts.publish({ title: this.title.value, content: this.content.value, isLocked, ...tier });
    this.submit.disabled = false;
    if (!done) return;
    this.form.reset();
    this.render();
    this.#close();
  }
}
