import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configure, DeliveryFailed, InvalidEvent, NotConfigured, reset, sendNotification, sendNotifications } from 'fanwire';
import { NOTE, server, stored, URL_ } from './server.mjs';

const down = () => {
  throw new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') });
};

test('a connection that fails is tried again under the same event id', async () => {
  const { requests, said } = server((events, number) => (number < 3 ? down() : stored(events)));
  const { id, status } = await sendNotification('a', NOTE);
  assert.equal(status, 'sent');
  assert.deepEqual(requests.map(({ events }) => events[0].eventId), [id, id, id]);
  assert.deepEqual(said, []);
});

for (const passing of [429, 500, 502, 503, 504]) {
  test(`${passing} is tried again`, async () => {
    const { requests } = server((events, number) => (number === 1 ? [passing, {}] : stored(events)));
    assert.equal((await sendNotification('a', NOTE)).status, 'sent');
    assert.equal(requests.length, 2);
  });
}

for (const final of [400, 401, 404, 422]) {
  test(`${final} is not`, async () => {
    const { requests, said } = server(() => [final, { detail: 'send the API key as X-API-Key' }]);
    assert.equal((await sendNotification('a', NOTE)).status, 'failed');
    assert.equal(requests.length, 1);
    assert.match(said[0], new RegExp(`${final}.*X-API-Key`));
    assert.ok(!said[0].includes('the-key'));
  });
}

test('tries end, and every call of the batch is told once', async () => {
  const { requests, said } = server(down);
  const receipts = await sendNotifications(['a', 'b', 'c'], NOTE);
  assert.deepEqual(receipts.map(({ status }) => status), ['failed', 'failed', 'failed']);
  assert.equal(requests.length, 3);
  assert.equal(said.length, 1);
  assert.match(said[0], /3 of 3 lost.*ECONNREFUSED/);
});

test('a server that does not answer is given up in time', async () => {
  // A real request would keep the process alive; the signal's own timer does not.
  const silent = (_, __, { signal }) =>
    new Promise((_, reject) => {
      const alive = setTimeout(() => {}, 60_000);
      signal.addEventListener('abort', () => {
        clearTimeout(alive);
        reject(signal.reason);
      });
    });
  const { requests } = server(silent, { timeout: 20, giveUpAfter: 2_000, retries: 1 });
  assert.equal((await sendNotification('a', NOTE)).status, 'failed');
  assert.equal(requests.length, 2);
});

test('who waits behind a slow server longer than giveUpAfter is given up unsent', async (t) => {
  t.mock.timers.enable({ apis: ['Date'] });
  let release;
  const gate = new Promise((open) => (release = open));
  const { requests, said } = server((events) => gate.then(() => stored(events)), { giveUpAfter: 30 });
  const first = sendNotification('a', NOTE);
  while (requests.length === 0) await new Promise((resume) => setImmediate(resume));
  const second = sendNotification('b', NOTE);
  t.mock.timers.tick(31);
  release();
  assert.deepEqual([(await first).status, (await second).status], ['sent', 'failed']);
  assert.equal(requests.length, 1);
  assert.match(said[0], /given up/);
});

test('Retry-After is kept, but not beyond the time that is left', async () => {
  const { requests } = server(() => [503, {}, { 'retry-after': '30' }]);
  const began = Date.now();
  assert.equal((await sendNotification('a', NOTE)).status, 'failed');
  assert.ok(Date.now() - began < 2000);
  assert.equal(requests.length, 1);
});

test('an event that the server refuses fails alone', async () => {
  const { said } = server((events) => {
    const [status, body] = stored(events);
    body.receipts[1] = { status: 'refused', problem: { status: 422, detail: 'userId: too long' } };
    return [status, body];
  });
  const receipts = await sendNotifications(['a', 'b', 'c'], NOTE);
  assert.deepEqual(receipts.map(({ status }) => status), ['sent', 'failed', 'sent']);
  assert.match(said[0], /1 of 3 lost: userId: too long/);
});

test('an answer that is none is a failure', async () => {
  for (const body of [{}, { receipts: [] }, { receipts: 'x' }, 'no']) {
    server(() => [202, body]);
    assert.equal((await sendNotification('a', NOTE)).status, 'failed');
  }
});

test('with strict, failures are thrown', async () => {
  server(down, { retries: 0 });
  await assert.rejects(sendNotification('a', NOTE, { strict: true }), DeliveryFailed);
  await assert.rejects(sendNotification('a', { title: 't' }, { strict: true }), InvalidEvent);
  configure({});
  await assert.rejects(sendNotification('a', NOTE, { strict: true }), NotConfigured);
});

test('not configured: one warning, no call', async (t) => {
  const fetch = t.mock.method(globalThis, 'fetch');
  const said = [];
  configure({ log: { warn: (line) => said.push(line), error: (line) => said.push(line) } });
  const receipts = await Promise.all(['a', 'b'].map((user) => sendNotification(user, NOTE)));
  assert.deepEqual(receipts.map(({ status }) => status), ['unconfigured', 'unconfigured']);
  assert.equal(said.length, 1);
  assert.match(said[0], /FANWIRE_URL/);
  assert.equal(fetch.mock.callCount(), 0);
});

test('the environment is read at first use', async (t) => {
  const fetch = t.mock.method(globalThis, 'fetch', async (_, init) => {
    const [status, body] = stored(JSON.parse(init.body).events);
    return new Response(JSON.stringify(body), { status });
  });
  process.env.FANWIRE_URL = `${URL_}/`;
  process.env.FANWIRE_API_KEY = 'from-environment';
  t.after(() => {
    delete process.env.FANWIRE_URL;
    delete process.env.FANWIRE_API_KEY;
  });
  reset();
  assert.equal((await sendNotification('a', NOTE)).status, 'sent');
  const [url, init] = fetch.mock.calls[0].arguments;
  assert.equal(url, `${URL_}/events`);
  assert.equal(init.headers['x-api-key'], 'from-environment');
});

test('an address that cannot be used is said by configure, and fails no call', async (t) => {
  assert.throws(() => configure({ url: 'fanwire:8000' }), /write it like http/);
  const complain = t.mock.method(console, 'error', () => {});
  process.env.FANWIRE_URL = 'fanwire:8000';
  t.after(() => delete process.env.FANWIRE_URL);
  reset();
  assert.equal((await sendNotification('a', NOTE)).status, 'failed');
  assert.match(complain.mock.calls[0].arguments[0], /write it like http/);
});

test('nothing that is passed makes a call throw', async () => {
  server();
  const loop = {};
  loop.self = loop;
  const wrong = [undefined, null, 5, 'x', [], { type: 'lower', title: 't' }, { ...NOTE, metadata: loop }, { ...NOTE, metadata: [] }];
  for (const notification of wrong) assert.equal((await sendNotification('a', notification)).status, 'failed');
  for (const user of [undefined, null, '', 'a b', 1.5, {}, 'x'.repeat(129)]) {
    assert.equal((await sendNotification(user, NOTE)).status, 'failed');
  }
});
