import assert from "node:assert/strict";
import { test } from "node:test";
import { MessagesStore } from "../../../src/fanwire/web/static/store/messages-store.js";

const at = (second) => `2026-01-01T00:00:${String(second).padStart(2, "0")}Z`;
const message = (id, second, more = {}) => ({
  id, conversationId: "c", senderId: "anna", content: id, price: null, currency: null, isLocked: false, isMine: false,
  isBroadcast: false, createdAt: at(second), ...more,
});
const conversation = (id, peer, lastMessage, unreadMessages = 0) => ({ id, peer: { id: peer, nickname: peer }, lastMessage, unreadMessages });
const created = (id, second, more = {}) => ({ type: "message_created", conversationId: "c", message: { id, senderId: "anna", content: id, createdAt: at(second), ...more } });

/** boris's store with one conversation, its thread loaded. */
function opened(...messages) {
  const store = new MessagesStore("boris");
  const list = messages.length > 0 ? messages : [message("m1", 1)];
  store.loaded(store.startLoad(), { conversations: [conversation("c", "anna", list.at(-1))], unreadMessages: 0 });
  store.threadLoaded(store.startLoad(), "c", { messages: list, peerReadUpTo: null });
  return store;
}
const ids = (store) => store.thread("c").map(({ id }) => id);

test("the conversation with the newest message comes first", () => {
  const store = new MessagesStore("boris");
  const conversations = [conversation("a", "anna", message("m1", 1)), conversation("b", "clara", message("m2", 2))];
  store.loaded(store.startLoad(), { conversations, unreadMessages: 3 });
  assert.deepEqual(store.conversations.map(({ id }) => id), ["b", "a"]);
  assert.equal(store.unread, 3);
  store.frame({ ...created("m3", 3), conversationId: "a" });
  assert.deepEqual(store.conversations.map(({ id }) => id), ["a", "b"]);
});

test("the total is the newest one, in whatever order totals come", () => {
  const store = opened();
  store.frame({ type: "unread_messages", unreadMessages: 2, version: 9 });
  store.frame({ type: "unread_messages", unreadMessages: 1, version: 8 });
  assert.equal(store.unread, 2);
});

test("a total that came while the list was on its way wins over the list's", () => {
  const store = opened();
  const load = store.startLoad();
  store.frame({ type: "unread_messages", unreadMessages: 2, version: 9 });
  store.loaded(load, { conversations: [], unreadMessages: 1 });
  assert.equal(store.unread, 2);
});

test("a message that came while the list was on its way stays counted", () => {
  const store = opened();
  const load = store.startLoad();
  store.frame(created("m2", 2));
  store.loaded(load, { conversations: [conversation("c", "anna", message("m1", 1), 0)], unreadMessages: 0 });
  assert.deepEqual([store.conversation("c").unreadMessages, store.conversation("c").lastMessage.id], [1, "m2"]);
});

test("a message appears once, whoever brings it", () => {
  const store = opened();
  store.add(message("m2", 2, { senderId: "boris", isMine: true }));
  assert.equal(store.frame(created("m2", 2, { senderId: "boris" })), "");
  assert.deepEqual(ids(store), ["m1", "m2"]);
  assert.equal(store.conversation("c").unreadMessages, 0);
});

test("a message of the other one is unread until it is read", () => {
  const store = opened();
  store.frame(created("m2", 2));
  assert.equal(store.conversation("c").unreadMessages, 1);
  assert.equal(store.toRead("c"), "m2");
  assert.equal(store.frame({ type: "message_read", conversationId: "c", userId: "boris", upTo: "m2" }), "");
  assert.equal(store.conversation("c").unreadMessages, 0);
  assert.equal(store.toRead("c"), undefined);
});

test("reading on another tab up to an earlier message has the list asked for", () => {
  const store = opened();
  store.frame(created("m2", 2));
  assert.equal(store.frame({ type: "message_read", conversationId: "c", userId: "boris", upTo: "m1" }), "list");
});

test("the other one's watermark ticks one's own messages up to it", () => {
  const mine = { senderId: "boris", isMine: true };
  const store = opened(message("m1", 1, mine), message("m2", 2), message("m3", 3, mine));
  store.frame({ type: "message_read", conversationId: "c", userId: "anna", upTo: "m2" });
  assert.deepEqual(store.thread("c").map(({ isRead }) => isRead), [true, false, false]);
  store.frame({ type: "message_read", conversationId: "c", userId: "anna", upTo: "m3" });
  assert.deepEqual(store.thread("c").map(({ isRead }) => isRead), [true, false, true]);
});

test("a watermark that came while the thread was on its way wins over the answer's", () => {
  const store = opened(message("m1", 1, { senderId: "boris", isMine: true }));
  const load = store.startLoad();
  store.frame({ type: "message_read", conversationId: "c", userId: "anna", upTo: "m1" });
  store.threadLoaded(load, "c", { messages: [], peerReadUpTo: null });
  assert.equal(store.thread("c")[0].isRead, true);
});

test("a paid message is locked until it is bought", () => {
  const store = opened();
  store.frame(created("m2", 2, { price: 9900, currency: "RUB", content: undefined }));
  assert.equal(store.thread("c")[1].isLocked, true);
  store.frame({ type: "message_unlocked", conversationId: "c", message: { id: "m2", senderId: "anna", content: "secret" } });
  const { isLocked, content, price } = store.thread("c")[1];
  assert.deepEqual([isLocked, content, price], [false, "secret", 9900]);
  assert.equal(store.conversation("c").lastMessage.content, "secret");
});

test("one's own paid message from another tab has its text asked for", () => {
  const store = opened();
  assert.equal(store.frame(created("m2", 2, { senderId: "boris", price: 100, currency: "RUB" })), "thread");
  assert.equal(store.thread("c")[1].isLocked, false);
});

test("a message of a conversation that is not known has the list asked for", () => {
  assert.equal(opened().frame({ ...created("m9", 9), conversationId: "other" }), "list");
});

test("earlier messages join the loaded ones in order", () => {
  const store = opened(message("m5", 5));
  store.threadLoaded(store.startLoad(), "c", { messages: [message("m2", 2), message("m1", 1)], peerReadUpTo: null });
  assert.deepEqual(ids(store), ["m1", "m2", "m5"]);
});

test("what is no frame changes nothing", () => {
  const store = opened();
  for (const frame of [null, {}, { type: "message_created", conversationId: "c" }, { type: "message_created", conversationId: "c", message: { id: "x" } }, { type: "other" }]) assert.equal(store.frame(frame), "");
  assert.deepEqual(ids(store), ["m1"]);
});
