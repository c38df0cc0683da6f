import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allocate } from '../../dist/esm/client/hub/allocation.js';
import { Memory } from '../../dist/esm/client/hub/memory.js';
import { InboxState } from '../../dist/esm/client/state/inbox-state.js';
import { PostState } from '../../dist/esm/client/state/post-state.js';
import { userOf } from '../../dist/esm/client/token.js';
import { InboxServer, random } from './client-inbox-server.mjs';

const SEEDS = 300;
const unreadIds = (state) => state.list.filter(({ isRead }) => !isRead).map(({ id }) => id);

test('badge and list equal the server\'s, in whatever order its frames meet, also for a tab that comes late', () => {
  let stale = 0;
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const dice = random(seed);
    const server = new InboxServer(dice);
    for (let act = 0; act < 5; act += 1) server.act();
    server.forget();
    const first = new InboxState();
    first.begin({ type: 'snapshot', ...server.snapshot() });
    let late;
    for (let act = 0; act < 30; act += 1) {
      server.act();
      if (act === 15) {
        late = new InboxState();
        late.begin(structuredClone(first.dump()));
      }
      while (dice(3) === 0 && server.pending) deliver(server, first, late);
    }
    while (server.pending) deliver(server, first, late);
    stale += first.stale ? 1 : 0;
    for (const state of [first, late]) {
      if (state.stale) state.begin({ type: 'snapshot', ...server.snapshot() });
      assert.equal(state.unread, server.unread, `unread, seed ${seed}`);
      const held = new Set(unreadIds(state));
      assert.deepEqual(server.snapshot().notifications.filter(({ id }) => !held.has(id)), [], `unread items, seed ${seed}`);
      assert.deepEqual([...held].filter((id) => !server.isUnread(id)), [], `nothing else is unread, seed ${seed}`);
    }
  }
  assert.ok(stale < SEEDS / 10, `${stale} of ${SEEDS} had to take a new snapshot`);
});

function deliver(server, ...states) {
  const frame = server.deliver();
  for (const state of states) state?.frame(frame);
}

test('a page of the list does not undo what came while it was on its way', () => {
  const item = (id, second, more = {}) => ({ id, type: 'LIKE_POST', title: id, message: '', metadata: {}, isRead: false, createdAt: `2026-01-01T00:00:0${second}Z`, ...more });
  const state = new InboxState();
  state.begin({ type: 'snapshot', notifications: [item('c', 3)], unreadCount: 2, version: 3, position: 10 });
  const load = state.startPage();
  state.frame({ type: 'notification_read', notificationId: 'b', unreadCount: 1, version: 4, position: 10 });
  state.page(load, [item('c', 3), item('b', 2), item('a', 1, { isRead: true })]);
  assert.deepEqual(state.list.map(({ id }) => id), ['c', 'b', 'a']);
  assert.deepEqual(unreadIds(state), ['c']);
  assert.deepEqual(Object.keys(state.list[0]).sort(), Object.keys(item('c', 3)).sort());
});

test('what is no frame of an inbox changes nothing', () => {
  const state = new InboxState();
  for (const frame of [{ type: 'hello' }, { type: 'notification', version: 9 }, { type: 'feed_update', post: { id: '7' } }]) {
    assert.equal(state.frame(frame), false);
  }
  assert.equal(state.unread, 0);
});

test('the newest version of each counter holds, in whatever order frames come', () => {
  for (let seed = 1; seed <= 50; seed += 1) {
    const dice = random(seed);
    const frames = Array.from({ length: 20 }, (_, number) => {
      const version = number + 1;
      const kind = dice(3);
      if (kind === 0) return { type: 'post_liked', postId: '7', userId: 'u', likesCount: dice(50), version };
      if (kind === 1) return { type: 'comment_deleted', postId: '7', commentId: `c${number}`, commentsCount: dice(50), version };
      return { type: 'comment_liked', postId: '7', commentId: 'c', likesCount: dice(50), version };
    });
    const last = (type) => frames.findLast((frame) => frame.type === type);
    const shuffled = [...frames].sort(() => dice(3) - 1);
    const memory = new Memory('post:7');
    const state = new PostState();
    memory.begin({ type: 'counters', postId: '7', version: 0 }, undefined);
    for (const frame of shuffled) {
      state.frame(frame);
      memory.publication({ data: frame, position: undefined, eventId: undefined });
    }
    const late = new PostState();
    for (const frame of memory.states()) late.frame(frame);
    for (const one of [state, late]) {
      assert.equal(one.fields.likesCount, last('post_liked')?.likesCount, `likes, seed ${seed}`);
      assert.equal(one.fields.commentsCount, last('comment_deleted')?.commentsCount, `comments, seed ${seed}`);
    }
    const load = late.startLoad();
    late.frame({ type: 'comment_liked', postId: '7', commentId: 'c', likesCount: 77, version: 99 });
    late.loaded(load, { id: '7' }, [{ id: 'c', likesCount: 1 }]);
    assert.equal(late.fields.comments[0].likesCount, 77);
  }
});

test('an answer that was on its way does not undo what frames said, and one that was not wins', () => {
  const state = new PostState();
  state.frame({ type: 'post_liked', postId: '7', likesCount: 5, version: 3 });
  state.frame({ type: 'post_liked', postId: '7', likesCount: 4, version: 3 }); // the same again, or older
  assert.equal(state.fields.likesCount, 5);
  const load = state.startLoad();
  state.frame({ type: 'like_state', postId: '7', isLiked: true, version: 4 });
  state.frame({ type: 'comment_added', postId: '7', comment: { id: 'new', createdAt: '2026-01-02T00:00:00Z' }, commentsCount: 2, version: 5 });
  state.frame({ type: 'comment_deleted', postId: '7', commentId: 'old', commentsCount: 1, version: 6 });
  state.loaded(load, { id: '7', title: 't', likesCount: 9, commentsCount: 2, isLiked: false }, [{ id: 'old', createdAt: '2026-01-01T00:00:00Z' }]);
  const { likesCount, commentsCount, isLiked, comments } = state.fields;
  assert.deepEqual({ likesCount, commentsCount, isLiked }, { likesCount: 9, commentsCount: 1, isLiked: true });
  assert.deepEqual(comments.map(({ id }) => id), ['new']);
  state.seed({ id: '7', likesCount: 1, isLiked: false });
  assert.equal(state.fields.likesCount, 9);
  state.lock();
  assert.equal(state.fields.comments, undefined);
  assert.deepEqual([state.fields.post.content, state.fields.post.locked], [null, true]);
});

test('strong channels come first, in their order; of the weak ones the latest; and never too many', () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const dice = random(seed);
    const wanted = Array.from({ length: dice(40) }, (_, at) => ({ channel: `c${at}`, strong: dice(3) === 0, at }));
    const limit = dice(30);
    const chosen = allocate(wanted, limit);
    assert.equal(chosen.size, Math.min(limit, wanted.length));
    for (const out of wanted.filter(({ channel }) => !chosen.has(channel))) {
      for (const taken of wanted.filter(({ channel }) => chosen.has(channel))) {
        assert.ok(taken.strong ? !out.strong || taken.at < out.at : !out.strong && taken.at > out.at);
      }
    }
  }
  assert.equal(allocate([{ channel: 'c', strong: true, at: 1 }], -1).size, 0);
});

test('the user of a token is its sub, whatever its letters', () => {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  assert.equal(userOf(`x.${part({ sub: 'аня~?>' })}.y`), 'аня~?>');
  for (const token of ['', 'opaque', 'a.b.c', `x.${part({ sub: 7 })}.y`]) assert.equal(userOf(token), '');
});
