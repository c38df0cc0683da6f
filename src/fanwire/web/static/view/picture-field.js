// Chooses pictures: some that come with the page, and one by its address.

import { el } from "./dom.js";
import { SAMPLES } from "./pictures.js";

export class PictureField {
  /** `kind` is "checkbox" for several pictures, "radio" for one; `name` is unique on the page for a radio. */
  constructor({ kind, name, legend }) {
    this.choices = SAMPLES.map((address, index) => {
      const input = el("input", { type: kind, name, value: address, class: "visually-hidden", on: { click: () => this.#clicked(input) } });
      const label = el("span", { class: "visually-hidden", text: `picture.${index}` });
      const picture = el("img", { src: address, alt: "" });
      return { input, element: el("label", { class: "sample" }, input, picture, label) };
    });
    this.address = el("input", { type: "url", name: `${name}-address`, maxlength: "2048", autocomplete: "off", label: "picture.address", hint: "picture.address" });
    const samples = el("div", { class: "samples" }, ...this.choices.map(({ element }) => element));
    this.element = el("fieldset", { class: "picture-field" }, el("legend", { text: legend }), samples, this.address);
    this.chosen = null;
  }

  get value() {
    const chosen = this.choices.filter(({ input }) => input.checked).map(({ input }) => input.value);
    return [...chosen, this.address.value.trim()].filter(Boolean);
  }

  set value(addresses) {
    for (const { input } of this.choices) input.checked = addresses.includes(input.value);
    this.address.value = addresses.find((address) => !SAMPLES.includes(address)) ?? "";
    this.chosen = this.choices.find(({ input }) => input.checked)?.input ?? null;
  }

  // A radio that is pressed again lets go: no picture is a choice too.
  #clicked(input) {
    if (input.type !== "radio") return;
    if (this.chosen === input) input.checked = false;
    this.chosen = input.checked ? input : null;
  }
}
