// Creators: follow, subscribe, and everything that becomes of a subscription.

import { dayOf, t } from "../../text/language.js";
import { avatar, paintAvatar } from "../avatar.js";
import { each, el, setAttribute, setText } from "../dom.js";
import { starIcon } from "../icons.js";
import { SureButton } from "../sure-button.js";

const TIERS = ["basic", "premium", "vip"];

class CreatorView {
  constructor(person, { id }) {
    this.person = person;
    this.id = id;
    this.avatar = avatar();
    this.name = el("h3");
    this.bio = el("p", { class: "quiet bio" });
    this.follow = el("button", { type: "button", class: "small follow", on: { click: () => this.#follow() } });
    this.status = el("p", { class: "subscription-status" });
    const head = el("div", { class: "creator-head" }, this.avatar, el("div", { class: "person-words" }, this.name, this.bio), this.follow);
    this.element = el("section", { class: "card section creator", "data-creator": id }, head, this.status, this.#makeTier(), this.#makeActs());
  }

  #makeTier() {
    const { account } = this.person;
    const choose = { class: "tier", label: "subscription.tier", on: { change: () => this.render() } };
    this.tier = el("select", choose, ...TIERS.map((tier) => el("option", { value: tier, text: `tier.${tier}` })));
    this.subscribe = el("button", { type: "button", class: "primary subscribe", text: "post.subscribe", on: { click: () => account.subscribe(this.id, this.tier.value) } });
    this.move = el("button", { type: "button", class: "primary move", on: { click: () => account.move(this.held.id, this.#direction(), this.tier.value) } });
    return el("div", { class: "row" }, this.tier, this.subscribe, this.move);
  }

  #makeActs() {
    const { account } = this.person;
    this.renew = el("button", { type: "button", class: "small renew", text: "subscription.renew", on: { click: () => account.renew(this.held.id) } });
    this.cancel = el("button", { type: "button", class: "small cancel", text: "subscription.cancel", on: { click: () => account.cancel(this.held.id, false) } });
    this.end = new SureButton({ class: "small end", text: "subscription.end", sure: "subscription.endSure", onSure: () => account.cancel(this.held.id, true) });
    this.acts = el("div", { class: "row" }, this.renew, this.cancel, this.end.element);
    return this.acts;
  }

  update({ newest }) {
    const { feed, account } = this.person;
    const { bio, avatar: picture } = feed.person(this.id);
    this.isFollowed = account.followed.has(this.id);
    this.held = newest?.isActive ? newest : undefined;
    this.newest = newest;
    paintAvatar(this.avatar, this.id, this.person.name(this.id), picture);
    setText(this.name, this.person.name(this.id));
    setText(this.bio, bio ?? "");
    setText(this.follow, t(this.isFollowed ? "follow.stop" : "follow.start"));
    setAttribute(this.follow, "aria-pressed", String(this.isFollowed));
    this.render();
  }

  render() {
    const { held, newest } = this;
    setAttribute(this.element, "data-status", newest?.status ?? "none");
    setText(this.status, this.#status());
    this.subscribe.hidden = Boolean(held);
    this.move.hidden = !held || held.tier === this.tier.value;
    if (held) setText(this.move, t(`subscription.${this.#direction()}`));
    this.acts.hidden = !held;
    this.cancel.hidden = held?.status === "ending";
    this.end.render();
  }

  #status() {
    if (!this.newest) return t("subscription.none");
    const { status, tier, validUntil } = this.newest;
    return t(`subscription.${status}`, { tier: t(`tier.${tier}`), day: dayOf(validUntil) });
  }

  #direction() {
    return TIERS.indexOf(this.tier.value) > TIERS.indexOf(this.held.tier) ? "upgrade" : "downgrade";
  }

  #follow() {
    void this.person.account.follow(this.id, !this.isFollowed);
  }
}

export class SubscriptionsPanel {
  static id = "subscriptions";
  static icon = starIcon;
  static isFor = (person) => !person.isCreator;
  #creators = new Map();

  constructor(person) {
    this.person = person;
    this.note = el("p", { class: "quiet", text: "subscription.noCreators" });
    this.list = el("div", { class: "stack" });
    this.element = el("div", {}, this.note, this.list);
  }

  show() {
    void this.person.attempt(() => Promise.all(this.#creatorIds().map((id) => this.person.account.loadCreator(id))));
  }

  render() {
    const { account } = this.person;
    // The API's list has the newest first.
    const newest = (id) => account.subscriptions.find(({ creatorId }) => creatorId === id);
    const creators = this.#creatorIds().map((id) => ({ id, newest: newest(id) }));
    this.note.hidden = creators.length > 0;
    each(this.list, this.#creators, creators, (creator) => new CreatorView(this.person, creator));
  }

  #creatorIds() {
    const { feed, account } = this.person;
    const subscribed = account.subscriptions.map(({ creatorId }) => creatorId);
    return [...new Set([...subscribed, ...feed.authors, ...account.followed])].filter((id) => id !== this.person.userId);
  }
}
