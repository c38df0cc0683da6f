// A form behind a button: Escape and Cancel close it, and so does having sent it.

import { el, setAttribute } from "./dom.js";
import { freshId } from "./fresh-id.js";
import { plusIcon } from "./icons.js";

export class FormOpener {
  #send;

  /** `text` and `submit` are phrase keys; `send()` does it and says whether it was done. */
  constructor({ text, submit, send, ...attributes }, ...fields) {
    this.#send = send;
    const id = freshId("form");
    const toggle = { type: "button", class: "opener", "aria-expanded": "false", "aria-controls": id };
    this.opener = el("button", { ...toggle, on: { click: () => this.#open() } }, plusIcon(), el("span", { text }));
    this.submit = el("button", { type: "submit", class: "primary", text: submit });
    const cancel = el("button", { type: "button", text: "form.cancel", on: { click: () => this.#close() } });
    const on = { submit: (event) => this.#submit(event), keydown: (event) => this.#key(event) };
    const buttons = el("div", { class: "row" }, this.submit, cancel);
    this.form = el("form", { id, class: "card form", hidden: true, label: text, on }, ...fields, buttons);
    this.element = el("div", attributes, this.opener, this.form);
  }

  #open() {
    this.#show(true);
    this.form.querySelector("input, select, textarea").focus();
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

  async #submit(event) {
    event.preventDefault();
    this.submit.disabled = true;
    const done = await this.#send();
    this.submit.disabled = false;
    if (!done) return;
    this.form.reset();
    this.#close();
  }
}
