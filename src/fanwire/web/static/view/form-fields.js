// Fields of forms: each with its label, read as what the API takes.

import { each, el } from "./dom.js";

/** A labelled field; `input` is any form element. */
export function field(key, input) {
  return el("label", {}, el("span", { text: key }), input);
}

/** A number that has to be given. */
export function number(name, { value, min = 1, max, step = 1 } = {}) {
  return el("input", { type: "number", inputmode: "numeric", name, value, min, max, step, required: true });
}

/** An amount in whole units of money (roubles), for `minorUnits`. */
export function amount(name, value, more = {}) {
  return number(name, { value, max: 100_000, ...more });
}

/** What an amount field says, in kopecks; 0 while it is empty. */
export function minorUnits(input) {
  return Math.round(Number(input.value) * 100);
}

class OptionView {
  constructor({ id }) {
    this.element = el("option", { value: id });
  }

  update({ text }) {
    if (this.element.textContent !== text) this.element.textContent = text;
  }
}

/** A choice whose options change while the page is open; what is chosen stays chosen. */
export class Choice {
  #views = new Map();

  constructor(attributes) {
    this.element = el("select", { required: true, ...attributes });
  }

  get value() {
    return this.element.value;
  }

  /** `options` are `{id, text}`. */
  render(options) {
    each(this.element, this.#views, options, (option) => new OptionView(option));
    if (this.element.selectedIndex < 0 && options.length > 0) this.element.selectedIndex = 0;
  }
}
