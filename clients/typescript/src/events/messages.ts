/** Messages of a conversation. */
import type { Message, UnlockedMessage } from '../generated/types.js';
import type { Id, Numeric } from '../input.js';
import type { Options, Receipt } from '../server/receipt.js';
import { say } from '../server/say.js';

export type { Message, Options, Receipt, UnlockedMessage };

/**
 * A message for both people of the conversation. One with a price travels without its text. The recipient's inbox is
 * `sendNotification`'s.
 */
export async function notifyNewMessage(conversationId: Id, message: Message, options: Options = {}): Promise<Receipt> {
  const told = Number(message?.price ?? 0) === 0 ? message : { ...message, content: null };
  return say('notify_new_message', { conversationId, message: told }, options);
}

/** `userId` has read all messages up to `upTo`, that one included. */
export async function notifyMessageRead(conversationId: Id, userId: Id, upTo: Id, options: Options = {}): Promise<Receipt> {
  return say('notify_message_read', { conversationId, userId, upTo }, options);
}

/** `userId` has bought a message: its text goes to their own devices, and nowhere else. */
export async function notifyMessageUnlocked(
  userId: Id,
  conversationId: Id,
  message: UnlockedMessage,
  options: Options = {},
): Promise<Receipt> {
  return say('notify_message_unlocked', { userId, conversationId, message }, options);
}

/** How many messages `userId` has not read, all conversations together. */
export async function updateUnreadMessages(userId: Id, total: Numeric, options: Options = {}): Promise<Receipt> {
  return say('update_unread_messages', { userId, total }, options);
}
