import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ChannelRefused } from 'fanwire/client';
import { as, client, event, eventually, next, publish, server, someone, subscribers, tokenOf, until } from './site.mjs';

const isLive = ({ status }) => status === 'live';

// Most of the time is waiting, for the server or for a clock.
describe('the client', { concurrency: 5 }, () => {
  test('what is subscribed before there is a token waits for it', async (t) => {
    const anna = someone('anna');
    const { id } = await publish(anna);
    let give;
    const token = new Promise((resolve) => (give = resolve));
    const fanwire = client(t, anna, { getToken: async (purpose) => (await token, tokenOf(anna)(purpose)) });
    const post = fanwire.post(id);
    assert.equal(post.getSnapshot().status, 'idle');
    const liked = next(post, 'post_liked');
    assert.equal(post.getSnapshot().status, 'pending');
    assert.equal(fanwire.connection.getSnapshot().state, 'connecting');
    give();
    await until(post, isLive);
    await as(someone('boris'), 'POST', `/api/posts/${id}/like`);
    const frame = await liked;
    assert.equal(frame.likesCount, 1);
    assert.equal((await until(post, ({ likesCount }) => likesCount === 1)).likesCount, 1);
    assert.equal(fanwire.connection.getSnapshot().user, anna);
  });

  test('a token that cannot be had is asked for again', async (t) => {
    const anna = someone('anna');
    t.mock.method(console, 'error', () => undefined);
    let asked = 0;
    const getToken = async (purpose) => {
      asked += 1;
      if (asked === 1) throw new Error('offline');
      return tokenOf(anna)(purpose);
    };
    const fanwire = client(t, anna, { getToken });
    fanwire.connect();
    await until(fanwire.connection, ({ state }) => state === 'connected');
    assert.equal(asked, 2);
  });

  test('an expired token is renewed by getToken, without a new connection', async (t) => {
    const anna = someone('anna');
    let asked = 0;
    const short = async () => (asked++ === 0 ? shortToken(anna) : tokenOf(anna)('connection'));
    const fanwire = client(t, anna, { getToken: short });
    fanwire.connect();
    await until(fanwire.connection, ({ state }) => state === 'connected');
    await eventually(async () => asked, (count) => count === 2);
    assert.equal(fanwire.connection.getSnapshot().state, 'connected');
  });

  test('the first holder subscribes, and the last one ends it', async (t) => {
    const anna = someone('anna');
    const { id } = await publish(anna);
    const fanwire = client(t, anna);
    const [one, two] = [fanwire.post(id), fanwire.post(id)];
    assert.equal(one, two);
    const offs = [one.on('post_liked', () => undefined), two.subscribe(() => undefined), two.hold()];
    await until(fanwire.post(id), isLive);
    assert.equal(await subscribers(`post:${id}`), 1);
    offs[0]();
    offs[0](); // a second time is nothing
    offs[1]();
    await new Promise((resolve) => setTimeout(resolve, 60)); // longer than the grace
    assert.equal(await subscribers(`post:${id}`), 1);
    offs[2]();
    await eventually(() => subscribers(`post:${id}`), (count) => count === 0);
    assert.equal(one.getSnapshot().status, 'idle');
  });

  test('a channel of somebody who lets go and takes again at once is not touched', async (t) => {
    const anna = someone('anna');
    const { id } = await publish(anna);
    const fanwire = client(t, anna, { grace: 5_000 });
    const post = fanwire.post(id);
    const release = post.hold();
    await until(post, isLive);
    const seen = [];
    post.subscribe(() => seen.push(post.getSnapshot().status));
    release();
    post.hold();
    await as(anna, 'POST', `/api/posts/${id}/comments`, { content: 'hello' });
    await until(post, ({ commentsCount }) => commentsCount === 1);
    assert.deepEqual([...new Set(seen)], ['live']);
  });

  test('a refused channel says so, and opens without a reload once its post is bought', async (t) => {
    const [anna, boris] = [someone('anna'), someone('boris')];
    const { id } = await publish(anna, { isLocked: true, minSubscriptionTier: 'vip', price: 500 });
    const fanwire = client(t, boris);
    const post = fanwire.post(id);
    const { refusal } = await until(post, ({ status }) => status === 'refused');
    assert.ok(refusal instanceof ChannelRefused);
    assert.deepEqual([refusal.channel, refusal.code, refusal.reason, refusal.isDenied], [`post:${id}`, 103, 'permission denied', true]);
    const stay = post.hold();
    assert.equal(await subscribers(`post:${id}`), 0);
    await as(boris, 'POST', `/api/posts/${id}/purchase`, { paymentId: `pay_${id}` });
    await until(post, isLive);
    const added = next(post, 'comment_added');
    await as(anna, 'POST', `/api/posts/${id}/comments`, { content: 'welcome' });
    assert.equal((await added).comment.content, 'welcome');
    stay();
  });

  test('a subscription opens every refused post and auction that is held, and its end closes them with a reason', async (t) => {
    const [anna, boris] = [someone('anna'), someone('boris')];
    const posts = await Promise.all([1, 2].map(() => publish(anna, { isLocked: true, minSubscriptionTier: 'basic' })));
    const fanwire = client(t, boris);
    const held = [fanwire.post(posts[0].id), fanwire.post(posts[1].id), fanwire.auction(posts[0].id)];
    const releases = held.map((channel) => channel.hold());
    for (const channel of held) await until(channel, ({ status }) => status === 'refused');
    await held[0].load('comments');
    assert.deepEqual([held[0].getSnapshot().post.content, held[0].getSnapshot().post.locked], [null, true]);
    await as(boris, 'POST', '/api/subscriptions/process-payment', { creatorId: anna, tier: 'basic', paymentId: `pay_${boris}` });
    for (const channel of held) await until(channel, isLive);
    await until(held[0], ({ post }) => post.content === 'its text' && !post.locked); // asked for again by itself
    await event('revoke_access', { userId: boris, resource: `creator:${anna}`, reason: 'refunded' });
    for (const channel of held) {
      const { refusal } = await until(channel, ({ status }) => status === 'refused');
      assert.equal(refusal.reason, 'refunded');
    }
    assert.deepEqual([held[0].getSnapshot().post.content, held[0].getSnapshot().comments], [null, undefined]);
    releases.forEach((release) => release());
  });

  test('of the user before, the next one sees nothing', async (t) => {
    const [anna, boris] = [someone('anna'), someone('boris')];
    const { id } = await publish(anna);
    await as(boris, 'POST', `/api/posts/${id}/like`);
    await as(boris, 'POST', `/api/posts/${id}/comments`, { content: 'first' });
    const fanwire = client(t, anna);
    const post = fanwire.post(id);
    const frames = [];
    fanwire.inbox.on('notification', ({ notification }) => frames.push(notification.type));
    fanwire.inbox.subscribe(() => undefined);
    post.subscribe(() => undefined);
    await until(fanwire.inbox, ({ unread }) => unread === 2);
    await post.load('comments');
    assert.equal(post.getSnapshot().comments.length, 1);

    const late = fanwire.call('GET', '/api/user/notifications');
    frames.length = 0;
    fanwire.switchUser(tokenOf(boris));
    assert.deepEqual({ ...fanwire.inbox.getSnapshot(), status: '' }, { status: '', refusal: undefined, isReady: false, unread: 0, items: [], hasMore: true });
    assert.deepEqual([post.getSnapshot().comments, post.getSnapshot().likesCount], [undefined, undefined]);
    await assert.rejects(late, { name: 'SignedOut' });
    await until(fanwire.inbox, ({ isReady }) => isReady);
    assert.equal(fanwire.connection.getSnapshot().user, boris);
    assert.equal(fanwire.inbox.getSnapshot().unread, 0);
    await until(post, isLive); // held by the page as before, and subscribed as boris
    await as(someone('clara'), 'POST', `/api/posts/${id}/like`); // told to anna alone
    await until(post, ({ likesCount }) => likesCount === 2);
    assert.deepEqual(frames, []);

    fanwire.signOut();
    assert.equal(fanwire.connection.getSnapshot().state, 'signedOut');
    assert.equal(post.getSnapshot().likesCount, undefined);
    await assert.rejects(fanwire.call('GET', '/api/user/settings'), { name: 'SignedOut' });
    await eventually(() => subscribers(`post:${id}`), (count) => count === 0);
    fanwire.switchUser(tokenOf(anna));
    await until(fanwire.inbox, ({ unread }) => unread === 3);
  });

  test('a token of somebody else, when one is renewed, is a switch of users', async (t) => {
    const [anna, boris] = [someone('anna'), someone('boris')];
    await publish(anna);
    let asked = 0;
    const getToken = async (purpose) => (asked++ === 0 ? shortToken(anna) : tokenOf(boris)(purpose));
    const fanwire = client(t, anna, { getToken });
    fanwire.inbox.subscribe(() => undefined);
    await until(fanwire.connection, ({ user }) => user === anna);
    await until(fanwire.connection, ({ user, state }) => user === boris && state === 'connected');
  });

  test('list and badge equal those of the API after reading, reading all, and clearing', async (t) => {
    const [anna, boris] = [someone('anna'), someone('boris')];
    const { id } = await publish(anna);
    for (let number = 0; number < 23; number += 1) await as(boris, 'POST', `/api/posts/${id}/comments`, { content: `${number}` });
    await eventually(() => as(anna, 'GET', '/api/user/notifications'), ({ unreadCount }) => unreadCount === 23);
    const fanwire = client(t, anna);
    const { inbox } = fanwire;
    const stay = inbox.hold();
    const check = async (unread) => {
      await until(inbox, (snapshot) => snapshot.unread === unread);
      const truth = await as(anna, 'GET', '/api/user/notifications?limit=100');
      assert.equal(truth.unreadCount, unread);
      const known = new Map(truth.notifications.map((item) => [item.id, item]));
      for (const item of inbox.getSnapshot().items) assert.equal(known.get(item.id)?.isRead, item.isRead);
      return truth.notifications;
    };
    await check(23);
    assert.equal(inbox.getSnapshot().items.length, 20);
    await inbox.loadMore();
    await inbox.loadMore();
    assert.equal(inbox.getSnapshot().items.length, 23);
    assert.equal(inbox.getSnapshot().hasMore, false);
    await inbox.markRead(inbox.getSnapshot().items[22].id);
    await check(22);
    await as(boris, 'POST', `/api/posts/${id}/like`);
    await check(23);
    await inbox.markAllRead();
    await check(0);
    await inbox.clear();
    await until(inbox, ({ items }) => items.length === 0);
    assert.deepEqual(await check(0), []);
    await assert.rejects(inbox.markRead('nobody-has-it'), { name: 'ApiError', status: 404 });
    stay();
  });

  test('a post knows its counts, comments and what its reader did', async (t) => {
    const [anna, boris] = [someone('anna'), someone('boris')];
    const { id } = await publish(anna);
    const { id: early } = await as(anna, 'POST', `/api/posts/${id}/comments`, { content: 'early' });
    const fanwire = client(t, boris);
    const post = fanwire.post(id);
    const stay = post.hold();
    await post.load('comments');
    await until(post, isLive);
    await as(boris, 'POST', `/api/posts/${id}/like`);
    await as(boris, 'POST', `/api/comments/${early}/like`);
    const comment = await as(boris, 'POST', `/api/posts/${id}/comments`, { content: 'late' });
    const full = await until(post, ({ isLiked, likesCount, comments }) => isLiked && likesCount === 1 && comments?.length === 2 && comments[0].isLiked && comments[0].likesCount === 1);
    assert.deepEqual(full.comments.map(({ content }) => content), ['early', 'late']);
    assert.equal(full.commentsCount, 2);
    await as(boris, 'DELETE', `/api/posts/${id}/comments/${comment.id}`);
    await until(post, ({ comments, commentsCount }) => comments.length === 1 && commentsCount === 1);
    await as(anna, 'PATCH', `/api/posts/${id}`, { title: 'Another title' });
    await until(post, ({ post: held }) => held.title === 'Another title');
    await as(anna, 'DELETE', `/api/posts/${id}`);
    assert.equal((await until(post, ({ isDeleted }) => isDeleted)).comments, undefined);
    stay();
  });

  test('messages: the total that is unread, and who is typing', async (t) => {
    const [anna, boris] = [someone('anna'), someone('boris')];
    await as(boris, 'PATCH', '/api/user/settings', { nickname: 'Boris' });
    const sent = await as(anna, 'POST', '/api/messages', { toUserId: boris, content: 'hello' });
    const reader = client(t, boris);
    const writer = client(t, anna);
    await until(reader.unreadMessages, (count) => count === 1);
    await as(anna, 'POST', '/api/messages', { toUserId: boris, content: 'again' });
    await until(reader.unreadMessages, (count) => count === 2);
    const heard = reader.conversation(sent.conversationId);
    const typing = next(heard, 'typing');
    const own = writer.conversation(sent.conversationId);
    const releases = [heard.hold(), own.hold()];
    await until(heard, isLive);
    await until(own, isLive);
    await own.typing();
    assert.equal((await typing).userId, anna);
    const stranger = client(t, someone('clara'));
    await until(stranger.conversation(sent.conversationId), ({ status }) => status === 'refused');
    await assert.rejects(stranger.conversation(sent.conversationId).typing(), { code: 103 });
    releases.forEach((release) => release());
  });

  test('more channels than a connection may have wait their turn: strong before weak, and never one too many', async (t) => {
    const anna = someone('anna');
    const fanwire = client(t, anna, { channelLimit: 7 }); // two of them are the user's own
    const viewport = fanwire.viewport();
    const creators = Array.from({ length: 4 }, () => fanwire.creator(someone('creator')));
    const strong = creators.slice(0, 3).map((creator) => creator.hold());
    const posts = await Promise.all(Array.from({ length: 4 }, () => publish(anna)));
    for (const { id } of posts) viewport.show(id);
    await eventually(async () => viewport.live.length, (count) => count === 2);
    for (const id of viewport.live) await until(fanwire.post(id), isLive);
    const mine = async () => {
      const { channels } = await server('channels', { pattern: '*' });
      const names = [...creators.map(({ id }) => `creator:${id}`), ...posts.map(({ id }) => `post:${id}`)];
      return names.filter((name) => channels[name]);
    };
    assert.equal((await mine()).length, 5);
    const last = creators[3].hold(); // a card gives way
    await until(creators[3], isLive);
    assert.equal((await mine()).length, 5);
    last();
    strong.forEach((release) => release());
    viewport.close();
    await eventually(mine, (names) => names.length === 0);
  });

  test('a limit of the server that is lower than the one it was told is found out', async (t) => {
    const anna = someone('anna');
    const fanwire = client(t, anna, { channelLimit: 1_000 });
    const creators = Array.from({ length: 130 }, () => fanwire.creator(someone('creator')));
    const releases = creators.map((creator) => creator.hold());
    const count = (status) => creators.filter((creator) => creator.getSnapshot().status === status).length;
    await eventually(async () => count('live'), (live) => live === 126);
    assert.equal(count('refused'), 0);
    for (const release of releases.slice(0, 10)) release();
    await eventually(async () => count('live'), (live) => live === 120);
    releases.forEach((release) => release());
  });
});

/** One that expires in two seconds. */
async function shortToken(user) {
  const { createHmac } = await import('node:crypto');
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const body = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub: user, exp: Math.floor(Date.now() / 1000) + 2, aud: 'fanwire-connection' })}`;
  return `${body}.${createHmac('sha256', process.env.FANWIRE_TEST_SECRET).update(body).digest('base64url')}`;
}
