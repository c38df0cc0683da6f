// A model of the server's inbox for one user: the truth that the store must agree with.

/** A small repeatable generator (mulberry32): random(seed)(n) is a whole number below n. */
export function random(seed) {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const NEWEST = 3;

export class InboxServer {
  #dice;
  #items = []; // {id, gseq, stream, isRead}
  #gseq = 0;
  #version = 0;
  #personal = []; // frames on their way; each lane keeps its order, the lanes overtake each other
  #audience = [];

  constructor(dice) {
    this.#dice = dice;
  }

  get unread() {
    return this.#items.filter(({ isRead }) => !isRead).length;
  }

  isUnread(id) {
    return this.#items.some((item) => item.id === id && !item.isRead);
  }

  get pending() {
    return this.#personal.length + this.#audience.length;
  }

  snapshot() {
    const unread = this.#items.filter(({ isRead }) => !isRead).reverse();
    const notifications = unread.slice(0, NEWEST).map((item) => ({ ...this.#wire(item), position: item.gseq }));
    return { notifications, unreadCount: unread.length, version: this.#version, position: this.#gseq };
  }

  /** What was sent before a connection is not for it. */
  forget() {
    this.#personal = [];
    this.#audience = [];
  }

  deliver() {
    const lane = this.#audience.length === 0 || (this.#personal.length > 0 && this.#dice(2)) ? "personal" : "audience";
    return lane === "personal" ? this.#personal.shift() : this.#audience.shift();
  }

  act() {
    [() => this.#notify(), () => this.#post(), () => this.#post(), () => this.#deletePost(), () => this.#read(),
      () => this.#readAll(), () => this.#clear(), () => this.#collapse(), () => this.#retract()][this.#dice(9)]();
  }

  #notify() {
    const item = this.#add("");
    this.#say({ type: "notification", notification: this.#wire(item) });
  }

  /** A message of one of two conversations: the unread one before it gives its place. */
  #collapse() {
    const conversation = `conversation:${this.#dice(2)}`;
    const earlier = this.#items.find((item) => item.conversation === conversation && !item.isRead);
    this.#items = this.#items.filter((item) => item !== earlier);
    const item = Object.assign(this.#add(""), { conversation });
    const replaces = earlier ? { replaces: earlier.id } : {};
    this.#say({ type: "notification", notification: this.#wire(item), ...replaces });
  }

  #retract() {
    const personal = this.#items.filter(({ stream }) => !stream);
    if (personal.length === 0) return;
    const { id } = personal[this.#dice(personal.length)];
    this.#gseq += 1;
    this.#items = this.#items.filter((item) => item.id !== id);
    this.#say({ type: "notification_removed", notificationId: id });
  }

  #post() {
    const item = this.#add("creator:anna");
    const { gseq: position, stream } = item;
    this.#audience.push({ type: "notification", notification: this.#wire(item), stream, position });
  }

  #deletePost() {
    const posts = this.#items.filter(({ stream }) => stream);
    if (posts.length === 0) return;
    const { id, stream, gseq: itemPosition } = posts[this.#dice(posts.length)];
    this.#items = this.#items.filter((item) => item.id !== id);
    this.#gseq += 1;
    const removed = { type: "notification_removed", notificationId: id, stream, itemPosition, position: this.#gseq };
    this.#audience.push(removed);
  }

  #read() {
    const unread = this.#items.filter(({ isRead }) => !isRead);
    if (unread.length === 0) return;
    const item = unread[this.#dice(unread.length)];
    item.isRead = true;
    this.#say({ type: "notification_read", notificationId: item.id });
  }

  #readAll() {
    const upTo = this.#gseq - this.#dice(3);
    for (const item of this.#items) item.isRead ||= item.gseq <= upTo;
    this.#say({ type: "notifications_read", upTo });
  }

  #clear() {
    const upTo = this.#gseq - this.#dice(3);
    this.#items = this.#items.filter(({ gseq }) => gseq > upTo);
    this.#say({ type: "notifications_cleared", upTo });
  }

  #add(stream) {
    this.#gseq += 1;
    const item = { id: `n${this.#gseq}`, gseq: this.#gseq, stream, isRead: false };
    this.#items.push(item);
    return item;
  }

  #say(frame) {
    this.#version += 1;
    this.#personal.push({ ...frame, unreadCount: this.unread, version: this.#version, position: this.#gseq });
  }

  #wire({ id, gseq, isRead }) {
    const createdAt = new Date(Date.UTC(2026, 0, 1) + gseq * 1000).toISOString();
    return { id, type: "LIKE_POST", title: id, message: "", metadata: {}, isRead, createdAt };
  }
}
