// A round letter in a colour of its own for each person, or their picture.

import { el, setAttribute, setText } from "./dom.js";

const COLOURS = 6;

export function avatar() {
  return el("span", { class: "avatar", "aria-hidden": "true" });
}

/** `picture` is an address; one that cannot be loaded leaves the letter. */
export function paintAvatar(element, userId, name, picture = "") {
  let sum = 0;
  for (const letter of userId) sum += letter.codePointAt(0);
  setAttribute(element, "data-colour", userId ? String(sum % COLOURS) : "none");
  if (element.dataset.picture === picture && picture) return;
  setAttribute(element, "data-picture", picture || null);
  if (picture) showPicture(element, picture, name);
  else setText(element, letterOf(name));
}

function letterOf(name) {
  return [...name][0] ?? "·";
}

function showPicture(element, picture, name) {
  const image = el("img", { src: picture, alt: "", on: { error: () => setText(element, letterOf(name)) } });
  element.replaceChildren(image);
}
