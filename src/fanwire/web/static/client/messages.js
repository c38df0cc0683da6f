// Conversations of one person: what the API gives, kept true by what the connection brings.

import { MessagesStore } from "../store/messages-store.js";

const CONVERSATIONS = 30;
const PAGE = 20;
// Milliseconds: the server says at most once a second that somebody writes, and nobody writes for longer than this unsaid.
const SAID_EVERY = 1000;
const TYPING_LASTS = 3000;

function path(...parts) {
  return ["/api/messages", ...parts.map(encodeURIComponent)].join("/");
}

export class Messages {
  store;
  place = null; // {id, userId} of the conversation that is open; no `id` before its first message
  #person;
  #api;
  #older = new Map(); // conversation id -> cursor of what comes before the loaded messages
  #typing = new Map(); // conversation id -> timer
  #saidAt = 0;
  #isReading = false;
  #readUpTo = ""; // what the server was told last
  #isStarted = false;

  constructor(person) {
    this.store = new MessagesStore(person.userId);
    this.#person = person;
    this.#api = person.api;
    person.hear(this);
  }

  /** Whether the other one of a conversation is writing now. */
  isTyping(id) {
    return this.#typing.has(id);
  }

  hasOlder(id) {
    return Boolean(this.#older.get(id));
  }

  /** Opens the conversation with a user, also before there is one. */
  openWith(userId) {
    this.place = { id: this.store.conversationWith(userId)?.id, userId };
    return this.#person.act(() => this.#loadPlace());
  }

  async open(id) {
    if (!this.store.conversation(id)) await this.#person.act(() => this.load());
    const conversation = this.store.conversation(id);
    return conversation ? this.openWith(conversation.peer.id) : false;
  }

  close() {
    this.place = null;
    this.#person.changed();
  }

  /** Sends into the open conversation; `price` in minor units, 0 for nothing. */
  send(content, price) {
    const { id, userId } = this.place;
    return this.#person.act(async () => {
      const to = id ? { conversationId: id } : { toUserId: userId };
      const message = await this.#api.call("POST", path(), { ...to, content, price });
      if (id) this.store.add(message);
      else await this.load();
    });
  }

  sendToAll(content, price) {
    return this.#person.act(() => this.#api.call("POST", path("broadcast"), { content, price }));
  }

  /** Pays for a message, which opens its text. */
  buy({ conversationId, id }, paymentId) {
    return this.#person.act(async () => {
      this.store.unlock(conversationId, await this.#api.call("POST", path(conversationId, id, "purchase"), { paymentId }));
    });
  }

  showOlder() {
    const { id } = this.place;
    return this.#person.act(() => this.#loadThread(id, this.#older.get(id)));
  }

  /** Says that what is open has been seen. */
  async seen() {
    const id = this.place?.id;
    const readUpTo = id && this.store.toRead(id);
    // One that was refused is not asked for again and again.
    if (!readUpTo || this.#isReading || this.#readUpTo === readUpTo) return;
    this.#isReading = true;
    this.#readUpTo = readUpTo;
    await this.#person.attempt(async () => this.store.read(id, await this.#api.call("PATCH", path(id), { readUpTo })));
    this.#isReading = false;
    // Another one may have come meanwhile.
    this.#person.changed();
  }

  /** Says that this person is writing; as often as it likes. */
  writing() {
    const conversationId = this.place?.id;
    if (!conversationId || Date.now() - this.#saidAt < SAID_EVERY) return;
    this.#saidAt = Date.now();
    // Nothing is lost if it is not said: the connection is away, or one of the two has blocked the other.
    this.#person.rpc("typing", { conversationId }).catch(() => undefined);
  }

  async start() {
    await this.load();
    this.#isStarted = true;
  }

  /** Asks the API for the conversations. */
  async load() {
    const load = this.store.startLoad();
    try {
      this.store.loaded(load, await this.#api.call("GET", `${path()}?limit=${CONVERSATIONS}`));
    } finally {
      this.store.abandon(load);
    }
    this.#person.watch("messages", this.store.conversations.map(({ id }) => `conversation:${id}`));
    const userId = this.place?.userId;
    if (userId && !this.place.id && this.store.conversationWith(userId)) {
      this.place = { id: this.store.conversationWith(userId).id, userId };
      await this.#loadPlace();
    }
    this.#person.changed();
  }

  // A message to all has no channel but the bell, and the bell's own frames are not recovered: the list is.
  subscribed({ data }) {
    if (data?.type === "snapshot" && this.#isStarted) this.#reload();
  }

  publication({ channel, data }) {
    if (channel.startsWith("notifications:")) return this.#notified(data?.notification);
    if (data?.type === "typing") return this.#heardTyping(data);
    if (data?.type === "message_created") this.#stopTyping(data.conversationId);
    const missing = this.store.frame(data);
    if (missing === "list") void this.#person.attempt(() => this.load());
    if (missing === "thread") void this.#person.attempt(() => this.#loadThread(data.conversationId));
  }

  settled({ fresh, gaps }) {
    const incomplete = [...fresh, ...gaps].some((channel) => /^(conversation|feed):/.test(channel));
    if (incomplete && this.#isStarted) this.#reload();
  }

  #notified(notification) {
    if (notification?.type !== "NEW_MESSAGE") return;
    const { conversationId, creatorId } = notification.metadata ?? {};
    if (creatorId || !this.store.conversation(conversationId)) this.#reload();
  }

  #reload() {
    void this.#person.attempt(async () => {
      await this.load();
      await this.#loadPlace();
    });
  }

  async #loadPlace() {
    if (this.place?.id) await this.#loadThread(this.place.id);
  }

  async #loadThread(id, cursor) {
    const load = this.store.startLoad();
    try {
      const query = new URLSearchParams({ limit: PAGE, ...(cursor && { cursor }) });
      const page = await this.#api.call("GET", `${path(id)}?${query}`);
      if (cursor || !this.store.thread(id)) this.#older.set(id, page.nextCursor);
      this.store.threadLoaded(load, id, page);
    } finally {
      this.store.abandon(load);
    }
  }

  #heardTyping({ conversationId, userId }) {
    if (userId === this.#person.userId) return;
    clearTimeout(this.#typing.get(conversationId));
    this.#typing.set(conversationId, setTimeout(() => this.#stopTyping(conversationId), TYPING_LASTS));
    this.#person.changed();
  }

  #stopTyping(conversationId) {
    clearTimeout(this.#typing.get(conversationId));
    if (this.#typing.delete(conversationId)) this.#person.changed();
  }
}
