import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createFanwire } from 'fanwire/client';
import { Hub } from '../../dist/esm/client/hub/hub.js';
import { FakeClock } from './client-clock.mjs';
import { serverOf, tokenOf, turns } from './client-socket.mjs';

/** A hub, its server, and what each tab was told. */
function hubOf(options = {}) {
  const server = serverOf(options);
  const told = [];
  const clock = new FakeClock();
  const hub = new Hub({
    socketUrl: 'ws://fanwire.test', user: 'anna', channelLimit: 128, websocket: server.Socket, clock,
    send: (tabs, message) => told.push({ tabs: [...tabs], ...message }),
  });
  const join = (tab, holds = []) => hub.receive(tab, { type: 'join', token: tokenOf('anna'), holds });
  const of = (tab, type) => told.filter((one) => one.tabs.includes(tab) && one.type === type);
  return { hub, server, told, clock, join, of };
}

const hold = (channel, more = {}) => ({ channel, weak: false, ...more });

test('what two tabs hold is subscribed once, and one publication is told to both in one message', async (t) => {
  const { hub, server, join, of, told } = hubOf();
  t.after(() => hub.close());
  join('one', [hold('post:7')]);
  join('two', [hold('post:7'), hold('creator:b')]);
  await turns();
  assert.deepEqual(server.asked.flatMap(({ subscribe }) => subscribe?.channel ?? []).sort(), ['creator:b', 'post:7']);
  server.publish('post:7', { type: 'post_liked', postId: '7', likesCount: 1, version: 1 });
  await turns();
  assert.deepEqual(told.at(-1).tabs, ['one', 'two']);
  hub.receive('one', { type: 'release', channel: 'post:7' });
  await turns();
  assert.equal(server.asked.filter(({ unsubscribe }) => unsubscribe).length, 0);
  hub.gone('two');
  await turns();
  assert.deepEqual(server.asked.flatMap(({ unsubscribe }) => unsubscribe?.channel ?? []).sort(), ['creator:b', 'post:7']);
  assert.equal(of('two', 'publication').length, 1);
  hub.gone('one');
  assert.equal(server.open, 0);
});

test('a tab that comes later is given the state as it is, not as it was', async (t) => {
  const counters = { type: 'counters', postId: '7', likesCount: 3, commentsCount: 1, version: 5 };
  const { hub, server, join, of } = hubOf({ data: (channel) => (channel === 'post:7' ? counters : undefined) });
  t.after(() => hub.close());
  join('one', [hold('post:7')]);
  await turns();
  server.publish('post:7', { type: 'post_liked', postId: '7', likesCount: 4, version: 6 });
  await turns();
  join('two', [hold('post:7')]);
  const [{ states }] = of('two', 'subscribed');
  assert.deepEqual(Object.assign({}, ...states.filter(({ likesCount }) => likesCount)), { type: 'counters', postId: '', likesCount: 4, version: 6 });
  assert.equal(states.find(({ commentsCount }) => commentsCount).version, 5);
});

test('a tab from another hub gets what it lacks, or is told that there is a gap', async (t) => {
  const { hub, server, join, of } = hubOf();
  t.after(() => hub.close());
  join('one', [hold('creator:b', { since: { offset: 3, epoch: 'e' } })]);
  await turns();
  const { recover, offset, epoch } = server.asked.at(-1).subscribe;
  assert.deepEqual({ recover, offset, epoch }, { recover: true, offset: 3, epoch: 'e' });
  // The test's server recovers nothing by itself: this subscription comes from the server as recovered.
  hub.subscribed({ channel: 'creator:b', wasRecovering: true, recovered: true, streamPosition: { offset: 3, epoch: 'e' } });
  for (const offset of [4, 5]) hub.publication({ channel: 'creator:b', data: { type: 'creator_updated', offset }, offset });
  const late = (tab, since) => {
    hub.receive(tab, { type: 'join', token: tokenOf('anna'), holds: [hold('creator:b', { since })] });
    const [{ wasRecovering, recovered }] = of(tab, 'subscribed');
    return { wasRecovering, recovered, offsets: of(tab, 'publication').map(({ data }) => data.offset) };
  };
  assert.deepEqual(late('behind', { offset: 4, epoch: 'e' }), { wasRecovering: true, recovered: true, offsets: [5] });
  assert.deepEqual(late('level', { offset: 5, epoch: 'e' }), { wasRecovering: true, recovered: true, offsets: [] });
  assert.deepEqual(late('lost', { offset: 2, epoch: 'e' }), { wasRecovering: true, recovered: false, offsets: [] });
  assert.deepEqual(late('another stream', { offset: 4, epoch: 'f' }), { wasRecovering: true, recovered: false, offsets: [] });
  assert.deepEqual(late('new', undefined), { wasRecovering: false, recovered: false, offsets: [] });
});

