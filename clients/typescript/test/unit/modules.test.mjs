import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import * as esm from 'fanwire';
import { SCHEMAS } from '../../dist/esm/generated/schema.js';
import { NOTE, server } from './server.mjs';

const require = createRequire(import.meta.url);
const MODULES = ['notifications', 'posts', 'creators', 'access', 'messages', 'tips', 'auctions', 'flash-sales'];
const camel = (name) => name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());

test('every event function of the models is in a module of its subject, for import and require', async () => {
  const found = new Set();
  for (const module of MODULES) {
    const imported = await import(`fanwire/events/${module}`);
    const required = require(`fanwire/events/${module}`);
    assert.deepEqual(Object.keys(required).sort(), Object.keys(imported).sort());
    for (const name of Object.keys(imported)) found.add(name);
  }
  for (const name of Object.keys(SCHEMAS.functions)) {
    assert.ok(found.has(camel(name)), camel(name));
    assert.equal(typeof esm[camel(name)], 'function');
  }
});

test('import and require share one configuration', async () => {
  const { requests } = server();
  const { sendNotification } = require('fanwire');
  assert.equal((await sendNotification('a', NOTE)).status, 'sent');
  assert.equal(requests.length, 1);
});
