// Made by `fanwire schema typescript` from the Python models: change those, not this file.

export interface AuctionEnded {
  type: 'auction_ended';
  postId: string;
  winnerId?: string;
  amount?: number;
}

export interface AuctionExtended {
  type: 'auction_extended';
  postId: string;
  endsAt: string;
}

/** An item for all subscribers of a creator; it carries no count. */
export interface AudienceNotification {
  type: 'notification';
  notification: Item;
  stream: string;
  position: number;
}

/** An audience item is gone; `itemPosition` is where it stood. */
export interface AudienceNotificationRemoved {
  type: 'notification_removed';
  notificationId: string;
  stream: string;
  itemPosition: number;
  position: number;
}

/** A bid that was accepted. `seq` counts the bids of one auction from 1 without a gap, in their order. */
export interface Bid {
  id: string;
  userId: string;
  nickname?: string;
  amount: number;
  currency?: string;
  seq: number;
  at: string;
}

export interface BidPlaced {
  type: 'bid_placed';
  postId: string;
  bid: Bid;
  endsAt: string;
}

/** A comment. An anonymous one carries no person anywhere, so the fields are emptied before it is stored. */
export interface Comment {
  id: string;
  postId?: string;
  parentId?: string;
  userId?: string;
  nickname?: string;
  avatar?: string;
  content?: string;
  isAnonymous?: boolean;
  createdAt?: string;
}

export interface CommentAdded {
  type: 'comment_added';
  postId: string;
  comment: Comment;
  commentsCount?: number;
  version: number;
}

export interface CommentDeleted {
  type: 'comment_deleted';
  postId: string;
  commentId: string;
  commentsCount?: number;
  version: number;
}

export interface CommentLikeState {
  type: 'comment_like_state';
  postId: string;
  commentId: string;
  isLiked: boolean;
  version: number;
}

export interface CommentLiked {
  type: 'comment_liked' | 'comment_unliked';
  postId: string;
  commentId: string;
  likesCount?: number;
  version: number;
}

/** Where the counters of a post stand, in the reply's `data` of a subscription. */
export interface Counters {
  type: 'counters';
  postId: string;
  likesCount?: number;
  commentsCount?: number;
  commentLikes?: Record<string, number>;
  version: number;
}

/** The public fields of a profile; only those given are sent. */
export interface CreatorChanges {
  nickname?: string;
  bio?: string;
  avatar?: string;
}

export interface CreatorUpdated {
  type: 'creator_updated';
  creatorId: string;
  changes: CreatorChanges;
}

/** `amount` is in minor units, below zero for what was given back; `total` is that of the currency. */
export interface EarningsUpdated {
  type: 'earnings_updated';
  source: string;
  paymentId: string;
  amount: number;
  currency: string;
  total?: number;
  version: number;
}

/** An open post of a creator whom the user follows. */
export interface FeedUpdate {
  type: 'feed_update';
  post: Post;
}

/** A sale of a subscription tier or of a post. `remaining` is absolute: how many can still be redeemed. */
export interface FlashSale {
  id: string;
  creatorId: string;
  percent: number;
  startsAt: string;
  endsAt: string;
  maxRedemptions: number;
  remaining: number;
  postId?: string;
  tier?: 'basic' | 'premium' | 'vip';
}

/** `remaining` is absolute; the highest `version` holds. */
export interface FlashSaleChanged {
  type: 'flash_sale_started' | 'flash_sale_updated' | 'flash_sale_ended';
  sale: FlashSale;
  version: number;
}

/** A notification as people read it; `createdAt` is RFC 3339. */
export interface Item {
  id: string;
  type: string;
  title: string;
  message: string;
  metadata: Record<string, unknown>;
  isRead: boolean;
  createdAt: string;
}

/** To the devices of who liked. */
export interface LikeState {
  type: 'like_state';
  postId: string;
  isLiked: boolean;
  version: number;
}

export interface MessageCreated {
  type: 'message_created';
  conversationId: string;
  message: WireMessage;
}

/** `userId` has read all messages up to `upTo`. */
export interface MessageRead {
  type: 'message_read';
  conversationId: string;
  userId: string;
  upTo: string;
}

export interface MessageUnlocked {
  type: 'message_unlocked';
  conversationId: string;
  message: WireMessage;
}

/** Told to the creator alone. */
export interface NewSubscription {
  unreadCount: number;
  version: number;
  position: number;
  type: 'new_subscription';
  userId: string;
  creatorId: string;
  tier?: string;
}

export interface NotificationRead {
  unreadCount: number;
  version: number;
  position: number;
  type: 'notification_read';
  notificationId: string;
}

