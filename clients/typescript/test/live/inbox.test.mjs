// The inbox against the real server: whatever happens, list and badge are those of the API.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { random } from '../unit/client-inbox-server.mjs';
import { as, client, event, eventually, publish, someone } from './site.mjs';

const ACTS = 60;

for (const seed of [1, 2]) {
  test(`random acts, seed ${seed}: the store of who was there equals that of who comes later, and both the API`, async (t) => {
    const dice = random(seed);
    const [anna, boris] = [someone('anna'), someone('boris')];
    await as(anna, 'PATCH', '/api/user/settings', { nickname: 'Anna' });
    await as(boris, 'PATCH', '/api/user/settings', { nickname: 'Boris' });
    await event('grant_access', { userId: boris, resource: `creator:${anna}`, tier: 'basic' });
    const { inbox } = client(t, boris);
    inbox.hold();
    await eventually(async () => inbox.getSnapshot(), ({ isReady }) => isReady);

    const posts = [];
    let number = 0;
    const note = (more) => event('send_notification', { userId: boris, notification: { type: 'OF_THE_TEST', title: `n${++number}` }, ...more });
    const acts = [
      () => note({ idempotencyKey: `${boris}:${number}` }),
      () => note({ collapseKey: `conversation:${dice(2)}` }),
      () => event('retract_notification', { userId: boris, key: `${boris}:${dice(number + 1)}` }),
      () => event('mark_notifications_as_read', { userId: boris, collapseKey: `conversation:${dice(2)}` }),
      async () => posts.push((await publish(anna)).id),
      async () => posts.push((await publish(anna)).id),
      () => posts.length && as(anna, 'DELETE', `/api/posts/${posts.splice(dice(posts.length), 1)[0]}`),
      () => event('send_audience_notification', { creatorId: anna, notification: { type: 'OF_THE_TEST', title: `a${++number}` } }),
      () => dice(3) === 0 && inbox.markAllRead(),
      () => dice(6) === 0 && inbox.clear(),
      () => {
        const { items } = inbox.getSnapshot();
        const { id } = items[dice(items.length)] ?? {};
        // It may be gone by now: then there is nothing to read.
        return id && inbox.markRead(id).catch((error) => assert.equal(error.status, 404));
      },
      () => dice(3) === 0 && inbox.loadMore(),
    ];
    for (let act = 0; act < ACTS; act += 1) await acts[dice(acts.length)]();
    await note({ idempotencyKey: 'the last' });

    const truth = async () => {
      const { notifications, unreadCount } = await as(boris, 'GET', '/api/user/notifications?limit=100');
      return { unreadCount, items: new Map(notifications.map((item) => [item.id, item])) };
    };
    await eventually(truth, ({ items }) => [...items.values()].some(({ title }) => title === `n${number}`));
    const { unreadCount, items } = await truth();
    const late = client(t, boris).inbox;
    late.hold();
    for (const [name, store] of Object.entries({ inbox, late })) {
      const isExact = (snapshot) => {
        const unread = snapshot.items.filter(({ isRead }) => !isRead);
        const newest = [...items.values()].filter(({ isRead }) => !isRead).slice(0, 20);
        return snapshot.isReady && snapshot.unread === unreadCount
          && unread.every(({ id }) => items.get(id)?.isRead === false)
          && newest.every(({ id }) => unread.some((item) => item.id === id));
      };
      await eventually(async () => store.getSnapshot(), isExact).catch((error) => {
        throw new Error(`${name} is not the API's ${unreadCount} ${JSON.stringify([...items.values()].map(({ title, isRead }) => [title, isRead]))}: ${error.message}`);
      });
    }
  });
}
