// Flash sales: the form to begin one, and those there are, with the time and the number that are left.

import { money, t } from "../text/language.js";
import { leftText } from "./countdown.js";
import { each, el, setAttribute, setText } from "./dom.js";
import { Choice, field, number } from "./form-fields.js";
import { FormOpener } from "./form-opener.js";

const TIERS = ["basic", "premium", "vip"];

class SaleView {
  constructor(person, clock, { id }) {
    this.person = person;
    this.clock = clock;
    this.id = id;
    this.title = el("strong");
    this.left = el("span", { class: "countdown" });
    this.meter = el("meter", { min: 0, label: "sale.remaining" });
    this.remaining = el("span", { class: "remaining" });
    const head = el("div", { class: "row head" }, this.title, this.left);
    const stock = el("div", { class: "row stock" }, this.meter, this.remaining);
    this.element = el("li", { class: "sale", "data-id": id }, head, stock, this.#makeActions());
  }

  #makeActions() {
    const button = (name, more = "") =>
      el("button", { type: "button", class: `small ${name} ${more}`, text: `sale.${name}`, on: { click: () => this.#act(name) } });
    this.reserve = button("reserve", "primary");
    this.pay = button("pay", "primary");
    this.giveBack = button("giveBack");
    this.state = el("span", { class: "quiet state-text" });
    return el("div", { class: "row" }, this.reserve, this.pay, this.giveBack, this.state);
  }

  update(sale) {
    const seconds = this.clock.secondsUntil(sale.status === "upcoming" ? sale.startsAt : sale.endsAt);
    const isOver = sale.status === "ended" || (sale.status === "active" && seconds === 0);
    setText(this.title, t("sale.off", { percent: sale.percent, what: this.#what(sale) }));
    setText(this.left, isOver ? t("sale.ended") : t(`sale.${sale.status}`, { left: leftText(seconds) }));
    this.element.classList.toggle("is-over", isOver);
    setAttribute(this.meter, "max", sale.maxRedemptions);
    this.meter.value = sale.remaining;
    setText(this.remaining, t("sale.left", { n: sale.remaining, max: sale.maxRedemptions }));
    this.#updateActions(sale, isOver);
  }

  #what({ tier, postId, creatorId }) {
    if (tier) return t("sale.tier", { tier: t(`tier.${tier}`), name: this.person.feed.name(creatorId) });
    return t("sale.post", { title: this.person.feed.post(postId)?.title ?? t("money.post") });
  }

  #updateActions(sale, isOver) {
    const held = this.person.sales.store.redemption(sale.id);
    const isReserved = held?.status === "reserved" && this.clock.secondsUntil(held.expiresAt) > 0;
    const isPaid = held?.status === "paid";
    const mayHave = sale.status === "active" && !isOver && sale.creatorId !== this.person.userId;
    this.reserve.hidden = !mayHave || isReserved || isPaid;
    setAttribute(this.reserve, "aria-disabled", String(sale.remaining === 0));
    this.pay.hidden = !isReserved;
    this.giveBack.hidden = !isReserved;
    setText(this.state, this.#stateText({ ...held, isReserved, isPaid }));
  }

  #stateText({ isReserved, isPaid, amount, currency, expiresAt }) {
    if (isPaid) return t("sale.isPaid");
    if (!isReserved) return "";
    const left = leftText(this.clock.secondsUntil(expiresAt));
    return amount === null ? t("sale.isHeld", { left }) : t("sale.isHeldFor", { left, price: money(amount, currency) });
  }

  async #act(name) {
    const button = this[name];
    if (button.getAttribute("aria-disabled") === "true" || button.disabled) return;
    button.disabled = true;
    const done = await this.person.sales[name](this.id);
    button.disabled = false;
    if (done && name === "reserve") this.pay.focus();
  }
}

export class SalesView {
  #views = new Map();

  constructor(person, clock) {
    this.person = person;
    this.clock = clock;
    this.empty = el("p", { class: "quiet", text: "sale.none" });
    this.list = el("ul", { class: "lots", label: "sale.title" });
    const title = el("h3", { text: "sale.title" });
    this.element = el("section", { class: "card section sales", label: "sale.title" }, title, this.#makeForm(), this.empty, this.list);
  }

  #makeForm() {
    this.what = new Choice({ name: "what" });
    this.percent = number("percent", { value: 30, min: 10, max: 90 });
    this.seconds = number("seconds", { value: 60, max: 86_400 });
    this.most = number("most", { value: 10, max: 1_000_000 });
    const fields = [
      field("sale.what", this.what.element),
      field("sale.percent", this.percent),
      field("money.seconds", this.seconds),
      field("sale.most", this.most),
    ];
    this.opener = new FormOpener({ class: "begin-sale", text: "sale.begin", submit: "sale.start", send: () => this.#begin() }, ...fields);
    return this.opener.element;
  }

  #begin() {
    const [kind, id] = this.what.value.split(/:(.*)/s);
    const terms = { percent: Number(this.percent.value), maxRedemptions: Number(this.most.value), seconds: Number(this.seconds.value) };
    return this.person.sales.create({ [kind]: id, ...terms });
  }

  // A subscription of any tier, or one of one's own posts that is for sale.
  #wares() {
    const { feed, userId } = this.person;
    const posts = feed.posts.filter(({ creatorId, isLocked, price }) => creatorId === userId && isLocked && price);
    return [
      ...TIERS.map((tier) => ({ id: `tier:${tier}`, text: t("sale.tierOnly", { tier: t(`tier.${tier}`) }) })),
      ...posts.map(({ id, title }) => ({ id: `postId:${id}`, text: t("sale.post", { title }) })),
    ];
  }

  render() {
    const { sales } = this.person.sales.store;
    this.opener.element.hidden = !this.person.isCreator;
    if (this.person.isCreator) this.what.render(this.#wares());
    this.empty.hidden = sales.length > 0;
    each(this.list, this.#views, sales, (sale) => new SaleView(this.person, this.clock, sale));
  }
}
