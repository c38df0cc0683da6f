// One column of the page: one person with a connection of their own, and the panels of what they can do.

import { Person } from "../client/person.js";
import { t } from "../text/language.js";
import { avatar, paintAvatar } from "./avatar.js";
import { BellView } from "./bell-view.js";
import { ConnectionView } from "./connection-view.js";
import { el, setText } from "./dom.js";
import { freshId } from "./fresh-id.js";
import { LogView } from "./log-view.js";
import { NoticeView } from "./notice-view.js";
import { PanelsView } from "./panels-view.js";

export const USERS = { anna: "Анна", boris: "Борис", clara: "Клара" };

export class ColumnView {
  #ending = new AbortController();
  #onChange;

  /**
   * `place` names the column ("first"), `panel` is the one to begin with. `onChoose()` is called when another person
   * is chosen, `onChange()` after each change of what is shown.
   */
  constructor({ place, userId, panel, onChoose, onChange }) {
    this.place = place;
    this.#onChange = onChange;
    const headingId = freshId("column");
    this.heading = el("h2", { id: headingId, class: "visually-hidden", text: `column.${place}` });
    this.avatar = avatar();
    const options = Object.keys(USERS).map((id) => el("option", { value: id }));
    this.select = el("select", { class: "who", label: "column.who", on: { change: () => this.#choose(onChoose) } }, ...options);
    this.role = el("span", { class: "role" });
    this.room = el("div", { class: "column-room" });
    this.element = el("section", { class: "column", "aria-labelledby": headingId }, this.heading, this.room);
    this.#become(userId, panel);
  }

  get userId() {
    return this.person.userId;
  }

  get name() {
    return this.person.me?.nickname ?? USERS[this.userId];
  }

  start() {
    void this.person.start();
  }

  render() {
    const { person, name } = this;
    paintAvatar(this.avatar, person.userId, name, person.me?.avatar ?? "");
    for (const option of this.select.options) {
      setText(option, option.value === person.userId ? name : person.feed.name(option.value, USERS[option.value]));
    }
    setText(this.role, person.me ? t(person.isCreator ? "column.creator" : "column.reader") : "");
    for (const view of this.views) view.render();
  }

  #choose(onChoose) {
    this.#become(this.select.value, "feed");
    this.render();
    this.start();
    onChoose();
    this.select.focus();
  }

  #become(userId, panel) {
    this.#ending.abort();
    this.#ending = new AbortController();
    this.person?.stop();
    this.person = new Person(userId, () => {
      this.render();
      this.#onChange();
    });
    this.#build(panel);
    this.select.value = userId;
  }

  #build(panel) {
    const { person } = this;
    const panels = new PanelsView(person, panel);
    const log = new LogView(person);
    const connection = new ConnectionView(person, () => log.show());
    const { signal } = this.#ending;
    const bell = new BellView(person, { signal, knows: (item) => panels.knows(item), goTo: (item) => panels.goTo(item) });
    const notice = new NoticeView(person);
    this.views = [connection, bell, panels, log, notice];
    const who = el("div", { class: "who-place" }, this.avatar, el("div", {}, this.select, this.role));
    const top = el("div", { class: "column-person" }, who, connection.state, bell.element);
    const head = el("header", { class: "column-head" }, top, panels.tabs);
    const wire = el("div", { class: "wire" }, connection.bar, log.element);
    this.room.replaceChildren(head, wire, notice.element, panels.element);
  }
}
