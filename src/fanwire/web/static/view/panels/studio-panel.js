// Where a creator works: new posts, one's own posts, subscribers and followers.

import { dayOf, t } from "../../text/language.js";
import { ComposerView } from "../composer-view.js";
import { each, el, setText } from "../dom.js";
import { studioIcon } from "../icons.js";
import { OwnPostView } from "../own-post-view.js";
import { PersonRow } from "../person-row.js";
import { SureButton } from "../sure-button.js";

class SubscriberView {
  constructor(person) {
    this.refund = new SureButton({ text: "studio.refund", sure: "studio.refundSure", onSure: () => person.account.refund(this.subscriptionId) });
    this.block = new SureButton({ text: "blocks.block", sure: "blocks.sure", onSure: () => person.account.block(this.userId, true) });
    this.row = new PersonRow(person, this.refund.element, this.block.element);
    this.person = person;
    this.element = this.row.element;
  }

  update({ user, subscription }) {
    this.subscriptionId = subscription.id;
    this.userId = user.id;
    const { tier, status, isActive, validUntil } = subscription;
    this.row.show(user.id, t(`subscription.${status}`, { tier: t(`tier.${tier}`), day: dayOf(validUntil) }));
    this.refund.element.hidden = !isActive;
    this.block.element.hidden = this.person.account.isBlocked(user.id);
    this.refund.render();
    this.block.render();
  }
}

class FollowerView {
  constructor(person) {
    this.block = new SureButton({ text: "blocks.block", sure: "blocks.sure", onSure: () => person.account.block(this.userId, true) });
    this.row = new PersonRow(person, this.block.element);
    this.person = person;
    this.element = this.row.element;
  }

  update({ user, createdAt }) {
    this.userId = user.id;
    this.row.show(user.id, t("studio.since", { day: dayOf(createdAt) }));
    this.block.element.hidden = this.person.account.isBlocked(user.id);
    this.block.render();
  }
}

const byUser = (entry) => ({ ...entry, id: entry.user.id });

export class StudioPanel {
  static id = "studio";
  static icon = studioIcon;
  static isFor = (person) => person.isCreator;
  #posts = new Map();
  #subscribers = new Map();
  #followers = new Map();

  constructor(person) {
    this.person = person;
    this.composer = new ComposerView(person);
    this.posts = this.#makeSection("studio.posts", "studio.noPosts");
    this.subscribers = this.#makeSection("studio.subscribers", "studio.noSubscribers");
    this.followers = this.#makeSection("studio.followers", "studio.noFollowers");
    const sections = [this.posts, this.subscribers, this.followers].map(({ element }) => element);
    this.element = el("div", { class: "stack" }, this.composer.element, ...sections);
  }

  #makeSection(title, nothing) {
    const count = el("span", { class: "count" });
    const list = el("ul", { class: "rows" });
    const note = el("p", { class: "quiet", text: nothing });
    const head = el("div", { class: "section-head" }, el("h3", { text: title }), count);
    return { count, list, note, element: el("section", { class: "card section" }, head, note, list) };
  }

  /** Followers are told to nobody: they are asked for again. */
  show() {
    void this.person.attempt(() => this.person.account.loadAudience());
  }

  knows({ type }) {
    return type === "NEW_SUBSCRIBER" && this.person.isCreator;
  }

  goTo() {
    this.subscribers.element.scrollIntoView({ block: "start" });
  }

  render() {
    const { person } = this;
    const { account, feed } = person;
    this.composer.render();
    const own = feed.posts.filter(({ creatorId }) => creatorId === person.userId);
    this.#fill(this.posts, this.#posts, own, () => new OwnPostView(person));
    this.#fill(this.subscribers, this.#subscribers, account.subscribers.map(byUser), () => new SubscriberView(person));
    this.#fill(this.followers, this.#followers, account.followers.map(byUser), () => new FollowerView(person));
  }

  #fill({ count, list, note }, views, items, create) {
    setText(count, items.length ? String(items.length) : "");
    note.hidden = items.length > 0;
    list.hidden = items.length === 0;
    each(list, views, items, create);
  }
}
