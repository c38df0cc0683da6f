// A round letter in a colour of its own for each person.

import { el, setAttribute, setText } from "./dom.js";

const COLOURS = 6;

export function avatar() {
  return el("span", { class: "avatar", "aria-hidden": "true" });
}

export function paintAvatar(element, userId, name) {
  let sum = 0;
  for (const letter of userId) sum += letter.codePointAt(0);
  setText(element, [...name][0] ?? "·");
  setAttribute(element, "data-colour", userId ? String(sum % COLOURS) : "none");
}
