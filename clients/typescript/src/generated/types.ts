// Made by `fanwire schema typescript` from the Python models: change those, not this file.

import type { Id, Instant, Numeric, Open } from '../input.js';

/** The thirteen types of the guide. Others are accepted: any UPPER_CASE word of at most 64 characters. */
export const NotificationType = {
  LIKE_POST: 'LIKE_POST',
  LIKE_COMMENT: 'LIKE_COMMENT',
  COMMENT_POST: 'COMMENT_POST',
  REPLY_COMMENT: 'REPLY_COMMENT',
  NEW_SUBSCRIBER: 'NEW_SUBSCRIBER',
  POST_PURCHASE: 'POST_PURCHASE',
  NEW_POST_FROM_SUBSCRIPTION: 'NEW_POST_FROM_SUBSCRIPTION',
  AUCTION_NEW_BID: 'AUCTION_NEW_BID',
  AUCTION_WON: 'AUCTION_WON',
  AUCTION_PAYMENT_REMINDER: 'AUCTION_PAYMENT_REMINDER',
  AUCTION_DEPOSIT_REFUNDED: 'AUCTION_DEPOSIT_REFUNDED',
  TIP_RECEIVED: 'TIP_RECEIVED',
  NEW_MESSAGE: 'NEW_MESSAGE',
} as const;
export type NotificationType = (typeof NotificationType)[keyof typeof NotificationType];

/** A bid that was accepted. `seq` counts the bids of one auction from 1 without a gap, in their order. */
export interface Bid {
  id: Id;
  userId: Id;
  nickname?: string | null | undefined;
  amount: Numeric;
  currency?: string | null | undefined;
  seq: Numeric;
  at: Instant;
}

/** `blockedId` loses whatever `userId` publishes, open posts too. */
export interface BlockUser {
  userId: Id;
  blockedId: Id;
}

/** The owner empties the list (archives all that is in it when this is applied). */
export interface ClearNotifications {
  userId: Id;
}

/** A comment. An anonymous one carries no person anywhere, so the fields are emptied before it is stored. */
export interface Comment {
  id: Id;
  postId?: Id | null | undefined;
  parentId?: Id | null | undefined;
  userId?: Id | null | undefined;
  nickname?: string | null | undefined;
  avatar?: string | null | undefined;
  content?: string | null | undefined;
  isAnonymous?: boolean | null | undefined;
  createdAt?: Instant | null | undefined;
}

/** The public fields of a profile; only those given are sent. */
export interface CreatorChanges {
  nickname?: string | null | undefined;
  bio?: string | null | undefined;
  avatar?: string | null | undefined;
}

/** A sale of a subscription tier or of a post. `remaining` is absolute: how many can still be redeemed. */
export interface FlashSale {
  id: Id;
  creatorId: Id;
  percent: Numeric;
  startsAt: Instant;
  endsAt: Instant;
  maxRedemptions: Numeric;
  remaining: Numeric;
  postId?: Id | null | undefined;
  tier?: Open<'basic' | 'premium' | 'vip'> | null | undefined;
}

/** `userId` hears of the creator's open posts from now on. Following is free; subscribing is not this. */
export interface FollowCreator {
  userId: Id;
  creatorId: Id;
}

/** `userId` may see `resource` until `until` (open end if absent), at `tier` for a creator. */
export interface GrantAccess {
  userId: Id;
  resource: string;
  tier?: Open<'basic' | 'premium' | 'vip'> | null | undefined;
  until?: Instant | null | undefined;
}

/** The owner `userId` has read one item. An item of somebody else is not touched. */
export interface MarkNotificationAsRead {
  userId: Id;
  notificationId: Id;
}

/** The owner has read what is unread under one collapse key: opening a conversation reads its item. */
export interface MarkNotificationsAsRead {
  userId: Id;
  collapseKey: string;
}

/** A message as both people of the conversation may see it: one with a price has lost its text. */
export interface Message {
  id: Id;
  senderId: Id;
  content?: string | null | undefined;
  price?: Numeric | null | undefined;
  currency?: string | null | undefined;
  createdAt?: Instant | null | undefined;
}

/** What a person reads in the inbox. `metadata` is the caller's own, at most 8 KiB of JSON. */
export interface Notification {
  type: Open<NotificationType>;
  title: string;
  message?: string | null | undefined;
  metadata?: Record<string, unknown> | null | undefined;
}

