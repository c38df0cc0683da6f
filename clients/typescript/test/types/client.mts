// Compiled, never run: what the front-end client promises its callers, and what the compiler refuses.
import { ChannelRefused, createFanwire, type Fanwire, type Store, type Wire } from 'fanwire/client';
import { useSyncExternalStore } from 'react';

const fanwire: Fanwire = createFanwire({ getToken: async () => null });

fanwire.post('7').on('post_liked', (frame, { eventId, channel }) => {
  const type: 'post_liked' | 'post_unliked' = frame.type;
  const count: number | undefined = frame.likesCount;
  const words: (string | undefined)[] = [type, eventId, channel, frame.userId];
  // @ts-expect-error a like has no comment
  void [count, words, frame.comment];
});
fanwire.post('7').on('comment_added', ({ comment }) => void (comment.content satisfies string | undefined));
fanwire.auction('7').on('bid_placed', ({ bid }) => void (bid.amount satisfies number));
fanwire.creator('anna').on('flash_sale_started', ({ sale }) => void (sale.remaining satisfies number));
fanwire.conversation('c').on('typing', ({ userId }) => void (userId satisfies string));
fanwire.feed.on('subscription_updated', ({ until }) => void (until satisfies string | null));
fanwire.inbox.on('notification', (frame) => void (frame satisfies Wire.NotificationSent | Wire.AudienceNotification));
// @ts-expect-error a post's channel carries no bids
fanwire.post('7').on('bid_placed', () => undefined);
// @ts-expect-error the state of a subscription is in the store
fanwire.post('7').on('counters', () => undefined);
// @ts-expect-error no such option
createFanwire({ getToken: async () => null, retries: 3 });
// @ts-expect-error a token or null
createFanwire({ getToken: async () => 7 });

export function Card({ id }: { id: string }): string {
  const post = fanwire.post(id);
  const { status, refusal, likesCount, comments } = useSyncExternalStore(post.subscribe, post.getSnapshot);
  const { unread, items } = useSyncExternalStore(fanwire.inbox.subscribe, fanwire.inbox.getSnapshot);
  if (status === 'refused') return refusal instanceof ChannelRefused ? refusal.reason : '';
  const counter: Store<number | undefined> = fanwire.unreadMessages;
  return `${likesCount} ${comments?.length} ${unread} ${items[0]?.title} ${counter.getSnapshot()}`;
}
