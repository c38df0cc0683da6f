/** Notifications for people, and what they do with them. */
import type { Notification } from '../generated/types.js';
import type { Id } from '../input.js';
import type { Options, Receipt } from '../server/receipt.js';
import { say, sayAll } from '../server/say.js';

export { NotificationType } from '../generated/types.js';
export type { Notification, Options, Receipt };

export interface NotificationOptions extends Options {
  /** Who caused it (default: `metadata.userId`): nobody is told of their own act. */
  actor?: Id | null | undefined;
  /** A repeat of it, or of the cause that `metadata` names, is the first item again. */
  idempotencyKey?: string | null | undefined;
  /** The item takes the place of the user's unread one with the same key. */
  collapseKey?: string | null | undefined;
}

/** One item in the inbox of `userId`. */
export async function sendNotification(userId: Id, notification: Notification, options: NotificationOptions = {}): Promise<Receipt> {
  return say('send_notification', notice(userId, notification, options), options);
}

/** The same item for many people, in one request or row by row of one transaction: one receipt each. */
export async function sendNotifications(
  userIds: Iterable<Id>,
  notification: Notification,
  options: NotificationOptions = {},
): Promise<Receipt[]> {
  const many = Array.from(userIds, (userId) => notice(userId, notification, options));
  return sayAll('send_notification', many, options);
}

/** `userId` has read one item of their own; somebody else's is not touched. */
export async function markNotificationAsRead(userId: Id, notificationId: Id, options: Options = {}): Promise<Receipt> {
  return say('mark_notification_as_read', { userId, notificationId }, options);
}

/** `userId` has read what is unread under `collapseKey`: who opens a conversation reads its item. */
export async function markNotificationsAsRead(userId: Id, collapseKey: string, options: Options = {}): Promise<Receipt> {
  return say('mark_notifications_as_read', { userId, collapseKey }, options);
}

/** Take back the item with this natural key (`TIP_RECEIVED:pay_1`), idempotency key or id, read or not. */
export async function retractNotification(userId: Id, key: string, options: Options = {}): Promise<Receipt> {
  return say('retract_notification', { userId, key }, options);
}

/** `userId` empties their list. */
export async function clearNotifications(userId: Id, options: Options = {}): Promise<Receipt> {
  return say('clear_notifications', { userId }, options);
}

/** One item for all who subscribe to `creatorId`, however many. Posts are announced by `notifyNewPost` only. */
export async function sendAudienceNotification(
  creatorId: Id,
  notification: Notification,
  options: Options & { idempotencyKey?: string | null | undefined } = {},
): Promise<Receipt> {
  const { idempotencyKey } = options;
  return say('send_audience_notification', { creatorId, notification, idempotencyKey }, options);
}

/** Take back an audience item by its natural key, idempotency key or id. */
export async function retractAudienceNotification(creatorId: Id, key: string, options: Options = {}): Promise<Receipt> {
  return say('retract_audience_notification', { creatorId, key }, options);
}

function notice(userId: Id, notification: Notification, options: NotificationOptions) {
  const { actor, idempotencyKey, collapseKey } = options;
  return { userId, notification, actor, idempotencyKey, collapseKey };
}
