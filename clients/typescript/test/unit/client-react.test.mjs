import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFanwire } from 'fanwire/client';
import { createElement as h, StrictMode, useEffect, useState, useSyncExternalStore } from 'react';
import { act, create } from 'react-test-renderer';
import { FakeClock } from './client-clock.mjs';
import { serverOf, tokenOf, turns } from './client-socket.mjs';

globalThis.IS_REACT_ACT_ENVIRONMENT = true;

const item = (id, second) => ({ id, type: 'LIKE_POST', title: `title ${id}`, message: '', metadata: {}, isRead: false, createdAt: `2026-01-01T00:00:0${second}Z` });

function site(t) {
  const snapshot = { type: 'snapshot', notifications: [{ ...item('a', 1), position: 4 }], unreadCount: 1, version: 1, position: 5 };
  const server = serverOf({
    data: (channel) => {
      if (channel === 'connect') return { 'notifications:anna': { data: snapshot }, 'feed:anna': {} };
      return channel === 'post:7' ? { type: 'counters', postId: '7', likesCount: 3, version: 1 } : undefined;
    },
  });
  const clock = new FakeClock();
  const fanwire = createFanwire({ url: 'http://fanwire.test', getToken: async () => tokenOf('anna'), websocket: server.Socket, clock });
  const complaints = t.mock.method(console, 'error', () => undefined);
  t.after(() => {
    fanwire.signOut();
    // React says of its test renderer that it is deprecated; of a render loop or a changing snapshot it would say more.
    const said = complaints.mock.calls.map(({ arguments: [line] }) => String(line)).filter((line) => !line.includes('deprecated'));
    assert.deepEqual(said, []);
  });
  return { server, clock, fanwire };
}

const texts = (root, type) => root.root.findAllByType(type).map(({ children }) => children.join(''));

test('the bell under StrictMode: one connection, one render for each change, and no loop', async (t) => {
  const { server, fanwire } = site(t);
  let renders = 0;
  function Bell() {
    const { unread, items, isReady } = useSyncExternalStore(fanwire.inbox.subscribe, fanwire.inbox.getSnapshot, fanwire.inbox.getSnapshot);
    renders += 1;
    return h('nav', null, h('b', null, isReady ? String(unread) : '…'), ...items.map(({ id, title }) => h('li', { key: id }, title)));
  }
  let root;
  await act(async () => {
    root = create(h(StrictMode, null, h(Bell)));
  });
  await act(turns);
  assert.deepEqual([texts(root, 'b'), texts(root, 'li')], [['1'], ['title a']]);
  assert.equal(server.sockets.length, 1);

  const before = renders;
  await act(async () => {
    server.publish('notifications:anna', { type: 'notification', notification: item('b', 2), unreadCount: 2, version: 2, position: 6 });
    await turns();
  });
  assert.deepEqual([texts(root, 'b'), texts(root, 'li')], [['2'], ['title b', 'title a']]);
  assert.equal(renders - before, 2); // StrictMode renders twice

  await act(async () => {
    server.publish('notifications:anna', { type: 'notification', notification: item('b', 2), unreadCount: 2, version: 2, position: 6 });
    server.publish('notifications:anna', { type: 'feed_update', post: { id: '9' } });
    await turns();
  });
  assert.equal(renders - before, 2); // nothing was new

  await act(async () => fanwire.signOut());
  assert.deepEqual([texts(root, 'b'), texts(root, 'li')], [['…'], []]);
  await act(async () => root.unmount());
});

test('a card under StrictMode, which mounts it twice, is subscribed once; unmounted, it is let go after the grace', async (t) => {
  const { server, clock, fanwire } = site(t);
  const heard = [];
  function Card({ id }) {
    const post = fanwire.post(id);
    const { likesCount } = useSyncExternalStore(post.subscribe, post.getSnapshot);
    useEffect(() => post.on('post_liked', ({ userId }) => heard.push(userId)), [post]);
    return h('i', null, likesCount === undefined ? '?' : String(likesCount));
  }
  let show;
  function Page() {
    const [ids, setIds] = useState(['7']);
    show = setIds;
    return ids.map((id) => h(Card, { key: id, id }));
  }
  let root;
  await act(async () => {
    root = create(h(StrictMode, null, h(Page)));
  });
  await act(turns);
  assert.deepEqual(texts(root, 'i'), ['3']);
  await act(async () => {
    server.publish('post:7', { type: 'post_liked', postId: '7', userId: 'boris', likesCount: 4, version: 2 });
    await turns();
  });
  assert.deepEqual(texts(root, 'i'), ['4']);
  assert.deepEqual(heard, ['boris']);
  const asked = () => server.asked.flatMap(({ subscribe, unsubscribe }) => [subscribe && `+${subscribe.channel}`, unsubscribe && `-${unsubscribe.channel}`].filter(Boolean));
  assert.deepEqual(asked(), ['+post:7']);

  await act(async () => show([]));
  clock.move(299);
  await turns();
  assert.deepEqual(asked(), ['+post:7']);
  clock.move(1);
  await turns();
  assert.deepEqual(asked(), ['+post:7', '-post:7']);
  await act(async () => show(['7']));
  await act(turns);
  assert.deepEqual(texts(root, 'i'), ['4']); // what was known, not less for an older answer
  assert.deepEqual(asked(), ['+post:7', '-post:7', '+post:7']);
  await act(async () => root.unmount());
});

test('on the server nothing is subscribed, and no token is asked for', async (t) => {
  const { server, fanwire } = site(t);
  const post = fanwire.post('7');
  assert.equal(post.getSnapshot(), fanwire.post('7').getSnapshot());
  post.seed({ id: '7', likesCount: 2, isLiked: true });
  assert.deepEqual([post.getSnapshot().likesCount, post.getSnapshot().isLiked, post.getSnapshot().status], [2, true, 'idle']);
  assert.equal(fanwire.inbox.getSnapshot().isReady, false);
  await turns();
  assert.equal(server.sockets.length, 0);
});
