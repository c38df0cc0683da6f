import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { configure, grantAccess, InvalidEvent, sendNotification, sendNotifications } from 'fanwire';
import { NOTE } from './server.mjs';

function transaction() {
  const queries = [];
  return { queries, query: async (text, values) => void queries.push([text.trim().split(' ').slice(0, 3).join(' '), JSON.parse(values[0])]) };
}

test('many people are one statement, and a fact about access is a second', async () => {
  configure({});
  const tx = transaction();
  const receipts = await sendNotifications(['a', 'b'], NOTE, { tx });
  assert.deepEqual(receipts.map(({ status }) => status), ['stored', 'stored']);
  assert.equal(tx.queries.length, 1);
  assert.deepEqual(tx.queries[0][1].map((row) => row.ordering_key), ['notifications:a', 'notifications:b']);
  const { id } = await grantAccess('a', 'post:1', { tx });
  assert.deepEqual(tx.queries.slice(1).map(([head]) => head), ['INSERT INTO fanwire_outbox', 'INSERT INTO fanwire_access']);
  assert.equal(tx.queries[2][1][0].event_id, id);
});

test('what the database refuses is thrown, for the transaction is lost', async () => {
  const tx = { query: async () => Promise.reject(new Error('deadlock detected')) };
  await assert.rejects(sendNotification('a', NOTE, { tx }), /deadlock detected/);
});

test('arguments that do not fit are thrown before anything is written', async () => {
  const tx = transaction();
  await assert.rejects(sendNotifications(['a', ''], NOTE, { tx }), InvalidEvent);
  assert.deepEqual(tx.queries, []);
});

test('one\'s own act writes nothing', async () => {
  const tx = transaction();
  assert.equal((await sendNotification('a', NOTE, { tx, actor: 'a' })).status, 'skipped');
  assert.deepEqual(tx.queries, []);
});

test('what is no transaction is refused', async () => {
  const pool = new pg.Pool();
  await assert.rejects(sendNotification('a', NOTE, { tx: pool }), /is a pool/);
  await pool.end();
  const client = { $executeRawUnsafe: async () => 1, $connect: () => {} };
  await assert.rejects(sendNotification('a', NOTE, { tx: client }), /is a Prisma client/);
  await assert.rejects(sendNotification('a', NOTE, { tx: {} }), /neither a pg client/);
});
