// Conversations: the list, or the one that is open.

import { Messages } from "../../client/messages.js";
import { ConversationsView } from "../conversations-view.js";
import { el } from "../dom.js";
import { mailIcon } from "../icons.js";
import { ThreadView } from "../thread-view.js";

export class MessagesPanel {
  static id = "messages";
  static icon = mailIcon;

  constructor(person) {
    this.person = person;
    person.messages = new Messages(person);
    this.conversations = new ConversationsView(person);
    this.thread = new ThreadView(person);
    this.element = el("div", {}, this.conversations.element, this.thread.element);
  }

  count() {
    return this.person.messages.store.unread;
  }

  show() {
    this.render();
  }

  knows({ type }) {
    return type === "NEW_MESSAGE";
  }

  async goTo({ metadata }) {
    const { conversationId, creatorId } = metadata;
    await (conversationId ? this.person.messages.open(conversationId) : this.person.messages.openWith(creatorId));
    this.render();
    this.thread.content.focus();
  }

  render() {
    const { place } = this.person.messages;
    const wasOpen = !this.thread.element.hidden;
    const hadFocus = this.element.contains(document.activeElement);
    this.conversations.element.hidden = Boolean(place);
    this.thread.element.hidden = !place;
    if (place) this.thread.render();
    else this.conversations.render();
    // The pressed button is gone: a keyboard goes on in what took its place.
    if (place && !wasOpen && hadFocus) this.thread.content.focus();
    if (!place && wasOpen && hadFocus) this.conversations.to.element.focus();
  }
}