test('of the weak ones the latest stay, when a strong one needs the room', async (t) => {
  const { hub, server, join, of } = hubOf();
  t.after(() => hub.close());
  join('one', Array.from({ length: 126 }, (_, number) => hold(`post:${number}`, { weak: true })));
  await turns();
  const live = () => server.asked.reduce((set, { subscribe, unsubscribe }) => {
    if (subscribe) set.add(subscribe.channel);
    if (unsubscribe) set.delete(unsubscribe.channel);
    return set;
  }, new Set());
  assert.equal(live().size, 126);
  hub.receive('one', { type: 'hold', hold: hold('post:0', { weak: true }) }); // looked at again
  hub.receive('one', { type: 'hold', hold: hold('creator:b') });
  await turns();
  assert.equal(live().size, 126);
  assert.ok(live().has('creator:b') && live().has('post:0') && !live().has('post:1'));
  assert.ok(of('one', 'pending').some(({ channel }) => channel === 'post:1'));
});

test('a token is asked of the next tab when one fails, is gone, or does not answer', async (t) => {
  const { hub, clock, join, of } = hubOf({});
  t.after(() => hub.close());
  for (const tab of ['one', 'two', 'three', 'four']) join(tab);
  await turns();
  const asked = hub.desk.ask();
  const request = (tab) => of(tab, 'askToken').at(-1)?.request;
  hub.receive('one', { type: 'token', request: request('one'), token: null, failed: true });
  await turns();
  hub.gone('two');
  await turns();
  clock.move(10_000);
  await turns();
  hub.receive('four', { type: 'token', request: request('four'), token: 'fresh', failed: false });
  assert.equal(await asked, 'fresh');
  assert.equal(clock.waiting, 0);
});

function clientOf(t, options = {}, more = {}) {
  const server = serverOf(options);
  const clock = new FakeClock();
  const fanwire = createFanwire({ url: 'http://fanwire.test', getToken: async () => tokenOf('anna'), websocket: server.Socket, clock, ...more });
  t.after(() => fanwire.signOut());
  return { server, clock, fanwire };
}

test('a frame that cannot be applied exactly brings a new snapshot, by one new connection', async (t) => {
  const item = (id) => ({ id, type: 'X', title: '', message: '', metadata: {}, isRead: false, createdAt: '2026-01-01T00:00:00Z', position: 9 });
  let unreadCount = 25;
  const snapshot = () => ({ type: 'snapshot', notifications: [item('a')], unreadCount, version: 1, position: 10 });
  const { server, fanwire } = clientOf(t, { data: (channel) => (channel === 'connect' ? { 'notifications:anna': { data: snapshot() } } : undefined) });
  fanwire.inbox.hold();
  await turns();
  await turns();
  assert.equal(fanwire.inbox.getSnapshot().unread, 25);
  unreadCount = 24;
  for (const position of [11, 12]) {
    server.publish('notifications:anna', { type: 'notification_removed', notificationId: `far${position}`, stream: 'creator:b', itemPosition: 2, position });
  }
  for (let turn = 0; turn < 5; turn += 1) await turns();
  assert.equal(server.sockets.length, 2);
  assert.equal(fanwire.inbox.getSnapshot().unread, 24);
});

test('one handler that throws keeps nothing from the others', async (t) => {
  const complaints = t.mock.method(console, 'error', () => undefined);
  const { server, fanwire } = clientOf(t);
  const heard = [];
  fanwire.creator('b').on('creator_updated', () => {
    throw new Error('mine');
  });
  const off = fanwire.creator('b').on('creator_updated', (frame, about) => heard.push([frame.changes.nickname, about.eventId]));
  await turns();
  await turns();
  server.push({ channel: 'creator:b', pub: { data: { type: 'creator_updated', creatorId: 'b', changes: { nickname: 'B' } }, tags: { eventId: 'e1' } } });
  assert.deepEqual(await turns().then(() => heard), [['B', 'e1']]);
  assert.equal(complaints.mock.calls[0].arguments[1].message, 'mine');
  off();
  server.publish('creator:b', { type: 'creator_updated', creatorId: 'b', changes: {} });
  await turns();
  assert.equal(heard.length, 1);
});

