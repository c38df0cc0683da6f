import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flush, sendNotification, sendNotifications, updatePostLikes } from 'fanwire';
import { NOTE, server, stored, URL_ } from './server.mjs';

const users = (events) => events.map(({ payload }) => payload.userId);

test('a call is one request with its event id, and the receipt names it', async () => {
  const { requests } = server();
  const receipt = await updatePostLikes(7, 'boris', true, { likesCount: 3n });
  assert.equal(receipt.status, 'sent');
  assert.match(receipt.id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const [{ url, init, events }] = requests;
  assert.equal(url, `${URL_}/events`);
  assert.equal(init.method, 'POST');
  assert.equal(init.headers['x-api-key'], 'the-key');
  assert.equal(init.redirect, 'error');
  assert.deepEqual(events, [
    { function: 'update_post_likes', payload: { postId: '7', userId: 'boris', liked: true, likesCount: 3 }, eventId: receipt.id },
  ]);
});

test('calls of one tick are one request, in their order', async () => {
  const { requests } = server();
  const receipts = await Promise.all(Array.from({ length: 300 }, (_, user) => sendNotification(user, NOTE)));
  assert.equal(requests.length, 1);
  assert.deepEqual(users(requests[0].events), Array.from({ length: 300 }, (_, user) => String(user)));
  assert.deepEqual(receipts.map(({ id }) => id), requests[0].events.map(({ eventId }) => eventId));
  assert.equal(new Set(receipts.map(({ id }) => id)).size, 300);
});

test('calls after an await of the same tick share it too', async () => {
  const { requests } = server();
  await Promise.all([1, 2, 3].map(async (user) => {
    await Promise.resolve();
    return sendNotification(user, NOTE);
  }));
  assert.equal(requests.length, 1);
});

test('one request at a time: what comes meanwhile waits and goes together', async () => {
  let release;
  const gate = new Promise((open) => (release = open));
  let running = 0;
  const { requests } = server(async (events) => {
    assert.equal(++running, 1);
    await gate;
    running--;
    return stored(events);
  });
  const first = sendNotification('first', NOTE);
  while (requests.length === 0) await new Promise((resume) => setImmediate(resume));
  const others = [];
  for (const user of ['a', 'b', 'c']) {
    others.push(sendNotification(user, NOTE));
    await new Promise((resume) => setImmediate(resume));
  }
  release();
  await Promise.all([first, ...others]);
  assert.deepEqual(requests.map(({ events }) => users(events)), [['first'], ['a', 'b', 'c']]);
});

test('a request has at most 500 events and half a megabyte', async () => {
  const { requests } = server();
  await sendNotifications(Array.from({ length: 1201 }, (_, user) => user), NOTE);
  assert.deepEqual(requests.map(({ events }) => events.length), [500, 500, 201]);
  requests.length = 0;
  const wide = { ...NOTE, message: 'Ж'.repeat(4000), metadata: { text: 'x'.repeat(8000) } };
  await sendNotifications(Array.from({ length: 100 }, (_, user) => user), wide);
  assert.ok(requests.length > 1);
  for (const { init } of requests) assert.ok(Buffer.byteLength(init.body) <= 1024 * 1024);
});

test('a server with smaller limits gets halves', async () => {
  const { requests } = server((events) => (events.length > 3 ? [413, { detail: 'too many' }] : stored(events)));
  const receipts = await sendNotifications(['a', 'b', 'c', 'd', 'e'], NOTE);
  assert.deepEqual(receipts.map(({ status }) => status), Array(5).fill('sent'));
  assert.deepEqual(requests.map(({ events }) => users(events).join('')), ['abcde', 'abc', 'de']);
});

test('one event that is too large alone is refused and not split for ever', async () => {
  const { requests, said } = server(() => [413, { detail: 'the body has more than 10 bytes' }]);
  assert.equal((await sendNotification('a', NOTE)).status, 'failed');
  assert.equal(requests.length, 1);
  assert.match(said[0], /413/);
});

test('flush waits for calls that nobody awaited', async () => {
  const { requests } = server();
  void sendNotification('a', NOTE);
  await flush();
  assert.equal(requests.length, 1);
});
