// One's own profile, and whom one has blocked.

import { dayOf, t } from "../../text/language.js";
import { each, el, setText } from "../dom.js";
import { freshId } from "../fresh-id.js";
import { personIcon } from "../icons.js";
import { PersonRow } from "../person-row.js";
import { PictureField } from "../picture-field.js";

class BlockView {
  constructor(person) {
    const unblock = el("button", { type: "button", class: "small", text: "blocks.unblock", on: { click: () => person.account.block(this.userId, false) } });
    this.row = new PersonRow(person, unblock);
    this.element = this.row.element;
  }

  update({ user, createdAt }) {
    this.userId = user.id;
    this.row.show(user.id, t("studio.since", { day: dayOf(createdAt) }));
  }
}

export class ProfilePanel {
  static id = "profile";
  static icon = personIcon;
  #blocks = new Map();
  #filled = null; // the settings that the form shows

  constructor(person) {
    this.person = person;
    this.element = el("div", { class: "stack" }, this.#makeForm(), this.#makeBlocks());
  }

  #makeForm() {
    this.nickname = el("input", { name: "nickname", required: true, maxlength: "60", autocomplete: "off" });
    this.bio = el("textarea", { name: "bio", rows: "2", maxlength: "2000" });
    this.picture = new PictureField({ kind: "radio", name: freshId("avatar"), legend: "profile.avatar" });
    this.save = el("button", { type: "submit", class: "primary", text: "composer.save" });
    this.saved = el("span", { class: "quiet saved", role: "status" });
    const field = (text, control) => el("label", {}, el("span", { text }), control);
    return el(
      "form",
      { class: "card form", on: { submit: (event) => this.#send(event), input: () => setText(this.saved, "") } },
      el("h3", { text: "profile.title" }),
      field("profile.nickname", this.nickname),
      field("profile.bio", this.bio),
      this.picture.element,
      el("div", { class: "row" }, this.save, this.saved),
    );
  }

  #makeBlocks() {
    this.none = el("p", { class: "quiet", text: "blocks.none" });
    this.list = el("ul", { class: "rows" });
    this.whom = el("select", { label: "blocks.whom" });
    const block = el("button", { type: "submit", class: "small", text: "blocks.block" });
    this.adder = el("form", { class: "row", on: { submit: (event) => this.#block(event) } }, this.whom, block);
    const about = el("p", { class: "quiet", text: "blocks.about" });
    return el("section", { class: "card section" }, el("h3", { text: "blocks.title" }), about, this.none, this.list, this.adder);
  }

  show() {
    void this.person.attempt(() => this.person.account.loadBlocks());
  }

  render() {
    const { account, me } = this.person;
    if (me && !this.#filled) this.#fill(me);
    const blocks = account.blocks.map((block) => ({ ...block, id: block.user.id }));
    each(this.list, this.#blocks, blocks, () => new BlockView(this.person));
    this.none.hidden = blocks.length > 0;
    this.list.hidden = blocks.length === 0;
    this.#renderChoice();
  }

  #renderChoice() {
    const { feed, account, userId } = this.person;
    const people = feed.people.filter((id) => id !== userId && !account.isBlocked(id));
    this.adder.hidden = people.length === 0;
    const shown = [...this.whom.options].map(({ value }) => value);
    if (people.join() !== shown.join()) this.whom.replaceChildren(...people.map((id) => el("option", { value: id })));
    for (const option of this.whom.options) setText(option, this.person.name(option.value));
  }

  #fill(me) {
    this.#filled = me;
    this.nickname.value = me.nickname;
    this.bio.value = me.bio;
    this.picture.value = me.avatar ? [me.avatar] : [];
  }

  async #send(event) {
    event.preventDefault();
    this.save.disabled = true;
    const avatar = this.picture.value[0] ?? null;
    const done = await this.person.account.change({ nickname: this.nickname.value, bio: this.bio.value, avatar });
    this.save.disabled = false;
    if (done) setText(this.saved, t("profile.saved"));
  }

  #block(event) {
    event.preventDefault();
    void this.person.account.block(this.whom.value, true);
  }
}
