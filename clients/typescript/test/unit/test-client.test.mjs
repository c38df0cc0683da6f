import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { read } from '../../dist/esm/bin/arguments.js';

const SCRIPT = fileURLToPath(new URL('../../dist/esm/bin/test-client.js', import.meta.url));
const run = (...args) =>
  new Promise((resolve) => execFile(process.execPath, [SCRIPT, ...args], (error, out, err) => resolve([error?.code ?? 0, out, err])));

test('arguments win over the environment, and that over the default', () => {
  const variables = { FANWIRE_URL: 'http://a:1/', FANWIRE_TOKEN: 't' };
  assert.equal(read(['--user', 'b'], {}).url, 'http://127.0.0.1:8000');
  assert.equal(read([], variables).url, 'http://a:1');
  assert.equal(read(['--url', 'http://b:2', 'post:1', '--count', '3'], variables).url, 'http://b:2');
  assert.deepEqual(read(['post:1', '--token', 'u'], variables).channels, ['post:1']);
  assert.throws(() => read(['--user', 'b', '--count', '0'], {}), /--count is '0'/);
  assert.throws(() => read(['--colour'], {}), /colour/);
});

test('it helps, and says what is missing', async () => {
  const [[code, out], [wrong, , complaint]] = await Promise.all([run('--help'), run()]);
  assert.equal(code, 0);
  assert.match(out, /^Usage: fanwire-test-client/);
  assert.equal(wrong, 2);
  assert.match(complaint, /say who to be/);
});

test('a server that is not there is an error in words', async () => {
  const [code, , complaint] = await run('--user', 'boris', '--url', 'http://127.0.0.1:9');
  assert.equal(code, 1);
  assert.match(complaint, /^error: fetch failed/);
});
