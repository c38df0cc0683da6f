import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ViewportCore } from '../../dist/esm/client/viewport/core.js';
import { FakeClock } from './client-clock.mjs';
import { random } from './client-inbox-server.mjs';

function viewport(limit, { settle = 100 } = {}) {
  const clock = new FakeClock();
  const held = new Set();
  let most = 0;
  const core = new ViewportCore({
    limit: typeof limit === 'function' ? limit : () => limit,
    settle,
    clock,
    enter(id) {
      assert.ok(!held.has(id));
      held.add(id);
      most = Math.max(most, held.size);
    },
    leave: (id) => assert.ok(held.delete(id)),
    again: (id) => assert.ok(held.has(id)),
  });
  return { core, clock, held, most: () => most };
}

test('a card that only flies by is never live', () => {
  const { core, clock, held } = viewport(10);
  core.show('a');
  clock.move(99);
  core.hide('a');
  core.show('b');
  clock.move(99);
  assert.deepEqual([...held], []);
  clock.move(1);
  assert.deepEqual([...held], ['b']);
});

test('what was seen last stays, and gives way to what is in view, the oldest first', () => {
  const { core, clock } = viewport(3);
  for (const id of ['a', 'b', 'c', 'd']) {
    core.show(id);
    clock.move(100);
    core.hide(id);
  }
  assert.deepEqual(core.liveIds, ['b', 'c', 'd']);
  core.show('b'); // looked at again
  core.hide('b');
  core.show('e');
  clock.move(100);
  assert.deepEqual(core.liveIds, ['d', 'b', 'e']);
});

test('with more in view than there is room, the others get their turn as soon as one goes', () => {
  const { core, clock } = viewport(2);
  for (const id of ['a', 'b', 'c']) core.show(id);
  clock.move(100);
  assert.deepEqual(core.liveIds, ['a', 'b']);
  core.hide('a');
  clock.move(100);
  assert.deepEqual(core.liveIds, ['b', 'c']);
  core.remove('b');
  assert.deepEqual(core.liveIds, ['c']);
});

test('after close nothing is live and no timer is left', () => {
  const { core, clock, held } = viewport(2);
  for (const id of ['a', 'b', 'c']) core.show(id);
  clock.move(100);
  core.hide('a');
  core.close();
  assert.equal(held.size, 0);
  assert.equal(clock.waiting, 0);
});

test('1,000 cards and any scrolling: never over the limit, and at rest those in view are live, then those seen last', () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const dice = random(seed);
    let limit = 10 + dice(20);
    const { core, clock, held, most } = viewport(() => limit);
    const seen = new Map(); // id -> when it was last in view
    let now = 0;
    let top = 0;
    let visible = new Set();
    for (let step = 0; step < 80; step += 1) {
      if (dice(20) === 0) limit = 10 + dice(20); // somebody else took a channel, or gave it back
      top = Math.max(0, Math.min(990, top + dice(41) - 20));
      const next = new Set(Array.from({ length: 8 }, (_, number) => `card-${top + number}`));
      for (const id of visible) if (!next.has(id)) core.hide(id);
      for (const id of next) if (!visible.has(id)) core.show(id);
      visible = next;
      const pause = dice(200);
      clock.move(pause);
      now += pause;
      if (pause >= 100) for (const id of visible) seen.set(id, now);
    }
    core.show('extra'); // so that it looks at its limit once more
    clock.move(300);
    assert.ok(most() <= 29, `seed ${seed}`);
    assert.ok(held.size <= limit, `seed ${seed}`);
    for (const id of visible) assert.ok(held.has(id), `${id} is in view, seed ${seed}`);
    assert.deepEqual([...held].sort(), [...core.liveIds].sort());
  }
});
