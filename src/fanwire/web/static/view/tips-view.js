// Tips: the form to give one, and what a person has received with its sum, live.

import { freshKey } from "../client/api.js";
import { money, t, writtenAt } from "../text/language.js";
import { each, el, setAttribute, setText } from "./dom.js";
import { amount, Choice, field, minorUnits } from "./form-fields.js";
import { FormOpener } from "./form-opener.js";
import { othersThan } from "./people.js";

class TipView {
  constructor(person, { id }) {
    this.person = person;
    this.amount = el("strong");
    this.from = el("span", { class: "who-from" });
    this.message = el("span", { class: "said" });
    this.refund = el("button", { type: "button", class: "small", text: "tip.refund", on: { click: () => person.tips.refund(id) } });
    const words = el("div", { class: "words" }, el("span", { class: "byline" }, this.amount, this.from), this.message);
    this.element = el("li", { class: "tip", "data-id": id }, words, this.refund);
  }

  update({ amount: given, currency, user, message, createdAt, refundedAt }) {
    const name = this.person.feed.name(user.id, user.nickname);
    setText(this.amount, money(given, currency));
    setText(this.from, `${name} · ${writtenAt(createdAt)}`);
    setText(this.message, refundedAt ? t("tip.refunded") : (message ?? ""));
    this.refund.hidden = Boolean(refundedAt);
    setAttribute(this.refund, "aria-label", t("tip.refundOf", { name, price: money(given, currency) }));
    this.element.classList.toggle("is-refunded", Boolean(refundedAt));
  }
}

export class TipsView {
  #views = new Map();

  constructor(person) {
    this.person = person;
    this.sum = el("output", { class: "sum" });
    this.received = el("p", { class: "earned" }, el("span", { class: "quiet", text: "tip.earned" }), this.sum);
    this.list = el("ul", { class: "lots", label: "tip.received" });
    const title = el("h3", { text: "tip.title" });
    this.element = el("section", { class: "card section tips", tabindex: "-1", label: "tip.title" }, title, this.#makeForm(), this.received, this.list);
  }

  #makeForm() {
    this.to = new Choice({ name: "to" });
    this.amount = amount("amount", 100);
    this.message = el("input", { name: "message", maxlength: "500", autocomplete: "off" });
    const form = { class: "give", text: "tip.give", submit: "tip.send", send: () => this.#give() };
    const fields = [field("tip.to", this.to.element), field("tip.amount", this.amount), field("tip.message", this.message)];
    this.opener = new FormOpener(form, ...fields);
    return this.opener.element;
  }

  async #give() {
    const toUserId = this.to.value;
    const given = minorUnits(this.amount);
    const paymentId = `demo_${freshKey()}`;
    const tip = { toUserId, amount: given, currency: "RUB", message: this.message.value.trim(), paymentId };
    const done = await this.person.tips.give(tip);
    if (done) this.person.tell(() => t("tip.thanks", { name: this.person.feed.name(toUserId), price: money(given, "RUB") }));
    return done;
  }

  render() {
    const { tips, totals } = this.person.tips.store;
    this.to.render(othersThan(this.person));
    const isShown = this.person.isCreator || tips.length > 0;
    this.received.hidden = !isShown;
    setText(this.sum, totals.map(({ currency, amount: sum }) => money(sum, currency)).join(", ") || money(0, "RUB"));
    this.list.hidden = tips.length === 0;
    each(this.list, this.#views, tips, (tip) => new TipView(this.person, tip));
  }
}
