// One auction: its price, its countdown, the last bids, and what this person can do.

import { money, t } from "../text/language.js";
import { leftText } from "./countdown.js";
import { each, el, setAttribute, setText } from "./dom.js";
import { amount, minorUnits } from "./form-fields.js";

class BidView {
  constructor(person) {
    this.person = person;
    this.who = el("span");
    this.price = el("strong");
    this.element = el("li", {}, this.who, this.price);
  }

  update({ seq, userId, nickname, amount: offered, currency }) {
    const name = userId === this.person.userId ? t("auction.you") : this.person.feed.name(userId, nickname ?? userId);
    setText(this.who, `${seq}. ${name}`);
    setText(this.price, money(offered, currency));
  }
}

export class AuctionView {
  #bids = new Map();
  #suggested = "";

  constructor(person, clock, { postId }) {
    this.person = person;
    this.clock = clock;
    this.postId = postId;
    this.title = el("strong");
    this.left = el("span", { class: "countdown" });
    this.price = el("span", { class: "price-now" });
    this.terms = el("span", { class: "quiet" });
    this.standing = el("p", { class: "standing", role: "status" });
    this.list = el("ol", { class: "bids", label: "auction.bids" });
    this.pay = el("button", { type: "button", class: "primary pay", on: { click: () => this.#pay() } });
    const head = el("div", { class: "row head" }, this.title, this.left);
    const worth = el("div", { class: "row" }, this.price, this.terms);
    this.element = el("li", { class: "auction", tabindex: "-1", "data-post": postId }, head, worth, this.standing, this.#makeForm(), this.pay, this.list);
  }

  #makeForm() {
    this.amount = amount("amount", undefined, { max: 10_000_000, step: "any" });
    this.send = el("button", { type: "submit", class: "primary", text: "auction.bid" });
    const label = el("label", { class: "inline" }, el("span", { text: "auction.yourBid" }), this.amount);
    this.form = el("form", { class: "row bid", on: { submit: (event) => this.#bid(event) } }, label, this.send);
    return this.form;
  }

  update(auction) {
    const { store } = this.person.auctions;
    const seconds = this.clock.secondsUntil(auction.endsAt);
    const isOpen = auction.status === "active" && seconds > 0;
    setText(this.title, this.person.feed.post(this.postId)?.title ?? t("money.post"));
    setAttribute(this.element, "data-status", auction.status === "active" && !isOpen ? "closing" : auction.status);
    setText(this.left, this.#leftText(auction, seconds));
    this.left.classList.toggle("is-short", isOpen && seconds <= 10);
    setText(this.price, money(auction.price ?? auction.startPrice, auction.currency));
    setText(this.terms, this.#termsText(auction));
    setText(this.standing, this.#standingText(auction));
    this.#updateForm(auction, isOpen);
    each(this.list, this.#bids, store.bids(this.postId), () => new BidView(this.person));
    this.list.hidden = this.list.childElementCount === 0;
  }

  #leftText({ status }, seconds) {
    if (status !== "active") return t(`auction.${status}`);
    return seconds > 0 ? t("auction.left", { left: leftText(seconds) }) : t("auction.closing");
  }

  #termsText({ bidsCount, minStep, deposit, currency }) {
    const terms = [t("auction.count", { n: bidsCount }), t("auction.step", { price: money(minStep, currency) })];
    if (deposit) terms.push(t("auction.deposit", { price: money(deposit, currency) }));
    return terms.join(" · ");
  }

  #standingText({ status, leaderId, winnerId, price, currency, paymentDueAt }) {
    const { userId, feed } = this.person;
    if (status === "unsold" || status === "cancelled" || !leaderId) return "";
    if (!winnerId) return leaderId === userId ? t("auction.youLead") : t("auction.leads", { name: feed.name(leaderId) });
    if (winnerId !== userId) return t("auction.won", { name: feed.name(winnerId), price: money(price, currency) });
    if (status === "paid") return t("auction.youPaid");
    return t("auction.youWon", { left: leftText(this.clock.secondsUntil(paymentDueAt)) });
  }

  #updateForm({ status, sellerId, leaderId, winnerId, minimumBid, price, currency }, isOpen) {
    const { userId } = this.person;
    this.form.hidden = !isOpen || sellerId === userId || leaderId === userId;
    this.#suggest(minimumBid);
    this.pay.hidden = status !== "awaiting_payment" || winnerId !== userId;
    if (!this.pay.hidden) setText(this.pay, t("auction.pay", { price: money(price, currency) }));
  }

  // The least that will do, as long as the reader has not written something else.
  #suggest(minimumBid) {
    if (minimumBid === null) return;
    const least = String(minimumBid / 100);
    setAttribute(this.amount, "min", least);
    if (this.amount.value === this.#suggested) this.amount.value = least;
    if (this.amount.value === least) this.#suggested = least;
  }

  async #bid(event) {
    event.preventDefault();
    this.send.disabled = true;
    const done = await this.person.auctions.bid(this.postId, minorUnits(this.amount));
    this.send.disabled = false;
    if (!done) return;
    this.amount.value = this.#suggested;
  }

  async #pay() {
    this.pay.disabled = true;
    await this.person.auctions.pay(this.postId);
    this.pay.disabled = false;
  }
}
