// Elements are built here and nowhere else. Text enters as text nodes and attribute values only:
// nothing on this page reads data as markup.

import { t } from "../text/language.js";

const SVG = "http://www.w3.org/2000/svg";

/**
 * Makes an element. `on` holds listeners; `text`, `label` and `hint` are phrase keys for its text, its aria-label
 * and its placeholder, said again by `translate` when the language changes; the rest are attributes.
 */
export function el(tag, { on = {}, text, label, hint, ...attributes } = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  for (const [type, listener] of Object.entries(on)) element.addEventListener(type, listener);
  if (text) element.dataset.text = text;
  if (label) element.dataset.label = label;
  if (hint) element.dataset.hint = hint;
  say(element);
  element.append(...children.filter((child) => child !== undefined && child !== null));
  return element;
}

/** Sets an attribute; true is an empty value, and false, null and undefined take it away. */
export function setAttribute(element, name, value) {
  if (value === false || value === null || value === undefined) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value === true ? "" : value);
}

/** Sets the text of an element, and touches it only if it is different. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function say(element) {
  const { text, label, hint } = element.dataset;
  if (text) setText(element, t(text));
  if (label) setAttribute(element, "aria-label", t(label));
  if (hint) setAttribute(element, "placeholder", t(hint));
}

/** Says every fixed phrase under `root` in the current language. */
export function translate(root) {
  for (const element of root.querySelectorAll("[data-text], [data-label], [data-hint]")) say(element);
}

/** A decorative icon of one stroke path in a 24 by 24 box. */
export function icon(name, path) {
  const svg = document.createElementNS(SVG, "svg");
  const attributes = { viewBox: "0 0 24 24", class: `icon icon-${name}`, "aria-hidden": "true", focusable: "false" };
  for (const [attribute, value] of Object.entries(attributes)) svg.setAttribute(attribute, value);
  const stroke = document.createElementNS(SVG, "path");
  stroke.setAttribute("d", path);
  svg.append(stroke);
  return svg;
}

/**
 * Makes the children of `parent` one per item, in order. `create` gives an object with an `element` and an
 * `update(item)`. Elements that stay are not moved without need, so focus and selection survive.
 */
export function each(parent, views, items, create) {
  const keys = new Set(items.map(({ id }) => id));
  for (const [id, view] of views) {
    if (keys.has(id)) continue;
    view.element.remove();
    views.delete(id);
  }
  let next = parent.firstElementChild;
  for (const item of items) {
    if (!views.has(item.id)) views.set(item.id, create(item));
    const { element } = views.get(item.id);
    if (element === next) next = next.nextElementSibling;
    else parent.insertBefore(element, next);
    views.get(item.id).update(item);
  }
}