/** An item of this user alone is gone. */
export interface NotificationRemoved {
  unreadCount: number;
  version: number;
  position: number;
  type: 'notification_removed';
  notificationId: string;
}

/** An item for this user alone; `replaces` is the unread one whose place it takes. */
export interface NotificationSent {
  unreadCount: number;
  version: number;
  position: number;
  type: 'notification';
  notification: Item;
  replaces?: string;
}

/** All items up to this position were archived. */
export interface NotificationsCleared {
  unreadCount: number;
  version: number;
  position: number;
  type: 'notifications_cleared';
  upTo: number;
}

/** All items up to this position were read. */
export interface NotificationsRead {
  unreadCount: number;
  version: number;
  position: number;
  type: 'notifications_read';
  upTo: number;
}

/** A post as the wire may carry it. A missing `isLocked` counts as locked: only the teaser leaves. */
export interface Post {
  id: string;
  creatorId: string;
  title?: string;
  content?: string;
  images?: (string)[];
  isLocked?: boolean;
  minSubscriptionTier?: 'basic' | 'premium' | 'vip';
  price?: number;
  currency?: string;
  likesCount?: number;
  commentsCount?: number;
  createdAt?: string;
  updatedAt?: string;
}

/** All of it for its author; of a locked post only the teaser for the others. */
export interface PostCreated {
  type: 'post_created';
  post: Post;
}

export interface PostDeleted {
  type: 'post_deleted';
  postId: string;
  creatorId?: string;
}

/** The absolute count, if it is known. */
export interface PostLiked {
  type: 'post_liked' | 'post_unliked';
  postId: string;
  userId: string;
  likesCount?: number;
  version: number;
}

export interface PostLocked {
  type: 'post_locked';
  postId: string;
  reason: string;
}

/** Ask for the post's channel again: it opens. */
export interface PostUnlocked {
  type: 'post_unlocked';
  postId: string;
}

/** With `restricted`, somebody may not read it any more: `post` is then its teaser. */
export interface PostUpdated {
  type: 'post_updated';
  postId: string;
  post: Post;
  restricted?: boolean;
  version: number;
}

/** Where a subscription starts: the newest unread items and the counts, in the reply's `data`. */
export interface Snapshot {
  unreadCount: number;
  version: number;
  position: number;
  type: 'snapshot';
  notifications: (SnapshotItem)[];
}

/** `position` says which of them a later `upTo` covers. */
export interface SnapshotItem {
  id: string;
  type: string;
  title: string;
  message: string;
  metadata: Record<string, unknown>;
  isRead: boolean;
  createdAt: string;
  position: number;
}

export interface SubscriptionCancelled {
  type: 'subscription_cancelled';
  creatorId: string;
  reason: string;
}

/** `until` is RFC 3339, or null for an open end. */
export interface SubscriptionUpdated {
  type: 'subscription_updated';
  creatorId: string;
  tier: string | null;
  until: string | null;
}

/** Now, and never stored. */
export interface Typing {
  type: 'typing';
  conversationId: string;
  userId: string;
}

/** A subscription ended, and the count with it. */
export interface UnreadCount {
  unreadCount: number;
  version: number;
  position: number;
  type: 'unread_count';
  stream: string;
  reason: string;
}

/** Of all conversations. */
export interface UnreadMessages {
  type: 'unread_messages';
  unreadMessages: number;
  version: number;
}

/** A message; one that `isLocked` has to be bought before its text comes. */
export interface WireMessage {
  id: string;
  senderId: string;
  content?: string;
  price?: number;
  currency?: string;
  createdAt?: string;
  isLocked: boolean;
}

/** What the channels of a namespace carry, replies to subscribes included. */
export interface Channels {
  notifications: Snapshot | NotificationSent | AudienceNotification | NotificationRead | NotificationsRead | NotificationsCleared | NotificationRemoved | AudienceNotificationRemoved | UnreadCount | NewSubscription | FeedUpdate;
  feed: PostCreated | LikeState | CommentLikeState | SubscriptionUpdated | SubscriptionCancelled | PostUnlocked | PostLocked | EarningsUpdated | UnreadMessages | MessageUnlocked;
  creator: PostCreated | PostUpdated | PostDeleted | CreatorUpdated | FlashSaleChanged;
  post: Counters | PostLiked | CommentLiked | CommentAdded | CommentDeleted | PostUpdated | PostDeleted;
  conversation: MessageCreated | MessageRead | Typing;
  auction: BidPlaced | AuctionExtended | AuctionEnded;
}

/** Everything that a client may be told. */
export type Told = Channels[keyof Channels];

/** What is told under one `type`. */
export type ToldOf<Type extends Told['type']> = Told extends infer One
  ? One extends { type: infer Types }
    ? Type extends Types
      ? One
      : never
    : never
  : never;
