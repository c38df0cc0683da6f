import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as events from 'fanwire';
import { NOTE, server } from './server.mjs';

/** What would travel for this call. */
async function told(name, ...args) {
  const { requests, said } = server();
  const { status } = await events[name](...args);
  return status === 'sent' ? requests[0].events[0].payload : said.join() || status;
}

test('of a whole row only the known fields travel', async () => {
  const post = {
    id: 10n,
    creatorId: 'anna',
    title: 'Привет',
    images: [],
    isLocked: true,
    minSubscriptionTier: null,
    price: { toJSON: () => '9.90', d: [9], s: 1 },
    likesCount: 0,
    createdAt: new Date('2027-01-02T03:04:05.678Z'),
    passwordHash: 'secret',
    creator: { email: 'anna@site.test' },
  };
  assert.deepEqual((await told('notifyNewPost', post)).post, {
    id: '10',
    creatorId: 'anna',
    title: 'Привет',
    images: [],
    isLocked: true,
    price: 9.9,
    likesCount: 0,
    createdAt: '2027-01-02T03:04:05.678Z',
  });
});

test('fields of a class instance are read too, also those behind getters', async () => {
  class Row {
    #id = 5;
    get id() {
      return this.#id;
    }
    creatorId = 'anna';
  }
  assert.deepEqual((await told('notifyNewPost', new Row())).post, { id: '5', creatorId: 'anna' });
});

test('metadata is the caller\'s own and travels as JSON', async () => {
  const metadata = { postId: 7n, at: new Date(0), nested: [{ a: null, b: undefined }], password: 'yours' };
  const { notification } = await told('sendNotification', 'boris', { ...NOTE, metadata });
  assert.deepEqual(notification.metadata, {
    postId: '7',
    at: '1970-01-01T00:00:00.000Z',
    nested: [{ a: null }],
    password: 'yours',
  });
});

test('of an anonymous comment no person travels', async () => {
  const comment = { id: 'c1', userId: 'boris', nickname: 'Борис', avatar: 'b.png', content: '!', isAnonymous: true };
  assert.deepEqual((await told('notifyNewComment', 7, comment)).comment, { id: 'c1', content: '!', isAnonymous: true });
});

test('of a message with a price no text travels, whatever the price is made of', async () => {
  for (const price of [500, 500n, '500', { toJSON: () => '500', valueOf: () => 500 }]) {
    const { message } = await told('notifyNewMessage', 'c1', { id: 1, senderId: 'boris', content: 'sold', price, currency: 'RUB' });
    assert.deepEqual(message, { id: '1', senderId: 'boris', price: 500, currency: 'RUB' });
  }
  const free = await told('notifyNewMessage', 'c1', { id: 1, senderId: 'boris', content: 'free', price: null });
  assert.equal(free.message.content, 'free');
});

test('half an emoji becomes a sign that databases keep', async () => {
  const cut = 'Привет 😀'.slice(0, 8);
  const { notification } = await told('sendNotification', 'boris', { ...NOTE, title: cut, metadata: { cut, whole: '😀' } });
  assert.equal(notification.title, 'Привет \uFFFD');
  assert.deepEqual(notification.metadata, { cut: 'Привет \uFFFD', whole: '😀' });
});

const wrong = [
  [['sendNotification', 'boris', { ...NOTE, title: 'a\0b' }], /notification.title holds the character U\+0000/],
  [['sendNotification', 'boris', { ...NOTE, metadata: { deep: ['a\0b'] } }], /metadata holds the character U\+0000/],
  [['sendNotification', 'boris', { ...NOTE, metadata: { text: 'x'.repeat(9000) } }], /bytes of JSON, at most 8192/],
  [['sendNotification', 'boris', { type: 'NEW_MESSAGE' }], /notification.title is missing/],
  [['sendNotification', 'boris', { ...NOTE, type: 'new message' }], /notification.type does not match/],
  [['sendNotification', 'boris', { ...NOTE, title: 'x'.repeat(501) }], /more than 500 characters/],
  [['notifyNewPost', { creatorId: 'anna' }], /post.id is missing/],
  [['notifyNewPost', { id: 1, creatorId: 'anna', price: 'free' }], /post.price is not a number/],
  [['notifyNewPost', { id: 1, creatorId: 'anna', minSubscriptionTier: 'GOLD' }], /minSubscriptionTier is not one of basic/],
  [['updatePostLikes', 1, 'boris', 'yes'], /liked is neither true nor false/],
  [['updatePostLikes', 1, 'boris', true, { likesCount: 1.5 }], /likesCount is not a whole number/],
  [['updatePostLikes', 1, 'boris', true, { likesCount: -1 }], /likesCount is less than 0/],
  [['grantAccess', 'boris', 'creators:anna'], /resource does not match/],
  [['grantAccess', 'boris', 'creator:anna', { until: '2027-01-01T00:00:00' }], /until is no time with its zone/],
  [['grantAccess', 'boris', 'creator:anna', { until: new Date(NaN) }], /until is not text/],
  [['revokeAccess', 'boris', 'creator:anna', { reason: 'because' }], /reason is not one of/],
  [['notifyTip', 'anna', { paymentId: 'p', amount: 0.5, currency: 'RUB' }], /tip.amount is not a whole number/],
];
for (const [call, complaint] of wrong) {
  test(`${call[0]} is not sent: ${complaint.source}`, async () => assert.match(await told(...call), complaint));
}

test('500 characters are counted as people count them', async () => {
  assert.equal((await told('sendNotification', 'boris', { ...NOTE, title: '😀'.repeat(500) })).notification.title.length, 1000);
});

test('nobody is told of their own act', async () => {
  assert.equal(await told('sendNotification', 'boris', { ...NOTE, metadata: { userId: 'boris' } }), 'skipped');
  assert.equal(await told('sendNotification', 7, NOTE, { actor: 7n }), 'skipped');
  const other = { ...NOTE, metadata: { userId: 'boris' } };
  assert.equal((await told('sendNotification', 'boris', other, { actor: 'clara' })).actor, 'clara');
});

test('NotificationType has the words of the guide', () => {
  assert.equal(events.NotificationType.AUCTION_DEPOSIT_REFUNDED, 'AUCTION_DEPOSIT_REFUNDED');
  assert.equal(Object.keys(events.NotificationType).length, 13);
});