test('nobody signed in is a state, and not an error', async (t) => {
  const { server, fanwire } = clientOf(t, {}, { getToken: async () => null });
  fanwire.post('7').hold();
  await turns();
  assert.equal(fanwire.connection.getSnapshot().state, 'signedOut');
  await assert.rejects(fanwire.call('GET', '/api/user/settings'), { name: 'SignedOut' });
  assert.equal(server.sockets.length, 0);
  fanwire.switchUser(async () => tokenOf('anna'));
  await turns();
  await turns();
  assert.equal(fanwire.post('7').getSnapshot().status, 'live');
});

test('a call of the API has a key that a retry keeps, and asks once for a fresh token', async (t) => {
  const seen = [];
  let tokens = 0;
  const fetch = async (url, { method, headers, body }) => {
    seen.push({ url, method, body, ...headers });
    if (seen.length === 1) return new Response('', { status: 401 });
    if (url.endsWith('/broken')) return Response.json({ title: 'No', detail: 'not like that' }, { status: 422 });
    if (url.endsWith('/down')) throw new TypeError('fetch failed');
    return new Response(null, { status: 204 });
  };
  const { fanwire } = clientOf(t, {}, { fetch, getToken: async (purpose) => `${purpose}${++tokens}` });
  assert.equal(await fanwire.call('POST', '/api/x', { a: 1 }), undefined);
  assert.deepEqual(seen.map(({ authorization }) => authorization), ['Bearer api1', 'Bearer api2']);
  assert.match(seen[0]['idempotency-key'], /^[0-9a-f]{32}$/);
  assert.equal(seen[0]['idempotency-key'], seen[1]['idempotency-key']);
  assert.equal(seen[1].url, 'http://fanwire.test/api/x');
  await assert.rejects(fanwire.call('GET', '/broken'), { name: 'ApiError', status: 422, message: 'not like that' });
  await assert.rejects(fanwire.call('GET', '/down'), { name: 'ApiError', status: 0 });
  assert.equal(tokens, 2);
});

test('the client is there for import and for require, with the same names', async () => {
  const { createRequire } = await import('node:module');
  const required = createRequire(import.meta.url)('fanwire/client');
  assert.deepEqual(Object.keys(required).sort(), Object.keys(await import('fanwire/client')).sort());
  assert.equal(typeof required.createFanwire({ url: 'http://fanwire.test', getToken: async () => null }).post, 'function');
});

test('after an absence, refused channels are asked for again: what opened them may have been said meanwhile', async (t) => {
  let isOpen = false;
  const refuse = (channel) => (channel === 'post:7' && !isOpen ? { code: 103, message: 'permission denied' } : undefined);
  const { server, fanwire } = clientOf(t, { refuse, data: (channel) => (channel === 'connect' ? { 'feed:anna': {} } : undefined) });
  const post = fanwire.post('7');
  post.hold();
  await turns();
  await turns();
  assert.equal(post.getSnapshot().status, 'refused');
  assert.equal(post.getSnapshot(), post.getSnapshot());
  isOpen = true;
  server.push({ channel: 'feed:anna', subscribe: {} }); // the server's own subscription begins anew
  await turns();
  await turns();
  assert.equal(post.getSnapshot().status, 'live');
  assert.equal(server.asked.filter(({ subscribe }) => subscribe?.channel === 'post:7').length, 2);
});

test('a connection that the server has ended for good says why, and can be asked for again', async (t) => {
  const { server, fanwire } = clientOf(t);
  fanwire.post('7').hold();
  await turns();
  await turns();
  server.push({ disconnect: { code: 3500, reason: 'invalid token' } });
  await turns();
  const { state, code, reason } = fanwire.connection.getSnapshot();
  assert.deepEqual({ state, code, reason }, { state: 'disconnected', code: 3500, reason: 'invalid token' });
  fanwire.connect();
  await turns();
  await turns();
  assert.equal(fanwire.connection.getSnapshot().state, 'connected');
  assert.equal(fanwire.post('7').getSnapshot().status, 'live');
});

test('tabs that ask for a new snapshot of the same connection are given one', async (t) => {
  const { hub, server, join } = hubOf();
  t.after(() => hub.close());
  for (const tab of ['one', 'two']) join(tab);
  await turns();
  for (const tab of ['one', 'two']) hub.receive(tab, { type: 'refresh', life: 1 });
  await turns();
  await turns();
  assert.equal(server.sockets.length, 2);
  hub.receive('two', { type: 'refresh', life: 1 }); // it had not heard of the second yet
  await turns();
  assert.equal(server.sockets.length, 2);
  assert.equal(server.open, 1);
});

