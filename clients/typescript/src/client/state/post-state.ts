/**
 * One post as a client holds it: counters, own state, comments. Pure: no DOM, no network, no clock.
 *
 * Counters are absolute and carry a version: what is not newer than the one held is dropped. An answer of the API has
 * no version, so what frames changed while it was on its way wins over it.
 */
import type { Comment, Counters } from '../../generated/wire.js';
import type { Frame } from '../told.js';
import { oldestFirst } from './order.js';

/** A comment as the API or a frame gives it. */
export interface CommentView extends Comment {
  readonly likesCount?: number;
  readonly isLiked?: boolean;
  readonly isDeleted?: boolean;
  readonly isMine?: boolean;
}

/** A post as the API answers it; a frame knows less. */
export interface PostView {
  readonly id: string;
  readonly creatorId?: string;
  readonly title?: string | null;
  readonly content?: string | null;
  readonly images?: readonly string[];
  readonly isLocked?: boolean;
  /** Closed to this viewer. */
  readonly locked?: boolean;
  readonly likesCount?: number;
  readonly commentsCount?: number;
  readonly isLiked?: boolean;
  readonly [field: string]: unknown;
}

export interface PostFields {
  /** What the API or a frame said of it last, without counters; undefined until one did. */
  readonly post: PostView | undefined;
  readonly likesCount: number | undefined;
  readonly commentsCount: number | undefined;
  readonly isLiked: boolean | undefined;
  /** Oldest first; undefined until they were loaded. */
  readonly comments: readonly CommentView[] | undefined;
  readonly isDeleted: boolean;
}

interface CommentState {
  likesCount?: number;
  isLiked?: boolean;
}

/** An answer on its way: which fields frames changed meanwhile, and the comments they brought. */
export interface PostLoad {
  readonly changed: Set<string>;
  readonly comments: CommentView[];
}

const COUNTED: Readonly<Record<string, 'likesCount' | 'commentsCount'>> = {
  post_liked: 'likesCount',
  post_unliked: 'likesCount',
  comment_added: 'commentsCount',
  comment_deleted: 'commentsCount',
};

export class PostState {
  private values: Record<string, unknown> = {};
  private versions = new Map<string, number>();
  private commentStates = new Map<string, CommentState>();
  private comments: Map<string, CommentView> | undefined;
  private deleted = new Set<string>();
  private readonly views = new WeakMap<CommentView, { state: CommentState | undefined; view: CommentView }>();
  private isDeleted = false;
  private loads = new Set<PostLoad>();

  get fields(): PostFields {
    const { post, likesCount, commentsCount, isLiked } = this.values as Partial<PostFields>;
    const comments = this.comments && [...this.comments.values()].sort(oldestFirst).map((one) => this.shown(one));
    return { post, likesCount, commentsCount, isLiked, comments, isDeleted: this.isDeleted };
  }

  /** The counters as frames of one version each, for a store that comes later. */
  dump(): Counters[] {
    const frames: Counters[] = [];
    for (const [key, version] of this.versions) {
      const counted = this.counted(key);
      if (counted) frames.push({ type: 'counters', postId: '', version, ...counted });
    }
    return frames;
  }

  startLoad(): PostLoad {
    const load: PostLoad = { changed: new Set(), comments: [] };
    this.loads.add(load);
    return load;
  }

  abandon(load: PostLoad): void {
    this.loads.delete(load);
  }

  /** Takes the API's answers (without `comments`: those held stay); what frames said meanwhile stays. */
  loaded(load: PostLoad, answer: PostView, comments?: readonly CommentView[]): void {
    if (!this.loads.delete(load)) return;
    const { likesCount, commentsCount, isLiked, ...post } = answer;
    for (const [field, value] of Object.entries({ post, likesCount, commentsCount, isLiked })) {
      if (value !== undefined && !load.changed.has(field)) this.values[field] = value;
    }
    if (comments) this.commentsLoaded(load, comments);
  }

  /** Takes what the page knew before: it may be old, so only for what is not known here. */
  seed(answer: PostView): void {
    const { likesCount, commentsCount, isLiked, ...post } = answer;
    for (const [field, value] of Object.entries({ post, likesCount, commentsCount, isLiked })) this.values[field] ??= value;
  }

  /** Applies one frame of `post:`, `feed:` or `creator:`; returns false if it says nothing new of this post. */
  frame(frame: Frame): boolean {
    if (Object.hasOwn(COUNTED, frame.type)) return this.count(frame);
    switch (frame.type) {
      case 'counters':
        return this.stand(frame as unknown as Counters);
      case 'like_state':
        return this.versioned('isLiked', frame['isLiked'], frame);
      case 'comment_liked':
      case 'comment_unliked':
        return this.commentVersioned('likesCount', frame);
      case 'comment_like_state':
        return this.commentVersioned('isLiked', frame);
      case 'post_updated':
        return this.update(frame);
      case 'post_deleted':
        return this.end();
      default:
        return false;
    }
  }