/** Without a `winnerId` nobody has won. It is said again when the win passes to a runner-up, or to nobody. */
export interface NotifyAuctionEnded {
  postId: Id;
  winnerId?: Id | null | undefined;
  amount?: Numeric | null | undefined;
}

export interface NotifyAuctionExtended {
  postId: Id;
  endsAt: Instant;
}

/** `endsAt` is when the auction ends as things stand after the bid. */
export interface NotifyBidPlaced {
  postId: Id;
  bid: Bid;
  endsAt: Instant;
}

export interface NotifyCommentDeleted {
  postId: Id;
  commentId: Id;
  commentsCount?: Numeric | null | undefined;
}

export interface NotifyCreatorUpdate {
  creatorId: Id;
  changes: CreatorChanges;
}

export interface NotifyFlashSaleEnded {
  sale: FlashSale;
}

export interface NotifyFlashSaleStarted {
  sale: FlashSale;
}

/** Something was redeemed or given back; only the newest of these needs to arrive. */
export interface NotifyFlashSaleUpdated {
  sale: FlashSale;
}

/** `userId` has read all messages up to `upTo`, that one included. */
export interface NotifyMessageRead {
  conversationId: Id;
  userId: Id;
  upTo: Id;
}

/** `userId` has bought a message: its text goes to their own devices, and nowhere else. */
export interface NotifyMessageUnlocked {
  conversationId: Id;
  userId: Id;
  message: UnlockedMessage;
}

export interface NotifyNewComment {
  postId: Id;
  comment: Comment;
  commentsCount?: Numeric | null | undefined;
}

export interface NotifyNewMessage {
  conversationId: Id;
  message: Message;
}

/**
 * A post is out: one audience item for the creator's subscribers, one public event.
 *
 * `creatorName` fills the default text; `title` and `message` replace it.
 */
export interface NotifyNewPost {
  post: Post;
  creatorName?: string | null | undefined;
  title?: string | null | undefined;
  message?: string | null | undefined;
}

/** Told to the creator alone: who subscribes to whom is their own business. */
export interface NotifyNewSubscription {
  creatorId: Id;
  userId: Id;
  tier?: Open<'basic' | 'premium' | 'vip'> | null | undefined;
}

/** A post is gone: its audience item disappears, and whoever looks at it is told. */
export interface NotifyPostDeleted {
  postId: Id;
  creatorId: Id;
}

/** A post was edited. `restricted`: somebody who could read it may not any more. */
export interface NotifyPostUpdated {
  post: Post;
  restricted?: boolean | null | undefined;
}

/** Told to the creator alone. `total` is what all tips in this currency come to, if the caller knows it. */
export interface NotifyTip {
  creatorId: Id;
  tip: Tip;
  total?: Numeric | null | undefined;
}

/** A post as the wire may carry it. A missing `isLocked` counts as locked: only the teaser leaves. */
export interface Post {
  id: Id;
  creatorId: Id;
  title?: string | null | undefined;
  content?: string | null | undefined;
  images?: readonly (string)[] | null | undefined;
  isLocked?: boolean | null | undefined;
  minSubscriptionTier?: Open<'basic' | 'premium' | 'vip'> | null | undefined;
  price?: Numeric | null | undefined;
  currency?: string | null | undefined;
  likesCount?: Numeric | null | undefined;
  commentsCount?: Numeric | null | undefined;
  createdAt?: Instant | null | undefined;
  updatedAt?: Instant | null | undefined;
}

/** Fewer people may read the post than before: everybody is asked again. */
export interface RestrictPost {
  postId: Id;
}

/** The creator's audience item with this natural or idempotency key (or id) is taken back for good. */
export interface RetractAudienceNotification {
  creatorId: Id;
  key: string;
}

/** The item with this natural or idempotency key (or id) is taken back, and is never sent again. */
export interface RetractNotification {
  userId: Id;
  key: string;
}

/** The payment was given back. */
export interface RetractTip {
  creatorId: Id;
  tip: Tip;
  total?: Numeric | null | undefined;
}

/** `userId` may no longer see `resource`; the reason is shown to the client. */
export interface RevokeAccess {
  userId: Id;
  resource: string;
  reason?: Open<'expired' | 'refunded' | 'downgraded' | 'blocked' | 'cancelled' | 'revoked'> | null | undefined;
}

