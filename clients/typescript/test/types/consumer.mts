// Compiled, never run: what callers may pass, and what the compiler refuses.
import { NotificationType, sendNotification, type Wire } from 'fanwire';
import { grantAccess } from 'fanwire/events/access';
import { notifyNewComment, notifyNewPost } from 'fanwire/events/posts';
import type { ClientBase } from 'pg';

enum Own {
  LIKE_POST = 'LIKE_POST',
}

interface Row {
  id: number;
  creatorId: string;
  title: string | null;
  price: bigint | null;
  minSubscriptionTier: string | null;
  createdAt: Date;
  passwordHash: string;
}

export async function calls(row: Row, client: ClientBase): Promise<void> {
  await notifyNewPost(row);
  await sendNotification(row.id, { type: Own.LIKE_POST, title: 't' });
  await sendNotification(1n, { type: NotificationType.LIKE_POST, title: 't', metadata: { postId: row.id } }, { collapseKey: 'k' });
  await sendNotification('anna', { type: 'OF_THE_SITE', title: 't' });
  await grantAccess('boris', 'creator:anna', { tier: 'vip', until: new Date(), tx: client });
  const { id, status } = await notifyNewComment(row.id, { id: 1, content: null }, { strict: true });
  const known: 'stored' | 'sent' | 'skipped' | 'unconfigured' | 'failed' = status;
  void [id, known];

  // @ts-expect-error a post has a creator
  await notifyNewPost({ id: 1 });
  // @ts-expect-error a notification has a title
  await sendNotification('anna', { type: 'LIKE_POST' });
  // @ts-expect-error no such option
  await sendNotification('anna', { type: 'LIKE_POST', title: 't' }, { retries: 3 });
  // @ts-expect-error no transaction
  await grantAccess('boris', 'creator:anna', { tx: 'begin' });
}

export function told(frame: Wire.Channels['post']): number | undefined {
  if (frame.type === 'post_liked') return frame.likesCount;
  // @ts-expect-error only comments have one
  if (frame.type === 'post_unliked') return frame.comment;
  const one: Wire.ToldOf<'notification'> = {} as Wire.NotificationSent | Wire.AudienceNotification;
  return frame.type === 'counters' ? frame.version : Number(one.position);
}