  /** Forgets what a reader without access may not keep. */
  lock(): void {
    this.comments = undefined;
    this.loads.clear();
    const post = this.values['post'] as PostView | undefined;
    if (post) this.set('post', { ...post, content: null, images: [], locked: true });
  }

  /** The same object for a comment that has not changed. */
  private shown(comment: CommentView): CommentView {
    const state = this.commentStates.get(comment.id);
    const known = this.views.get(comment);
    if (known && known.state === state) return known.view;
    const view = { ...comment, ...state };
    this.views.set(comment, { state, view });
    return view;
  }

  private commentsLoaded(load: PostLoad, comments: readonly CommentView[]): void {
    this.comments = new Map();
    for (const [id, state] of this.commentStates) this.commentStates.set(id, during(load, id, state));
    for (const comment of [...comments, ...load.comments]) {
      if (!comment.isDeleted && !this.deleted.has(comment.id)) this.comments.set(comment.id, comment);
    }
  }

  private count(frame: Frame): boolean {
    const told = frame.type.startsWith('comment') && this.comment(frame);
    const field = COUNTED[frame.type]!;
    return this.versioned(field, frame[field], frame) || told;
  }

  private comment(frame: Frame): boolean {
    if (frame.type === 'comment_deleted') {
      const id = String(frame['commentId']);
      this.deleted.add(id);
      return this.comments?.delete(id) ?? false;
    }
    const comment = frame['comment'] as CommentView | undefined;
    if (!comment?.id || this.deleted.has(comment.id)) return false;
    for (const load of this.loads) load.comments.push(comment);
    this.comments?.set(comment.id, comment);
    return this.comments !== undefined;
  }

  private stand(frame: Counters): boolean {
    let changed = false;
    for (const field of ['likesCount', 'commentsCount'] as const) {
      if (frame[field] !== undefined) changed = this.versioned(field, frame[field], { ...frame }) || changed;
    }
    for (const [commentId, likesCount] of Object.entries(frame.commentLikes ?? {})) {
      changed = this.commentVersioned('likesCount', { type: 'comment_liked', commentId, likesCount, version: frame.version }) || changed;
    }
    return changed;
  }

  private versioned(field: string, value: unknown, frame: Frame): boolean {
    if (!this.isNewer(field, frame) || value === undefined) return false;
    this.set(field, value);
    return true;
  }

  private commentVersioned(field: keyof CommentState, frame: Frame): boolean {
    const id = String(frame['commentId']);
    if (!this.isNewer(`${field} ${id}`, frame) || frame[field] === undefined) return false;
    this.commentStates.set(id, { ...this.commentStates.get(id), [field]: frame[field] });
    for (const load of this.loads) load.changed.add(`${field} ${id}`);
    return true;
  }

  private isNewer(key: string, frame: Frame): boolean {
    const version = Number(frame['version']);
    if (!(version > (this.versions.get(key) ?? 0))) return false;
    this.versions.set(key, version);
    return true;
  }

  private update(frame: Frame): boolean {
    const post = frame['post'] as PostView | undefined;
    if (!post?.id || !this.isNewer('post', frame)) return false;
    if (frame['restricted'] === true) this.lock(); // who may still read it asks the API for the text
    const known = this.values['post'] as PostView | undefined;
    this.set('post', { ...known, ...post });
    return true;
  }

  private end(): boolean {
    this.comments = undefined;
    this.isDeleted = true;
    return true;
  }

  private set(field: string, value: unknown): void {
    this.values[field] = value;
    for (const load of this.loads) load.changed.add(field);
  }

  private counted(key: string): Partial<Counters> | undefined {
    const [field, commentId] = key.split(' ') as [string, string | undefined];
    if (field === 'likesCount' && commentId !== undefined) {
      const likesCount = this.commentStates.get(commentId)?.likesCount;
      return likesCount === undefined ? undefined : { commentLikes: { [commentId]: likesCount } };
    }
    if (field !== 'likesCount' && field !== 'commentsCount') return undefined;
    const value = this.values[field];
    return typeof value === 'number' ? { [field]: value } : undefined;
  }
}

/** What frames said of a comment while the answer was on its way; the rest is in the answer, and newer there. */
function during(load: PostLoad, id: string, { likesCount, isLiked }: CommentState): CommentState {
  return {
    ...(likesCount !== undefined && load.changed.has(`likesCount ${id}`) ? { likesCount } : {}),
    ...(isLiked !== undefined && load.changed.has(`isLiked ${id}`) ? { isLiked } : {}),
  };
}
