// One half of the page: one person with a connection of their own.

import { Person } from "../client/person.js";
import { t } from "../text/language.js";
import { avatar, paintAvatar } from "./avatar.js";
import { BellView } from "./bell-view.js";
import { ComposerView } from "./composer-view.js";
import { ConnectionView } from "./connection-view.js";
import { each, el, setAttribute, setText } from "./dom.js";
import { freshId } from "./fresh-id.js";
import { LogView } from "./log-view.js";
import { PostView } from "./post-view.js";

export const USERS = { anna: "Анна", boris: "Борис", clara: "Клара" };

export class HalfView {
  #posts = new Map();
  #ending = new AbortController();

  /** `nameKey` is the phrase that names this half; `onChoose(userId)` is called when another person is chosen. */
  constructor(nameKey, userId, onChoose) {
    const headingId = freshId("half");
    this.heading = el("h2", { id: headingId, class: "visually-hidden", text: nameKey });
    this.avatar = avatar();
    const options = Object.keys(USERS).map((id) => el("option", { value: id }));
    this.select = el("select", { class: "who", label: "half.who", on: { change: () => this.#choose(onChoose) } }, ...options);
    this.role = el("span", { class: "role" });
    this.place = el("div", { class: "half-place" });
    this.element = el("section", { class: "half", "aria-labelledby": headingId }, this.heading, this.place);
    this.#become(userId);
  }

  render() {
    const { person } = this;
    const name = person.me?.nickname ?? USERS[person.userId];
    paintAvatar(this.avatar, person.userId, name);
    for (const option of this.select.options) {
      setText(option, option.value === person.userId ? name : person.feed.name(option.value, USERS[option.value]));
    }
    setText(this.role, person.me ? t(person.isCreator ? "half.creator" : "half.reader") : "");
    for (const view of this.views) view.render();
    this.#renderError();
    this.#renderFeed();
  }

  #choose(onChoose) {
    this.#become(this.select.value);
    onChoose(this.select.value);
    this.select.focus();
  }

  #become(userId) {
    this.#ending.abort();
    this.#ending = new AbortController();
    this.person?.stop();
    this.person = new Person(userId, () => this.render());
    this.#posts.clear();
    this.#build();
    this.select.value = userId;
    this.render();
    void this.person.start();
  }

  #build() {
    const { person } = this;
    const log = new LogView(person);
    const connection = new ConnectionView(person, () => log.show());
    const bell = new BellView(person, this.#ending.signal);
    const composer = new ComposerView(person);
    this.views = [connection, bell, log, composer];
    const who = el("div", { class: "who-place" }, this.avatar, el("div", {}, this.select, this.role));
    const head = el("header", { class: "half-head" }, who, connection.state, bell.element);
    this.place.replaceChildren(head, connection.bar, this.#makeError(), log.element, composer.element, ...this.#makeFeed());
  }

  #makeError() {
    this.errorText = el("p");
    this.retry = el("button", { type: "button", class: "small", text: "error.retry", on: { click: () => this.person.start() } });
    const close = el("button", { type: "button", class: "small", text: "error.close", on: { click: () => this.person.closeError() } });
    this.error = el("div", { class: "error", role: "alert", hidden: true }, this.errorText, this.retry, close);
    return this.error;
  }

  #makeFeed() {
    this.feedNote = el("p", { class: "quiet feed-note" });
    this.feed = el("div", { class: "feed" });
    return [el("h3", { class: "feed-title", text: "feed.title" }), this.feedNote, this.feed];
  }

  #renderError() {
    const { error, me } = this.person;
    this.error.hidden = !error;
    this.retry.hidden = Boolean(me);
    if (error) setText(this.errorText, this.#errorText(error));
  }

  #errorText(error) {
    if (error.status === 0) return t("error.network");
    if (error.status === 404 && !this.person.me) return t("error.signIn");
    return t("error.server", { detail: error.message });
  }

  #renderFeed() {
    const { feed, me } = this.person;
    const posts = feed.posts;
    setAttribute(this.feed, "aria-busy", String(!this.person.isSettled));
    setText(this.feedNote, t(me ? "feed.empty" : "half.loading"));
    this.feedNote.hidden = posts.length > 0;
    each(this.feed, this.#posts, posts, (post) => new PostView(this.person, post));
  }
}
