// A line about one person: picture, name, what is to say of them, and what can be done.

import { avatar, paintAvatar } from "./avatar.js";
import { el, setText } from "./dom.js";

export class PersonRow {
  constructor(person, ...acts) {
    this.person = person;
    this.avatar = avatar();
    this.name = el("strong");
    this.note = el("span", { class: "quiet" });
    const words = el("div", { class: "person-words" }, this.name, this.note);
    this.element = el("li", { class: "person-row" }, this.avatar, words, el("div", { class: "person-acts" }, ...acts));
  }

  /** Shows a user with a note. */
  show(userId, note) {
    const name = this.person.name(userId);
    this.element.dataset.user = userId;
    paintAvatar(this.avatar, userId, name, this.person.feed.person(userId).avatar);
    setText(this.name, name);
    setText(this.note, note);
  }
}
