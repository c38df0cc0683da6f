import assert from "node:assert/strict";
import { test } from "node:test";
import { InboxStore } from "../../../src/fanwire/web/static/store/inbox-store.js";
import { InboxServer, random } from "./inbox-server.mjs";

const item = (id, second = 0, more = {}) => ({
  id,
  type: "LIKE_POST",
  title: "Новый лайк",
  message: "",
  metadata: {},
  isRead: false,
  createdAt: `2026-01-01T00:00:${String(second).padStart(2, "0")}Z`,
  ...more,
});

function storeWith(notifications, { unreadCount = notifications.length, version = 3, position = 10 } = {}) {
  const store = new InboxStore();
  store.snapshot({ notifications, unreadCount, version, position });
  return store;
}

const ids = (store) => store.items.map(({ id }) => id);
const unreadIds = (store) => store.items.filter(({ isRead }) => !isRead).map(({ id }) => id);

test("a snapshot gives the list, newest first, and the count", () => {
  const store = storeWith([item("b", 2), item("a", 1)], { unreadCount: 31 });
  assert.deepEqual(ids(store), ["b", "a"]);
  assert.equal(store.unread, 31);
});

test("a snapshot tells what it brought that was not known, oldest first", () => {
  const store = storeWith([item("a", 1)]);
  const fresh = store.snapshot({ notifications: [item("c", 3), item("b", 2), item("a", 1)], unreadCount: 3 });
  assert.deepEqual(fresh.map(({ id }) => id), ["b", "c"]);
});

test("a personal frame sets the absolute count and adds its item", () => {
  const store = storeWith([]);
  const frame = { type: "notification", notification: item("a"), unreadCount: 7, version: 4, position: 11 };
  assert.equal(store.frame(frame), true);
  assert.equal(store.unread, 7);
  assert.deepEqual(ids(store), ["a"]);
});

test("a new item takes the place of the unread one that it replaces", () => {
  const store = storeWith([item("b", 2), item("a", 1)]);
  const frame = { type: "notification", notification: item("c", 3), unreadCount: 2, position: 11 };
  assert.equal(store.frame({ ...frame, replaces: "a", version: 4 }), true);
  assert.deepEqual(ids(store), ["c", "b"]);
  assert.equal(store.unread, 2);
  store.frame({ ...frame, notification: item("d", 4), replaces: "one that was never here", version: 5 });
  assert.deepEqual(ids(store), ["d", "c", "b"]);
});

test("an item that is taken back goes, and the count is the frame's", () => {
  const store = storeWith([item("b", 2), item("a", 1)]);
  store.frame({ type: "notification_removed", notificationId: "a", unreadCount: 1, version: 4, position: 11 });
  assert.deepEqual(ids(store), ["b"]);
  assert.equal(store.unread, 1);
});

test("a page that was on its way does not bring back what was replaced", () => {
  const store = storeWith([item("b", 2)], { unreadCount: 2 });
  const load = store.startPage();
  const frame = { type: "notification", notification: item("c", 3), replaces: "a", unreadCount: 2 };
  store.frame({ ...frame, version: 4, position: 11 });
  store.page(load, [item("a", 1)]);
  assert.deepEqual(ids(store), ["c", "b"]);
});

test("an open post of a followed creator is no notification", () => {
  const store = storeWith([]);
  assert.equal(store.frame({ type: "feed_update", post: { id: "7" } }), false);
  assert.equal(store.unread, 0);
});

test("a frame whose version is not newer is dropped", () => {
  const store = storeWith([item("a")]);
  for (const version of [2, 3]) {
    const frame = { type: "notification", notification: item("old"), unreadCount: 99, version, position: 9 };
    assert.equal(store.frame(frame), false);
  }
  assert.equal(store.unread, 1);
  assert.deepEqual(ids(store), ["a"]);
});

