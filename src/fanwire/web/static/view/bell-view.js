// The bell: exact unread count, and the list behind it. A disclosure: Escape and leaving it close it.

import { t, writtenAt } from "../text/language.js";
import { messageOf, titleOf } from "../text/server-phrases.js";
import { each, el, setAttribute, setText } from "./dom.js";
import { freshId } from "./fresh-id.js";
import { bellIcon, notificationIcon } from "./icons.js";

class NotificationView {
  /** `bell` is asked where a notification leads to. */
  constructor(bell, { id, type }) {
    this.bell = bell;
    this.title = el("strong");
    this.message = el("span");
    this.time = el("time");
    this.unread = el("span", { class: "visually-hidden", text: "bell.unread" });
    this.open = el("button", { type: "button", class: "plain open", on: { click: () => this.#follow() } }, this.title);
    const read = { type: "button", class: "plain read", text: "bell.read", on: { click: () => bell.person.inbox.readOne(id) } };
    this.read = el("button", read);
    const sign = el("span", { class: "sign" }, notificationIcon(type));
    const foot = el("div", { class: "notification-foot" }, this.time, this.read);
    const words = el("div", { class: "notification-words" }, this.open, this.unread, this.message, foot);
    this.element = el("li", { class: "notification", tabindex: "-1", "data-id": id, "data-type": type }, sign, words);
  }

  update(item) {
    this.item = item;
    setText(this.title, titleOf(item));
    setText(this.message, messageOf(item));
    setText(this.time, writtenAt(item.createdAt));
    setAttribute(this.read, "aria-label", t("bell.readOne", { title: titleOf(item) }));
    this.open.disabled = !this.bell.knows(item);
    this.element.classList.toggle("is-unread", !item.isRead);
    this.unread.hidden = item.isRead;
    // A button that goes away hands its focus to its item, so that a keyboard does not start over.
    if (item.isRead && document.activeElement === this.read) this.element.focus();
    this.read.hidden = item.isRead;
  }

  #follow() {
    if (!this.item.isRead) void this.bell.person.inbox.readOne(this.item.id);
    this.bell.toggle(false);
    this.bell.goTo(this.item);
  }
}

export class BellView {
  #views = new Map();

  /**
   * `signal` ends what the view listens to outside its own elements; `knows(notification)` says whether one leads
   * anywhere, and `goTo(notification)` goes there.
   */
  constructor(person, { signal, knows, goTo }) {
    this.person = person;
    this.knows = knows;
    this.goTo = goTo;
    const panelId = freshId("bell");
    this.badge = el("span", { class: "badge", "aria-hidden": "true" });
    this.button = el(
      "button",
      { type: "button", class: "bell", "aria-expanded": "false", "aria-controls": panelId, on: { click: () => this.toggle() } },
      bellIcon(),
      this.badge,
    );
    this.status = el("span", { class: "visually-hidden", role: "status", "aria-live": "polite" });
    this.panel = this.#makePanel(panelId);
    this.element = el("div", { class: "bell-place" }, this.button, this.status, this.panel);
    this.element.addEventListener("keydown", (event) => this.#key(event));
    this.element.addEventListener("focusout", ({ relatedTarget }) => this.#focusMoved(relatedTarget));
    document.addEventListener("pointerdown", ({ target }) => this.#pointed(target), { signal });
  }

  #makePanel(id) {
    const { person } = this;
    this.readAll = el("button", { type: "button", class: "small", text: "bell.readAll", on: { click: () => this.#act("readAll") } });
    this.clear = el("button", { type: "button", class: "small", text: "bell.clear", on: { click: () => this.#act("clear") } });
    this.empty = el("p", { class: "quiet", text: "bell.empty" });
    this.list = el("ul", { class: "notifications" });
    const more = { type: "button", class: "small more", text: "bell.more", on: { click: () => person.inbox.loadMore() } };
    this.more = el("button", more);
    const head = el("div", { class: "panel-head" }, el("h3", { text: "bell.title" }), this.readAll, this.clear);
    return el("div", { id, class: "panel", hidden: true, role: "group", label: "bell.title" }, head, this.empty, this.list, this.more);
  }

  get isOpen() {
    return !this.panel.hidden;
  }

  toggle(open = !this.isOpen) {
    this.panel.hidden = !open;
    setAttribute(this.button, "aria-expanded", String(open));
    if (open) this.#renderList();
  }

  render() {
    const { unread } = this.person.inbox;
    setText(this.badge, unread ? String(unread) : "");
    this.badge.hidden = unread === 0;
    setAttribute(this.button, "aria-label", t("bell.label", { n: unread }));
    setText(this.status, t("bell.status", { n: unread }));
    if (this.isOpen) this.#renderList();
  }

  #renderList() {
    const { items, unread } = this.person.inbox;
    each(this.list, this.#views, items, (item) => new NotificationView(this, item));
    this.empty.hidden = items.length > 0;
    this.more.hidden = !this.person.inbox.cursor || items.length === 0;
    // Not `disabled`: that would take the focus and the Escape key away from whoever just pressed it.
    setAttribute(this.readAll, "aria-disabled", String(unread === 0));
    setAttribute(this.clear, "aria-disabled", String(items.length === 0));
  }

  #act(name) {
    if (this[name].getAttribute("aria-disabled") === "true") return;
    void this.person.inbox[name]();
  }

  #key(event) {
    if (event.key !== "Escape" || !this.isOpen) return;
    event.stopPropagation();
    this.toggle(false);
    this.button.focus();
  }

  #focusMoved(to) {
    if (to && !this.element.contains(to)) this.toggle(false);
  }

  #pointed(target) {
    if (!this.element.contains(target)) this.toggle(false);
  }
}
