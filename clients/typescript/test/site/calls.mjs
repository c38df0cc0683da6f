// Makes the calls that stdin lists, in the caller's transaction or over HTTP, and prints their receipts as JSON.
import { text } from 'node:stream/consumers';
import pg from 'pg';
import * as events from '../../dist/esm/index.js';
import { prisma } from '@/lib/prisma';

const { way, calls, rollback = false } = JSON.parse(await text(process.stdin));
const Rollback = class extends Error {};

async function all(tx) {
  const receipts = [];
  for (const { name, args = [], options = {} } of calls) receipts.push(await events[name](...args, tx ? { ...options, tx } : options));
  if (rollback) throw new Rollback();
  return receipts;
}

const ways = {
  http: () => all(),
  together: () => Promise.all(calls.map(({ name, args = [], options = {} }) => events[name](...args, options))),
  async pg() {
    const client = new pg.Client({ host: process.env.PGHOST, database: process.env.PGDATABASE, user: 'postgres' });
    await client.connect();
    try {
      await client.query('BEGIN');
      const receipts = await all(client);
      await client.query('COMMIT');
      return receipts;
    } finally {
      await client.end(); // what was begun and not committed is rolled back
    }
  },
  prisma: () => prisma.$transaction((tx) => all(tx)),
};

let receipts = null;
try {
  receipts = await ways[way]();
} catch (error) {
  if (!(error instanceof Rollback)) throw error;
} finally {
  await prisma.$disconnect();
}
console.log(JSON.stringify(receipts));
