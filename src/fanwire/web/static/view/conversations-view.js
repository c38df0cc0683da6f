// The list of conversations, with whom there could be one, and the message to all subscribers.

import { t, writtenAt } from "../text/language.js";
import { avatar, paintAvatar } from "./avatar.js";
import { each, el, setAttribute, setText } from "./dom.js";
import { FormOpener } from "./form-opener.js";
import { Choice, field } from "./form-fields.js";
import { othersThan } from "./people.js";
import { PriceField } from "./price-field.js";

/** A message in one line. */
function lineOf({ content, isMine, isLocked }) {
  const text = isLocked || content === null ? t("message.isPaid") : content;
  return isMine ? t("message.mine", { text }) : text;
}

class ConversationView {
  constructor(person, { peer }) {
    this.person = person;
    this.avatar = avatar();
    this.name = el("strong");
    this.time = el("time");
    this.last = el("span", { class: "last" });
    this.badge = el("span", { class: "count-badge", "aria-hidden": "true" });
    const words = el("span", { class: "words" }, el("span", { class: "byline" }, this.name, this.time), this.last);
    const open = () => person.messages.openWith(peer.id);
    const attributes = { type: "button", class: "conversation", "data-user": peer.id, on: { click: open } };
    this.button = el("button", attributes, this.avatar, words, this.badge);
    this.element = el("li", {}, this.button);
  }

  update({ id, peer, lastMessage, unreadMessages }) {
    const name = this.person.feed.name(peer.id, peer.nickname);
    paintAvatar(this.avatar, peer.id, name, peer.avatar ?? "");
    setText(this.name, name);
    setText(this.time, writtenAt(lastMessage.createdAt));
    setText(this.last, this.person.messages.isTyping(id) ? t("message.typing", { name }) : lineOf(lastMessage));
    setText(this.badge, unreadMessages ? String(unreadMessages) : "");
    this.badge.hidden = unreadMessages === 0;
    const label = unreadMessages ? t("message.unreadIn", { name, n: unreadMessages }) : null;
    setAttribute(this.button, "aria-label", label);
  }
}

export class ConversationsView {
  #views = new Map();

  constructor(person) {
    this.person = person;
    this.empty = el("p", { class: "quiet", text: "message.none" });
    this.list = el("ul", { class: "conversations", label: "message.conversations" });
    this.element = el("div", { class: "stack" }, this.#makeToAll(), this.#makeTo(), this.empty, this.list);
  }

  #makeTo() {
    this.to = new Choice({ name: "to", label: "message.to" });
    const write = el("button", { type: "submit", text: "message.write" });
    const on = {
      submit: (event) => {
        event.preventDefault();
        void this.person.messages.openWith(this.to.value);
      },
    };
    const label = el("label", { class: "inline" }, el("span", { text: "message.to" }), this.to.element);
    return el("form", { class: "row write-to", on }, label, write);
  }

  #makeToAll() {
    this.content = el("textarea", { name: "content", required: true, rows: "3", maxlength: "4000" });
    this.price = new PriceField();
    const send = async () => {
      const done = await this.person.messages.sendToAll(this.content.value, this.price.value);
      if (done) {
        this.price.clear();
        this.person.tell(() => t("message.sentToAll"));
      }
      return done;
    };
    const form = { class: "to-all", text: "message.toAll", submit: "message.send", send };
    this.toAll = new FormOpener(form, field("message.text", this.content), this.price.element);
    return this.toAll.element;
  }

  render() {
    const { person } = this;
    const { conversations } = person.messages.store;
    this.toAll.element.hidden = !person.isCreator;
    this.to.render(othersThan(person));
    this.empty.hidden = conversations.length > 0;
    each(this.list, this.#views, conversations, (conversation) => new ConversationView(person, conversation));
  }
}