test("an audience frame above the position counts one, and counts once", () => {
  const store = storeWith([]);
  const frame = { type: "notification", notification: item("p"), stream: "creator:anna", position: 11 };
  assert.equal(store.frame(frame), true);
  assert.equal(store.frame(frame), false);
  assert.equal(store.unread, 1);
  assert.equal(store.position, 11);
});

test("an audience frame that the snapshot already holds changes nothing", () => {
  const store = storeWith([item("p")], { position: 11 });
  const frame = { type: "notification", notification: item("p"), stream: "creator:anna", position: 11 };
  assert.equal(store.frame(frame), false);
  assert.equal(store.unread, 1);
});

test("a count taken before an audience item does not swallow it", () => {
  const store = storeWith([]);
  store.frame({ type: "notification", notification: item("p"), stream: "creator:anna", position: 12 });
  store.frame({ type: "notification", notification: item("a"), unreadCount: 1, version: 4, position: 11 });
  assert.equal(store.unread, 2);
});

test("a count taken after an audience item is not added to", () => {
  const store = storeWith([]);
  store.frame({ type: "notification_read", notificationId: "x", unreadCount: 1, version: 4, position: 12 });
  store.frame({ type: "notification", notification: item("p"), stream: "creator:anna", position: 12 });
  assert.equal(store.unread, 1);
  assert.deepEqual(ids(store), ["p"]);
});

test("reading one item in another tab reads it here", () => {
  const store = storeWith([item("b", 2), item("a", 1)]);
  store.frame({ type: "notification_read", notificationId: "a", unreadCount: 1, version: 4, position: 10 });
  assert.deepEqual(unreadIds(store), ["b"]);
  assert.equal(store.unread, 1);
});

test("an item read before it was seen here arrives read", () => {
  const store = storeWith([]);
  store.frame({ type: "notification_read", notificationId: "p", unreadCount: 0, version: 4, position: 12 });
  store.frame({ type: "notification", notification: item("p"), stream: "creator:anna", position: 12 });
  assert.deepEqual(unreadIds(store), []);
});

test("mark all leaves what came after it", () => {
  const store = storeWith([item("a", 1)]);
  store.frame({ type: "notification", notification: item("p", 5), stream: "creator:anna", position: 12 });
  store.frame({ type: "notifications_read", upTo: 10, unreadCount: 0, version: 4, position: 10 });
  assert.equal(store.unread, 1);
});

test("mark all with nothing left unread reads everything, wherever the items were", () => {
  const store = storeWith([item("b", 2), item("a", 1)], { position: 10 });
  store.frame({ type: "notifications_read", upTo: 8, unreadCount: 0, version: 4, position: 10 });
  assert.deepEqual(unreadIds(store), []);
  assert.equal(store.stale, false);
});

test("clear empties the list up to its position", () => {
  const store = storeWith([item("a", 1)]);
  store.frame({ type: "notification", notification: item("b", 2), unreadCount: 2, version: 4, position: 12 });
  store.frame({ type: "notifications_cleared", upTo: 11, unreadCount: 1, version: 5, position: 12 });
  assert.deepEqual(ids(store), ["b"]);
  assert.equal(store.unread, 1);
});

test("a clear that may or may not cover a snapshot's item asks for a new snapshot", () => {
  const store = storeWith([item("a", 1)], { position: 10 });
  store.frame({ type: "notifications_cleared", upTo: 8, unreadCount: 1, version: 4, position: 10 });
  assert.equal(store.stale, true);
  store.snapshot({ notifications: [], unreadCount: 0, version: 4, position: 10 });
  assert.equal(store.stale, false);
});

test("the item of a deleted post goes, and takes its unread unit along", () => {
  const store = storeWith([item("p", 2), item("a", 1)]);
  store.frame({ type: "notification_removed", notificationId: "p", stream: "creator:anna", position: 12 });
  assert.deepEqual(ids(store), ["a"]);
  assert.equal(store.unread, 1);
});

test("the item of a deleted post that was read takes nothing along", () => {
  const store = storeWith([item("p", 2, { isRead: true }), item("a", 1)], { unreadCount: 1 });
  store.frame({ type: "notification_removed", notificationId: "p", stream: "creator:anna", position: 12 });
  assert.equal(store.unread, 1);
});

