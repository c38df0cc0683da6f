// One conversation: its messages with their read ticks, who is writing, and the form to answer.

import { freshKey } from "../client/api.js";
import { money, t, writtenAt } from "../text/language.js";
import { avatar, paintAvatar } from "./avatar.js";
import { each, el, setAttribute, setText } from "./dom.js";
import { lockIcon } from "./icons.js";
import { backIcon, tickIcon, ticksIcon } from "./money-icons.js";
import { PriceField } from "./price-field.js";

// Half a line of slack: a reader who has scrolled up is not pulled down again.
const NEAR_THE_END = 24;

class MessageView {
  constructor(person, { isMine }) {
    this.person = person;
    this.content = el("p");
    this.time = el("time");
    this.note = el("span", { class: "note" });
    this.sent = tickIcon();
    this.read = ticksIcon();
    this.state = el("span", { class: "visually-hidden" });
    this.unlock = el("button", { type: "button", class: "small primary unlock", on: { click: () => this.#buy() } }, lockIcon(), el("span"));
    // One payment however often the button is pressed.
    this.paymentId = `demo_${freshKey()}`;
    const meta = el("span", { class: "meta" }, this.note, this.time, this.sent, this.read, this.state);
    this.element = el("li", { class: isMine ? "message is-mine" : "message" }, this.content, this.unlock, meta);
  }

  update(message) {
    this.message = message;
    const { id, content, price, currency, isMine, isLocked, isRead, isBroadcast, createdAt } = message;
    setAttribute(this.element, "data-id", id);
    setText(this.content, isLocked ? t("message.locked") : (content ?? t("message.isPaid")));
    this.element.classList.toggle("is-locked", isLocked);
    this.unlock.hidden = !isLocked;
    if (isLocked) setText(this.unlock.lastChild, t("message.unlock", { price: money(price, currency) }));
    setText(this.note, [isBroadcast && t("message.isToAll"), price && !isLocked && money(price, currency)].filter(Boolean).join(" · "));
    setText(this.time, writtenAt(createdAt));
    setAttribute(this.element, "data-read", isMine && String(isRead));
    this.sent.toggleAttribute("hidden", !isMine || isRead);
    this.read.toggleAttribute("hidden", !isMine || !isRead);
    setText(this.state, isMine ? t(isRead ? "message.isRead" : "message.isSent") : "");
  }

  async #buy() {
    this.unlock.disabled = true;
    await this.person.messages.buy(this.message, this.paymentId);
    this.unlock.disabled = false;
  }
}

export class ThreadView {
  #views = new Map();
  #shown = ""; // whose conversation is shown
  #newest = ""; // the message that the reader was taken to

  constructor(person) {
    this.person = person;
    this.avatar = avatar();
    this.name = el("h3");
    const back = { type: "button", class: "small back-button", label: "message.back", on: { click: () => person.messages.close() } };
    const head = el("div", { class: "thread-head" }, el("button", back, backIcon()), this.avatar, this.name);
    this.older = el("button", { type: "button", class: "small more", text: "message.older", on: { click: () => person.messages.showOlder() } });
    this.list = el("ol", { class: "thread", role: "log", label: "message.thread", tabindex: "0" });
    this.empty = el("p", { class: "quiet", text: "message.begin" });
    this.typing = el("p", { class: "typing", role: "status" });
    this.element = el("div", { class: "card thread-place" }, head, this.older, this.empty, this.list, this.typing, this.#makeForm());
  }

  #makeForm() {
    const writing = { input: () => this.person.messages.writing() };
    const attributes = { name: "content", required: true, maxlength: "4000", autocomplete: "off", label: "message.text", hint: "message.text" };
    this.content = el("input", { ...attributes, on: writing });
    this.price = new PriceField();
    this.send = el("button", { type: "submit", class: "primary", text: "message.send" });
    const on = { submit: (event) => this.#submit(event) };
    return el("form", { class: "comment-form", on }, this.content, this.send, this.price.element);
  }

  render() {
    const { person } = this;
    const { id, userId } = person.messages.place;
    const name = person.feed.name(userId, person.messages.store.conversation(id)?.peer.nickname);
    paintAvatar(this.avatar, userId, name);
    setText(this.name, name);
    const messages = person.messages.store.thread(id) ?? [];
    this.older.hidden = !person.messages.hasOlder(id);
    this.empty.hidden = Boolean(id);
    this.#renderList(userId, messages);
    setText(this.typing, person.messages.isTyping(id) ? t("message.typing", { name }) : "");
    // Only what stands in front of the reader is read.
    if (this.element.checkVisibility()) void person.messages.seen();
  }

  #renderList(userId, messages) {
    if (this.#shown !== userId) this.price.clear();
    const { scrollHeight, scrollTop, clientHeight } = this.list;
    const atEnd = this.#shown !== userId || scrollHeight - scrollTop - clientHeight < NEAR_THE_END;
    this.#shown = userId;
    each(this.list, this.#views, messages, (message) => new MessageView(this.person, message));
    const newest = messages.at(-1)?.id ?? "";
    if (newest !== this.#newest && (atEnd || messages.at(-1)?.isMine)) this.list.scrollTop = this.list.scrollHeight;
    this.#newest = newest;
  }

  async #submit(event) {
    event.preventDefault();
    this.send.disabled = true;
    const done = await this.person.messages.send(this.content.value, this.price.value);
    this.send.disabled = false;
    if (!done) return;
    this.content.value = "";
    this.price.clear();
    this.content.focus();
  }
}
