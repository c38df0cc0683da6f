// "Paid": a box, and the price of a message while it is ticked.

import { el } from "./dom.js";
import { amount, minorUnits } from "./form-fields.js";

export class PriceField {
  constructor() {
    this.paid = el("input", { type: "checkbox", name: "paid", on: { change: () => this.show() } });
    this.price = amount("price", 99);
    this.place = el("label", { class: "inline price" }, el("span", { text: "message.price" }), this.price);
    const paid = el("label", { class: "inline" }, this.paid, el("span", { text: "message.paid" }));
    this.element = el("div", { class: "row" }, paid, this.place);
    this.show();
  }

  /** In minor units; 0 for nothing. */
  get value() {
    return this.paid.checked ? minorUnits(this.price) : 0;
  }

  clear() {
    this.paid.checked = false;
    this.show();
  }

  show() {
    this.place.hidden = !this.paid.checked;
    this.price.disabled = !this.paid.checked;
  }
}