/** The token whose `jti` is `tokenId` opens nothing any more; `userId` may be unknown. */
export interface RevokeToken {
  userId?: Id | null | undefined;
  tokenId: Id;
}

/** Every token of `userId` with an `iat` up to `issuedBefore` (absent: now) opens nothing any more. */
export interface RevokeTokens {
  userId: Id;
  issuedBefore?: Instant | null | undefined;
}

/** One item for all who subscribe to the creator when this is applied: stored once, published once. */
export interface SendAudienceNotification {
  creatorId: Id;
  notification: Notification;
  idempotencyKey?: string | null | undefined;
}

/**
 * One item for one user. `actor` is who caused it (default: `metadata.userId`).
 *
 * Nobody is told of their own act. With a `collapseKey` the item takes the place of the user's unread one with
 * the same key.
 */
export interface SendNotification {
  userId: Id;
  notification: Notification;
  actor?: Id | null | undefined;
  idempotencyKey?: string | null | undefined;
  collapseKey?: string | null | undefined;
}

/** A payment that was given for nothing; `currency` by ISO 4217. */
export interface Tip {
  paymentId: Id;
  amount: Numeric;
  currency: string;
}

/** `blockedId` sees again what anybody in their place would see of `userId`. */
export interface UnblockUser {
  userId: Id;
  blockedId: Id;
}

export interface UnfollowCreator {
  userId: Id;
  creatorId: Id;
}

/** A message with its text, for somebody who may read it. */
export interface UnlockedMessage {
  id: Id;
  senderId: Id;
  content?: string | null | undefined;
  price?: Numeric | null | undefined;
  currency?: string | null | undefined;
  createdAt?: Instant | null | undefined;
}

/** `userId` liked (or unliked) a comment of the post; `likesCount` is the comment's new total if known. */
export interface UpdateCommentLikes {
  postId: Id;
  commentId: Id;
  userId: Id;
  liked: boolean;
  likesCount?: Numeric | null | undefined;
}

/** `userId` liked (or, with `liked` false, unliked) the post; `likesCount` is the new total if known. */
export interface UpdatePostLikes {
  postId: Id;
  userId: Id;
  liked: boolean;
  likesCount?: Numeric | null | undefined;
}

/** How many messages `userId` has not read, in all conversations together. */
export interface UpdateUnreadMessages {
  userId: Id;
  total: Numeric;
}

/** What each event function says, by its name on the wire. */
export interface Payloads {
  send_notification: SendNotification;
  mark_notification_as_read: MarkNotificationAsRead;
  mark_notifications_as_read: MarkNotificationsAsRead;
  clear_notifications: ClearNotifications;
  retract_notification: RetractNotification;
  send_audience_notification: SendAudienceNotification;
  retract_audience_notification: RetractAudienceNotification;
  notify_new_post: NotifyNewPost;
  notify_post_updated: NotifyPostUpdated;
  notify_post_deleted: NotifyPostDeleted;
  update_post_likes: UpdatePostLikes;
  update_comment_likes: UpdateCommentLikes;
  notify_new_comment: NotifyNewComment;
  notify_comment_deleted: NotifyCommentDeleted;
  notify_creator_update: NotifyCreatorUpdate;
  notify_new_subscription: NotifyNewSubscription;
  follow_creator: FollowCreator;
  unfollow_creator: UnfollowCreator;
  grant_access: GrantAccess;
  revoke_access: RevokeAccess;
  restrict_post: RestrictPost;
  block_user: BlockUser;
  unblock_user: UnblockUser;
  revoke_tokens: RevokeTokens;
  revoke_token: RevokeToken;
  notify_new_message: NotifyNewMessage;
  notify_message_read: NotifyMessageRead;
  notify_message_unlocked: NotifyMessageUnlocked;
  update_unread_messages: UpdateUnreadMessages;
  notify_flash_sale_started: NotifyFlashSaleStarted;
  notify_flash_sale_updated: NotifyFlashSaleUpdated;
  notify_flash_sale_ended: NotifyFlashSaleEnded;
  notify_bid_placed: NotifyBidPlaced;
  notify_auction_extended: NotifyAuctionExtended;
  notify_auction_ended: NotifyAuctionEnded;
  notify_tip: NotifyTip;
  retract_tip: RetractTip;
}
