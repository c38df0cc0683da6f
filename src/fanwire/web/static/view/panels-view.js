// The panels of one person and the tabs that choose one: one is shown at a time.

import { t } from "../text/language.js";
import { el, setAttribute, setText } from "./dom.js";
import { freshId } from "./fresh-id.js";
import { PANELS } from "./panels/registry.js";

class Place {
  /** One panel with its tab. `onChoose()` is called when the tab is pressed. */
  constructor(Panel, person, onChoose) {
    this.Panel = Panel;
    this.panel = new Panel(person);
    const panelId = freshId(`panel-${Panel.id}`);
    this.badge = el("span", { class: "count-badge", "aria-hidden": "true" });
    this.label = el("span", { class: "tab-label", text: `panel.${Panel.id}` });
    const attributes = { type: "button", class: "tab", "data-panel": Panel.id, "aria-controls": panelId };
    this.tab = el("button", { ...attributes, on: { click: onChoose } }, Panel.icon(), this.label, this.badge);
    const title = { role: "region", label: `panel.${Panel.id}`, class: `panel-room panel-${Panel.id}`, id: panelId };
    this.room = el("div", title, this.panel.element);
  }

  show(isShown) {
    this.room.hidden = !isShown;
    setAttribute(this.tab, "aria-current", isShown && "true");
    if (isShown) this.panel.show?.();
  }

  render(person) {
    this.tab.hidden = !this.isFor(person);
    const count = this.panel.count?.() ?? 0;
    setText(this.badge, count ? String(count) : "");
    this.badge.hidden = count === 0;
    setAttribute(this.tab, "aria-label", count ? t("panel.withCount", { title: t(`panel.${this.Panel.id}`), n: count }) : null);
    this.panel.render();
  }

  isFor(person) {
    return this.Panel.isFor?.(person) ?? true;
  }
}

export class PanelsView {

  constructor(person, first) {
    this.person = person;
    this.places = PANELS.map((Panel) => new Place(Panel, person, () => this.show(Panel.id)));
    this.tabs = el("nav", { class: "tabs", label: "panel.tabs" }, ...this.places.map(({ tab }) => tab));
    this.element = el("div", { class: "panels" }, ...this.places.map(({ room }) => room));
    this.show(first);
  }

  show(id) {
    for (const place of this.places) place.show(place.Panel.id === id);
  }

  /** True if some panel is the place of what a notification is about. */
  knows(notification) {
    return Boolean(this.#placeOf(notification));
  }

  /** Takes the reader to what a notification is about. */
  goTo(notification) {
    const place = this.#placeOf(notification);
    if (!place) return;
    this.show(place.Panel.id);
    place.panel.goTo(notification);
  }

  #placeOf(notification) {
    return this.places.find((place) => place.isFor(this.person) && place.panel.knows?.(notification));
  }

  render() {
    for (const place of this.places) place.render(this.person);
  }
}
