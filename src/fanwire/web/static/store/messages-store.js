// Conversations of one person as a client holds them. Pure: no DOM, no network, no clock.
//
// The total of unread messages travels as an absolute value with a version: one that is not newer is dropped. Lists of
// the API have no version, so what frames said while an answer was on its way wins over it.

import { newestFirst } from "./order.js";

/** Anybody with the server's key may publish anything; what lacks its subject is no message. */
function isWhole(message) {
  return Boolean(message?.id) && !Number.isNaN(Date.parse(message.createdAt));
}

function isNewer(message, other) {
  return !other || newestFirst(message, other) < 0;
}

export class MessagesStore {
  #me;
  #conversations = new Map(); // id -> {id, peer, lastMessage, unreadMessages}
  #threads = new Map(); // id -> {messages, peerReadUpTo}
  #unread = 0;
  #version = 0; // of the total
  #loads = new Set();

  constructor(me) {
    this.#me = me;
  }

  /** All unread messages together. */
  get unread() {
    return this.#unread;
  }

  /** The one with the newest message first. */
  get conversations() {
    return [...this.#conversations.values()].sort((a, b) => newestFirst(a.lastMessage, b.lastMessage));
  }

  conversation(id) {
    return this.#conversations.get(id);
  }

  conversationWith(userId) {
    return this.conversations.find(({ peer }) => peer.id === userId);
  }

  /** The messages of a conversation that were loaded, oldest first; `isRead` says of one's own that the other has read it. */
  thread(id) {
    const thread = this.#threads.get(id);
    if (!thread) return undefined;
    const messages = [...thread.messages.values()].sort((a, b) => newestFirst(b, a));
    const read = messages.findIndex((message) => message.id === thread.peerReadUpTo);
    return messages.map((message, index) => ({ ...message, isRead: message.isMine && index <= read }));
  }

  /** The newest message of the loaded thread, if it is the other one's and the conversation has something unread. */
  toRead(id) {
    if (!this.#conversations.get(id)?.unreadMessages) return undefined;
    return this.thread(id)?.at(-1)?.id;
  }

  /** Call before the API is asked, and give what it returns to `loaded` or `threadLoaded`. */
  startLoad() {
    const load = { conversations: new Set(), threads: new Map(), hasTotal: false };
    this.#loads.add(load);
    return load;
  }

  abandon(load) {
    this.#loads.delete(load);
  }

  /** Takes the API's list; conversations of which frames spoke in the meantime stay as they are. */
  loaded(load, { conversations, unreadMessages }) {
    this.#loads.delete(load);
    const next = new Map();
    for (const conversation of conversations) {
      const held = load.conversations.has(conversation.id) && this.#conversations.get(conversation.id);
      next.set(conversation.id, held || conversation);
    }
    this.#conversations = next;
    if (!load.hasTotal) this.#unread = unreadMessages;
  }

  /** Takes messages of one conversation as the API gives them, beside those that are here. */
  threadLoaded(load, id, { messages, peerReadUpTo }) {
    this.#loads.delete(load);
    const held = this.#threads.get(id);
    const said = load.threads.get(id);
    const all = new Map([...(held?.messages ?? []), ...messages.map((message) => [message.id, message])]);
    this.#threads.set(id, { messages: all, peerReadUpTo: said ?? peerReadUpTo });
  }

  /** Adds one's own message as the API has answered it. */
  add(message) {
    this.#put(message.conversationId, message);
  }

  /** Takes the state that the API answers to a reader. */
  read(id, { unreadInConversation, unreadMessages }) {
    this.#patch(id, { unreadMessages: unreadInConversation });
    this.#unread = unreadMessages;
  }

  /** Replaces a message by what the API or a frame shows of it now. */
  unlock(id, message) {
    const held = this.#threads.get(id)?.messages.get(message.id);
    if (held) this.#threads.get(id).messages.set(message.id, { ...held, ...message, isLocked: false });
    const last = this.#conversations.get(id)?.lastMessage;
    if (last?.id === message.id) this.#patch(id, { lastMessage: { ...last, ...message, isLocked: false } });
  }

  /**
   * Applies one frame. Says what it cannot tell by itself, to be asked of the API: "list", "thread" (of
   * `conversationId`), or "" for nothing.
   */
  frame(frame) {
    switch (frame?.type) {
      case "unread_messages":
        return this.#total(frame);
      case "message_created":
        return isWhole(frame.message) ? this.#created(frame) : "";
      case "message_read":
        return this.#read(frame);
      case "message_unlocked":
        if (frame.message?.id) this.unlock(frame.conversationId, frame.message);
        return "";
      default:
        return "";
    }
  }

  #total({ unreadMessages, version }) {
    if (version <= this.#version) return "";
    this.#version = version;
    this.#unread = unreadMessages;
    for (const load of this.#loads) load.hasTotal = true;
    return "";
  }

  #created({ conversationId, message }) {
    const conversation = this.#conversations.get(conversationId);
    const known = this.#threads.get(conversationId)?.messages.has(message.id);
    if (!known) this.#put(conversationId, this.#shown(conversationId, message));
    if (!conversation) return "list";
    const isMine = message.senderId === this.#me;
    if (!isMine && !known) this.#patch(conversationId, { unreadMessages: conversation.unreadMessages + 1 });
    // What has a price comes without its text, also to the other tabs of its sender.
    return isMine && !known && message.price && this.#threads.has(conversationId) ? "thread" : "";
  }

  #shown(conversationId, message) {
    const isMine = message.senderId === this.#me;
    const isLocked = Boolean(message.price) && !isMine;
    return { content: null, price: null, currency: null, isBroadcast: false, ...message, conversationId, isMine, isLocked };
  }

  #read({ conversationId, userId, upTo }) {
    if (userId !== this.#me) {
      const thread = this.#threads.get(conversationId);
      if (thread) thread.peerReadUpTo = upTo;
      for (const { threads } of this.#loads) threads.set(conversationId, upTo);
      return "";
    }
    if (this.#conversations.get(conversationId)?.lastMessage.id !== upTo) return "list";
    this.#patch(conversationId, { unreadMessages: 0 });
    return "";
  }

  #put(conversationId, message) {
    this.#threads.get(conversationId)?.messages.set(message.id, message);
    if (isNewer(message, this.#conversations.get(conversationId)?.lastMessage)) {
      this.#patch(conversationId, { lastMessage: message });
    }
  }

  #patch(id, changes) {
    const conversation = this.#conversations.get(id);
    if (!conversation) return;
    this.#conversations.set(id, { ...conversation, ...changes });
    for (const { conversations } of this.#loads) conversations.add(id);
  }
}
