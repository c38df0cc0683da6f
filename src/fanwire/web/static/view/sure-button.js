// A button for what cannot be undone: the first press asks, the second does it.

import { t } from "../text/language.js";
import { el, setText } from "./dom.js";

export class SureButton {
  #isAsking = false;

  /** `text` is the phrase of the button, `sure` of its question. */
  constructor({ text, sure, onSure, ...attributes }) {
    this.text = text;
    this.sure = sure;
    const on = { click: () => this.#press(onSure), blur: () => this.#ask(false) };
    this.element = el("button", { type: "button", class: "small", ...attributes, on });
    this.render();
  }

  render() {
    setText(this.element, t(this.#isAsking ? this.sure : this.text));
    this.element.classList.toggle("is-asking", this.#isAsking);
  }

  #ask(isAsking) {
    this.#isAsking = isAsking;
    this.render();
  }

  #press(onSure) {
    const isSure = this.#isAsking;
    this.#ask(!isSure);
    if (isSure) onSure();
  }
}