test("a deleted post's item that is not held here asks for a new snapshot only if it could be unread", () => {
  const removed = { type: "notification_removed", notificationId: "far", stream: "creator:anna", position: 12 };
  const complete = storeWith([item("a")], { unreadCount: 1 });
  complete.frame(removed);
  assert.equal(complete.stale, false);
  const partial = storeWith([item("a")], { unreadCount: 25 });
  partial.frame(removed);
  assert.equal(partial.stale, true);
});

test("where the items of a snapshot are is known, so a clear below them leaves them", () => {
  const store = storeWith([item("b", 2, { position: 9 }), item("a", 1, { position: 4 })]);
  store.frame({ type: "notifications_cleared", upTo: 8, unreadCount: 1, version: 4, position: 10 });
  assert.deepEqual(ids(store), ["b"]);
  assert.equal(store.stale, false);
});

test("a deleted post's item above those that are held cannot have been unread", () => {
  const store = storeWith([item("a", 1, { position: 4 })], { unreadCount: 25 });
  const removed = { type: "notification_removed", notificationId: "far", stream: "creator:anna", position: 12 };
  store.frame({ ...removed, itemPosition: 7 });
  assert.equal(store.stale, false);
  assert.equal(store.unread, 25);
  store.frame({ ...removed, position: 13, itemPosition: 2 });
  assert.equal(store.stale, true);
});

test("a membership change moves the count by its own frame", () => {
  const store = storeWith([item("a")]);
  store.frame({ type: "unread_count", unreadCount: 0, version: 4, position: 12 });
  assert.equal(store.unread, 0);
});

test("a page adds older items and does not undo what came while it was on its way", () => {
  const store = storeWith([item("c", 3)]);
  const load = store.startPage();
  store.frame({ type: "notification_read", notificationId: "b", unreadCount: 1, version: 4, position: 10 });
  store.page(load, [item("c", 3), item("b", 2), item("a", 1, { isRead: true })]);
  assert.deepEqual(ids(store), ["c", "b", "a"]);
  assert.deepEqual(unreadIds(store), ["c"]);
});

test("a page asked for before a snapshot is of a former life", () => {
  const store = storeWith([]);
  const load = store.startPage();
  store.snapshot({ notifications: [], unreadCount: 0, version: 9, position: 20 });
  store.page(load, [item("cleared")]);
  assert.deepEqual(ids(store), []);
});

test("what is no inbox frame is refused", () => {
  const store = storeWith([item("a")]);
  for (const frame of [undefined, null, "text", 1, {}, { type: "hello" }, { type: "notification", version: 9 }]) assert.equal(store.frame(frame), false);
  assert.equal(store.unread, 1);
});

test("badge and list equal the server's, for any order in which the two kinds of frame meet", () => {
  let stale = 0;
  for (let seed = 1; seed <= 300; seed += 1) {
    const dice = random(seed);
    const server = new InboxServer(dice);
    for (let act = 0; act < 5; act += 1) server.act();
    server.forget();
    const store = new InboxStore();
    store.snapshot(server.snapshot());
    for (let act = 0; act < 30; act += 1) {
      server.act();
      while (dice(3) === 0 && server.pending) store.frame(server.deliver());
    }
    while (server.pending) store.frame(server.deliver());
    stale += store.stale ? 1 : 0;
    if (store.stale) store.snapshot(server.snapshot());
    assert.equal(store.unread, server.unread, `unread, seed ${seed}`);
    const held = new Set(unreadIds(store));
    const expected = server.snapshot().notifications.map(({ id }) => id);
    assert.deepEqual(expected.filter((id) => !held.has(id)), [], `unread items, seed ${seed}`);
    assert.deepEqual([...held].filter((id) => !server.isUnread(id)), [], `nothing else is unread, seed ${seed}`);
  }
  assert.ok(stale < 30, `${stale} of 300 had to take a new snapshot`);
});