test('a card that only watches hears of its post, however long nobody held it', async (t) => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  const counters = { type: 'counters', postId: '7', likesCount: 3, version: 1 };
  const { clock, fanwire } = clientOf(t, { data: (channel) => (channel === 'post:7' ? counters : undefined) });
  const seen = [];
  (() => {
    const post = fanwire.post('7');
    post.watch(() => seen.push(post.getSnapshot().likesCount));
  })();
  await turns();
  collect();
  await turns();
  const viewport = fanwire.viewport();
  viewport.show('7');
  clock.move(150);
  await turns();
  await turns();
  assert.equal(seen.at(-1), 3);
  assert.deepEqual(viewport.live, ['7']);
});

test('what a tab was told already, by a hub before this one, is not told again', async (t) => {
  const { server, fanwire } = clientOf(t, { data: (channel) => (channel === 'connect' ? { 'feed:anna': { recoverable: true, positioned: true, offset: 3, epoch: 'e' } } : undefined) });
  const heard = [];
  fanwire.feed.on('post_unlocked', ({ postId }) => heard.push(postId));
  await turns();
  await turns();
  for (const [offset, postId] of [[4, 'a'], [5, 'b'], [4, 'a'], [5, 'b'], [6, 'c']]) {
    server.push({ channel: 'feed:anna', pub: { data: { type: 'post_unlocked', postId }, offset } });
  }
  await turns();
  assert.deepEqual(heard, ['a', 'b', 'c']);
});

test('a visitor without a name sees public channels, and asks for none of their own', async (t) => {
  const { server, fanwire } = clientOf(t, {}, { getToken: async () => '' });
  fanwire.inbox.hold();
  fanwire.creator('b').hold();
  await turns();
  await turns();
  assert.equal(fanwire.connection.getSnapshot().user, '');
  assert.equal(fanwire.creator('b').getSnapshot().status, 'live');
  assert.deepEqual(server.asked.flatMap(({ subscribe }) => subscribe?.channel ?? []), ['creator:b']);
});

test('a call that nobody answers ends, as does one of a user who has signed out', async (t) => {
  const { clock, fanwire } = clientOf(t);
  fanwire.connect();
  await turns();
  await turns();
  const unanswered = fanwire.conversation('c').typing();
  clock.move(10_000);
  await assert.rejects(unanswered, { code: 0, message: 'no answer' });
  const left = fanwire.conversation('c').typing();
  fanwire.signOut();
  await assert.rejects(left, { name: 'SignedOut' });
  assert.equal(clock.waiting, 0);
});

test('a message to all subscribers counts until the total that holds it comes', async (t) => {
  const fetch = async () => Response.json({ conversations: [], unreadMessages: 2, nextCursor: null });
  const snapshot = { type: 'snapshot', notifications: [], unreadCount: 0, version: 1, position: 5 };
  const data = (channel) => (channel === 'connect' ? { 'notifications:anna': { data: snapshot }, 'feed:anna': {} } : undefined);
  const { server, fanwire } = clientOf(t, { data }, { fetch });
  const { unreadMessages } = fanwire;
  unreadMessages.subscribe(() => undefined);
  await turns();
  await turns();
  await turns();
  assert.equal(unreadMessages.getSnapshot(), 2);
  const say = async (channel, frame) => {
    server.publish(channel, frame);
    await turns();
    return unreadMessages.getSnapshot();
  };
  const notification = (metadata) => ({ id: 'n', type: 'NEW_MESSAGE', title: '', message: '', metadata, isRead: false, createdAt: '2026-01-01T00:00:00Z' });
  assert.equal(await say('notifications:anna', { type: 'notification', notification: notification({ creatorId: 'b' }), stream: 'creator:b', position: 9 }), 3);
  assert.equal(await say('feed:anna', { type: 'unread_messages', unreadMessages: 3, version: 8 }), 4);
  assert.equal(await say('feed:anna', { type: 'unread_messages', unreadMessages: 7, version: 8 }), 4);
  assert.equal(await say('feed:anna', { type: 'unread_messages', unreadMessages: 4, version: 10 }), 4);
  assert.equal(await say('notifications:anna', { type: 'notification', notification: notification({ creatorId: 'b' }), stream: 'creator:b', position: 9 }), 4);
  const own = { type: 'notification', notification: notification({ conversationId: 'c' }), unreadCount: 1, version: 2, position: 12 };
  assert.equal(await say('notifications:anna', own), 4); // of this one `unread_messages` speaks
  fanwire.signOut();
  assert.equal(unreadMessages.getSnapshot(), undefined);
});
