// The inbox of one person: the snapshot and frames of the connection, and older pages of the API.

import { InboxStore } from "../store/inbox-store.js";

export class Inbox {
  store = new InboxStore();
  cursor = null; // where the next page of the list begins
  #person;
  #hasSnapshot = false;

  constructor(person) {
    this.#person = person;
    person.hear(this);
  }

  get unread() {
    return this.store.unread;
  }

  get items() {
    return this.store.items;
  }

  // The badge and the list move by the frame that each of these causes, here as in the person's other tabs.
  readOne(notificationId) {
    return this.#change("PATCH", { notificationId });
  }

  readAll() {
    return this.#change("PATCH", { markAllAsRead: true, upTo: this.store.position });
  }

  clear() {
    const query = new URLSearchParams({ upTo: this.store.position });
    return this.#person.act(() => this.#person.api.call("DELETE", `/api/user/notifications?${query}`));
  }

  loadMore() {
    return this.#person.act(() => this.#load(this.cursor));
  }

  subscribed({ channel, data }) {
    if (data?.type !== "snapshot") return;
    const fresh = this.store.snapshot(data);
    this.#person.log.add({ channel, data });
    for (const notification of this.#hasSnapshot ? fresh : []) {
      this.#person.cameBack({ channel, mark: "snapshot", data: { type: "notification", notification } });
    }
    this.#hasSnapshot = true;
    void this.#person.attempt(() => this.#load(null));
  }

  publication({ channel, data }) {
    // Open posts of followed creators come beside the notifications, for they need no history either.
    if (channel.startsWith("notifications:") && data?.type !== "feed_update") this.store.frame(data);
    if (this.store.stale) this.#person.resnapshot();
  }

  #change(method, body) {
    return this.#person.act(() => this.#person.api.call(method, "/api/user/notifications", body));
  }

  async #load(cursor) {
    const load = this.store.startPage();
    const query = new URLSearchParams({ limit: "20", ...(cursor && { cursor }) });
    const page = await this.#person.api.call("GET", `/api/user/notifications?${query}`);
    this.store.page(load, page.notifications);
    this.cursor = page.nextCursor;
  }
}
