// The inbox of one user as a client holds it: a snapshot, then frames. Pure: no DOM, no network, no clock.
//
// Two kinds of frame arrive on `notifications:{user}`:
// - personal ones carry the user's state `version` and the absolute `unreadCount`, true at global `position`;
// - audience ones (with a `stream`) are one shared frame for all followers: they carry only `position`, so
//   each store counts them itself.
// The two kinds may overtake each other. What an audience frame changed therefore stays on a ledger until an
// absolute count whose position covers it has come: that keeps the badge exact at every moment.

import { newestFirst } from "./order.js";

export class InboxStore {
  // id -> {...notification, seq, exact}: seq is the item's position if exact, else the highest it can be.
  #items = new Map();
  #ledger = new Map(); // position of an audience frame not yet in #count -> {id, added}
  #loads = new Set(); // pages on their way
  #readEarly = new Set(); // ids read elsewhere before their item was seen here
  #count = 0; // the newest absolute count
  #version = 0;
  #base = 0; // the position of #count
  #snapshotPosition = 0;
  #floor = 0; // every unread item above this position is held here
  #readUpTo = 0;
  #clearedUpTo = 0;
  #stale = false;

  /** Exact number of unread items, also of those that are not in `items`. */
  get unread() {
    let unread = this.#count;
    for (const entry of this.#ledger.values()) unread += this.#change(entry);
    return Math.max(0, unread);
  }

  /** What is known of the list, newest first: {id, type, title, message, metadata, isRead, createdAt}. */
  get items() {
    return [...this.#items.values()].filter((item) => !item.isRemoved).sort(newestFirst);
  }

  get version() {
    return this.#version;
  }

  get position() {
    return Math.max(this.#base, ...this.#ledger.keys());
  }

  /** True when a frame could not be applied exactly: take a new snapshot. */
  get stale() {
    return this.#stale;
  }

  /** Replaces everything; returns the items that were not known before, oldest first. */
  snapshot({ notifications = [], unreadCount = 0, version = 0, position = 0 }) {
    const fresh = notifications.filter((item) => !this.#items.has(item.id));
    for (const kept of [this.#items, this.#ledger, this.#loads, this.#readEarly]) kept.clear();
    this.#count = unreadCount;
    this.#version = version;
    this.#base = this.#snapshotPosition = position;
    this.#readUpTo = this.#clearedUpTo = 0;
    this.#stale = false;
    for (const item of notifications) this.#hold(item, item.position ?? position, item.position !== undefined);
    const isAll = notifications.length >= unreadCount;
    this.#floor = isAll ? 0 : Math.min(position, ...notifications.map((item) => item.position ?? position));
    return fresh.reverse();
  }

  /** Applies one frame; returns false if it is old, or no frame of an inbox. */
  frame(frame) {
    if (frame?.type === "notification" && !frame.notification?.id) return false;
    if (typeof frame?.version === "number") return this.#personal(frame);
    if (typeof frame?.stream === "string") return this.#audience(frame);
    return false;
  }

  /** Call before a page of the list is asked for, and give what it returns to `page`. */
  startPage() {
    const load = { frames: [] };
    this.#loads.add(load);
    return load;
  }

  /** Adds a page's items, as they are after the frames that came while the page was on its way. */
  page(load, notifications) {
    if (!this.#loads.delete(load)) return; // a snapshot came in between: the page is of a former life
    for (const item of notifications) {
      if (!this.#items.has(item.id)) this.#hold(item, this.position, false);
    }
    for (const frame of load.frames) this.#apply(frame);
  }

  #personal(frame) {
    if (frame.version <= this.#version) return false;
    this.#version = frame.version;
    if (typeof frame.unreadCount === "number") this.#settle(frame.unreadCount, frame.position ?? this.#base);
    this.#note(frame);
    return true;
  }

  #settle(count, position) {
    this.#count = count;
    this.#base = Math.max(this.#base, position);
    for (const [entryPosition, { id, added }] of [...this.#ledger]) {
      if (entryPosition > position) continue;
      this.#ledger.delete(entryPosition);
      if (!added) this.#items.delete(id);
    }
  }

  #audience(frame) {
    if (frame.position <= this.#snapshotPosition || this.#ledger.has(frame.position)) return false;
    // At or below the base it is counted already, and only the list has yet to hear of it.
    if (frame.position > this.#base) this.#tally(frame);
    this.#note(frame);
    return true;
  }

  #tally(frame) {
    if (frame.type === "notification") {
      this.#ledger.set(frame.position, { id: frame.notification.id, added: true });
    } else if (frame.type === "notification_removed") {
      this.#stale ||= this.#maybeUnread(frame);
      this.#ledger.set(frame.position, { id: frame.notificationId, added: false });
    }
  }

  /** True for an item that is not held here, but may be one of the unread ones below the snapshot's twenty. */
  #maybeUnread({ notificationId, itemPosition = 0 }) {
    if (this.#items.has(notificationId) || itemPosition > this.#floor) return false;
    return this.unread > this.#unreadHeld();
  }

  /** What a ledger entry changes: a removed item takes its unit along, unless it was read before that. */
  #change({ id, added }) {
    if (added) return 1;
    const item = this.#items.get(id);
    return item && !item.isRead ? -1 : 0;
  }

  #unreadHeld() {
    return this.items.filter((item) => !item.isRead).length;
  }

  #note(frame) {
    this.#apply(frame);
    for (const load of this.#loads) load.frames.push(frame);
  }

  #apply(frame) {
    if (frame.type === "notification") this.#take(frame);
    else if (frame.type === "notification_removed") this.#remove(frame);
    else if (frame.type === "notification_read") this.#read(frame.notificationId);
    else if (frame.type === "notifications_read") this.#readAll(frame);
    else if (frame.type === "notifications_cleared") this.#clear(frame);
  }

  #hold(item, seq, exact) {
    this.#items.set(item.id, { ...item, seq, exact });
  }

  /** A new item; one with `replaces` takes the place of an unread one, and the frame's count is without that. */
  #take({ notification, position, replaces }) {
    this.#items.delete(replaces);
    this.#arrive(notification, position);
  }

  #arrive(item, seq) {
    if (this.#items.get(item.id)?.exact || seq <= this.#clearedUpTo) return;
    const isRead = item.isRead || seq <= this.#readUpTo || this.#readEarly.has(item.id);
    this.#hold({ ...item, isRead }, seq, true);
  }

  // While the ledger needs it, a removed item stays as a ghost: an older act may still say that it was read.
  #remove({ notificationId, position }) {
    const item = this.#items.get(notificationId);
    if (item && this.#ledger.has(position)) this.#items.set(notificationId, { ...item, isRemoved: true });
    else this.#items.delete(notificationId);
  }

  #read(id) {
    const item = this.#items.get(id);
    if (item) this.#items.set(id, { ...item, isRead: true });
    else this.#readEarly.add(id);
  }

  #readAll({ upTo, unreadCount }) {
    this.#readUpTo = Math.max(this.#readUpTo, upTo);
    for (const item of [...this.#items.values()]) {
      if (item.isRead) continue;
      // When nothing is left unread there is no doubt about the items of the snapshot either.
      if ((unreadCount === 0 && !item.exact) || this.#isCovered(item, upTo)) this.#read(item.id);
    }
  }

  #clear({ upTo }) {
    this.#clearedUpTo = Math.max(this.#clearedUpTo, upTo);
    for (const item of [...this.#items.values()]) {
      if (this.#isCovered(item, upTo)) this.#items.delete(item.id);
    }
  }

  #isCovered(item, upTo) {
    // Of an item whose place is not known exactly, a lower `upTo` does not say on which side it is.
    this.#stale ||= item.seq > upTo && !item.exact;
    return item.seq <= upTo;
  }
}
