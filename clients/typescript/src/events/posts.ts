/** Posts, likes and comments. */
import type { Comment, Post } from '../generated/types.js';
import type { Id, Numeric } from '../input.js';
import type { Options, Receipt } from '../server/receipt.js';
import { say } from '../server/say.js';

export type { Comment, Options, Post, Receipt };

export interface PostOptions extends Options {
  /** Fills the default text of the item. */
  creatorName?: string | null | undefined;
  /** Replaces the default title. */
  title?: string | null | undefined;
  /** Replaces the default text. */
  message?: string | null | undefined;
}

export interface LikeOptions extends Options {
  /** The new total; without it the count is left out. */
  likesCount?: Numeric | null | undefined;
}

export interface CommentOptions extends Options {
  /** The new total. */
  commentsCount?: Numeric | null | undefined;
}

/**
 * A post is out: one item for all subscribers of its creator, however many, and one public event.
 *
 * Pass the whole row: only the known fields travel, and of a post that is locked (or does not say) only the teaser
 * reaches those who may not see it.
 */
export async function notifyNewPost(post: Post, options: PostOptions = {}): Promise<Receipt> {
  const { creatorName, title, message } = options;
  return say('notify_new_post', { post, creatorName, title, message }, options);
}

/** A post was edited. `restricted`: somebody who could read it may not any more; its channel is closed to them. */
export async function notifyPostUpdated(post: Post, options: Options & { restricted?: boolean | undefined } = {}): Promise<Receipt> {
  return say('notify_post_updated', { post, restricted: options.restricted }, options);
}

/** A post is gone: its item goes, and whoever looks at it is told. */
export async function notifyPostDeleted(postId: Id, creatorId: Id, options: Options = {}): Promise<Receipt> {
  return say('notify_post_deleted', { postId, creatorId }, options);
}

/** `userId` liked the post, or (with `liked` false) unliked it. */
export async function updatePostLikes(postId: Id, userId: Id, liked: boolean, options: LikeOptions = {}): Promise<Receipt> {
  return say('update_post_likes', { postId, userId, liked, likesCount: options.likesCount }, options);
}

/** `userId` liked a comment, or unliked it. Nobody but them is told who it was. */
export async function updateCommentLikes(
  postId: Id,
  commentId: Id,
  userId: Id,
  liked: boolean,
  options: LikeOptions = {},
): Promise<Receipt> {
  return say('update_comment_likes', { postId, commentId, userId, liked, likesCount: options.likesCount }, options);
}

/** A comment was added; of an anonymous one no person travels. */
export async function notifyNewComment(postId: Id, comment: Comment, options: CommentOptions = {}): Promise<Receipt> {
  const told = comment?.isAnonymous ? { ...comment, userId: null, nickname: null, avatar: null } : comment;
  return say('notify_new_comment', { postId, comment: told, commentsCount: options.commentsCount }, options);
}

/** A comment is gone. */
export async function notifyCommentDeleted(postId: Id, commentId: Id, options: CommentOptions = {}): Promise<Receipt> {
  return say('notify_comment_deleted', { postId, commentId, commentsCount: options.commentsCount }, options);
}
