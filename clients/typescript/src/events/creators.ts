/** Creators: their public profile, their subscribers and followers. */
import type { CreatorChanges, NotifyNewSubscription } from '../generated/types.js';
import type { Id } from '../input.js';
import type { Options, Receipt } from '../server/receipt.js';
import { say } from '../server/say.js';

export type { CreatorChanges, Options, Receipt };

/** The public profile changed: `nickname`, `bio`, `avatar`, those given. */
export async function notifyCreatorUpdate(creatorId: Id, changes: CreatorChanges, options: Options = {}): Promise<Receipt> {
  return say('notify_creator_update', { creatorId, changes }, options);
}

/** `userId` has subscribed: told to the creator alone. */
export async function notifyNewSubscription(
  creatorId: Id,
  userId: Id,
  options: Options & Pick<NotifyNewSubscription, 'tier'> = {},
): Promise<Receipt> {
  return say('notify_new_subscription', { creatorId, userId, tier: options.tier }, options);
}

/** `userId` hears of the creator's open posts from now on. Following is free; subscribing is not this. */
export async function followCreator(userId: Id, creatorId: Id, options: Options = {}): Promise<Receipt> {
  return say('follow_creator', { userId, creatorId }, options);
}

/** `userId` hears of the creator's open posts no more. */
export async function unfollowCreator(userId: Id, creatorId: Id, options: Options = {}): Promise<Receipt> {
  return say('unfollow_creator', { userId, creatorId }, options);
}
