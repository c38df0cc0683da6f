// Posts, likes and comments as a client holds them. Pure: no DOM, no network, no clock.
//
// Counters travel as absolute values with a version: a value that is not newer than the one held is dropped.
// A load (the API's answer) has no version, so what frames changed while it was on its way wins over it.

import { newestFirst } from "./order.js";

const COUNTS = { post_liked: "likesCount", post_unliked: "likesCount" };
for (const type of ["comment_added", "comment_deleted"]) COUNTS[type] = "commentsCount";
const COMMENT_LIKES = new Set(["comment_liked", "comment_unliked"]);
const TOMBSTONE = { isDeleted: true, isMine: false, content: "", userId: null, nickname: null, avatar: null };

function oldestFirst(a, b) {
  return newestFirst(b, a);
}

/** Anybody with the server's key may publish anything; what lacks its subject is no frame. */
function isWhole(frame) {
  if (["post_created", "post_updated", "feed_update"].includes(frame?.type)) return Boolean(frame.post?.id);
  if (frame?.type === "comment_added") return Boolean(frame.comment?.id);
  return typeof frame?.type === "string";
}

export class FeedStore {
  #posts = new Map(); // id -> post as the API gives it
  #versions = new Map(); // "id field" -> version of the value held
  #comments = new Map(); // post id -> Map of comments; present once they were loaded
  #deleted = new Set(); // ids of posts and comments that are gone: an older answer may still name them
  #people = new Map(); // user id -> {nickname, avatar, bio}, as far as anything has told
  #authors = new Set(); // ids of creators whose posts were there, whatever is shown of them now
  #reasons = new Map(); // post id -> why it was closed to the reader
  #unexplained = new Set(); // posts that were open to the reader and are closed, nobody has said why
  #loads = new Set();

  /** The nickname of a user, or `fallback` while nothing has named them. */
  name(userId, fallback = userId) {
    return this.#people.get(userId)?.nickname ?? fallback;
  }

  /** Ids of all of whom anything is known. */
  get people() {
    return [...this.#people.keys()].sort();
  }

  /** What is known of a user: nickname, avatar, bio. */
  person(userId) {
    return this.#people.get(userId) ?? {};
  }

  /** Ids of all creators of whom a post was ever there. */
  get authors() {
    return [...this.#authors];
  }

  get posts() {
    return [...this.#posts.values()].sort(newestFirst);
  }

  post(id) {
    return this.#posts.get(id);
  }

  /** The comments of a post, oldest first; undefined until they were loaded. */
  comments(postId) {
    const comments = this.#comments.get(postId);
    return comments && [...comments.values()].sort(oldestFirst);
  }

  /** Comments in the order of reading: each with its `depth`, replies (1) below what they answer (0). */
  thread(postId) {
    const comments = this.comments(postId);
    if (!comments) return undefined;
    const root = (comment) => this.#root(postId, comment);
    const replies = new Map(comments.map(({ id }) => [id, []]));
    for (const comment of comments) {
      const top = root(comment);
      if (top !== comment) replies.get(top.id).push({ ...comment, depth: 1 });
    }
    const tops = comments.filter((comment) => root(comment) === comment);
    return tops.flatMap((comment) => [{ ...comment, depth: 0 }, ...replies.get(comment.id)]);
  }

  #root(postId, comment) {
    const comments = this.#comments.get(postId);
    const seen = new Set(); // a frame may say anything, also that a comment answers itself
    let top = comment;
    while (comments.has(top.parentId) && !seen.has(top.id)) {
      seen.add(top.id);
      top = comments.get(top.parentId);
    }
    return seen.has(top.id) ? comment : top;
  }

  /** Call before the API is asked, and give what it returns to `loaded` or `commentsLoaded`. */
  startLoad() {
    const load = { changed: new Map(), posts: new Map(), comments: new Map() };
    this.#loads.add(load);
    return load;
  }

  abandon(load) {
    this.#loads.delete(load);
  }

  /** Takes the API's list of posts; what frames said in the meantime stays. */
  loaded(load, posts) {
    this.#loads.delete(load);
    const next = new Map();
    for (const post of posts) {
      this.learn(post.creator?.id, post.creator);
      this.#authors.add(post.creatorId);
      if (!this.#deleted.has(post.id)) next.set(post.id, this.#explained({ ...post, ...load.changed.get(post.id) }));
    }
    for (const [id, post] of load.posts) {
      if (!next.has(id) && !this.#deleted.has(id)) next.set(id, post);
    }
    this.#posts = next;
    for (const id of this.#comments.keys()) {
      if (!next.has(id)) this.#comments.delete(id);
    }
  }

  /** Takes the API's comments of one post; those that came as frames in the meantime stay. */
  commentsLoaded(load, postId, comments) {
    this.#loads.delete(load);
    const next = new Map();
    for (const comment of [...comments, ...(load.comments.get(postId) ?? [])]) {
      this.#learnAuthor(comment);
      next.set(comment.id, { ...next.get(comment.id), ...comment, ...load.changed.get(comment.id) });
    }
    this.#comments.set(postId, next);
  }

  /** Adds one comment, once: the API's answer to its author and the frame, which knows less, may both bring it. */
  addComment(postId, comment) {
    if (this.#deleted.has(comment.id)) return;
    this.#learnAuthor(comment);
    const held = this.#comments.get(postId);
    held?.set(comment.id, { ...held.get(comment.id), ...comment });
    for (const { comments } of this.#loads) comments.set(postId, [...(comments.get(postId) ?? []), comment]);
  }

  /** Takes the text and the author of a comment away; it stays as a tombstone above its replies. */
  buryComment(postId, commentId) {
    this.#deleted.add(commentId);
    this.#patchComment(postId, commentId, TOMBSTONE);
  }

  /** Own state of a comment that the API has just confirmed. */
  setCommentLiked(postId, commentId, isLiked) {
    this.#patchComment(postId, commentId, { isLiked });
  }

  /** Own state that the API has just confirmed. */
  setLiked(postId, isLiked) {
    this.#patch(postId, { isLiked });
  }

  /** Adds a post as a frame brings it: a locked one comes as its teaser, unless it is the reader's own. */
  addPost(post) {
    if (this.#deleted.has(post.id) || this.#posts.has(post.id)) return;
    this.#authors.add(post.creatorId);
    const locked = post.isLocked !== false && !post.content;
    const complete = { likesCount: 0, commentsCount: 0, isLiked: false, ...post, locked };
    this.#posts.set(post.id, complete);
    for (const { posts } of this.#loads) posts.set(post.id, complete);
  }

  /** Takes the API's answer to an edit of one's own post. */
  replacePost(post) {
    this.#patch(post.id, post);
  }

  /** Forgets a post that the API says is deleted. */
  removePost(postId) {
    this.#remove(postId);
  }

  /** Forgets what a reader without access may not keep. `reason`: why, if that is known. */
  lock(postId, reason) {
    if (reason) this.#reasons.set(postId, reason);
    else this.#noteClosing(postId);
    this.#noteUnexplained(postId);
    this.#comments.delete(postId);
    this.#patch(postId, { content: null, images: [], locked: true, closedReason: this.#reasons.get(postId) });
  }

  /** Applies one frame of any channel; returns true if something is different now. */
  frame(frame) {
    if (!isWhole(frame)) return false;
    if (Object.hasOwn(COUNTS, frame.type)) return this.#counted(frame);
    if (COMMENT_LIKES.has(frame.type)) return this.#commentVersioned(frame, "likesCount");
    switch (frame.type) {
      case "counters":
        return this.#stand(frame);
      case "like_state":
        return this.#versioned(frame.postId, "isLiked", frame.isLiked, frame.version);
      case "comment_like_state":
        return this.#commentVersioned(frame, "isLiked");
      case "post_updated":
        return this.#updated(frame);
      case "post_locked":
        return this.#closed(frame);
      case "subscription_updated":
        return this.#suspect(frame.creatorId, "downgraded");
      case "subscription_cancelled":
        return this.#suspect(frame.creatorId, frame.reason);
      case "post_created":
      case "feed_update":
        this.addPost(frame.post);
        return true;
      case "post_deleted":
        return this.#remove(frame.postId);
      case "creator_updated":
        this.learn(frame.creatorId, frame.changes);
        return true;
      default:
        return false;
    }
  }

  #counted(frame) {
    if (frame.type === "comment_added") this.addComment(frame.postId, frame.comment);
    if (frame.type === "comment_deleted") this.buryComment(frame.postId, frame.commentId);
    const field = COUNTS[frame.type];
    return this.#versioned(frame.postId, field, frame[field], frame.version);
  }

  /** Where the counters stood when the subscription began; its one version holds for all of them. */
  #stand({ postId, version, commentLikes, ...counts }) {
    for (const [commentId, likesCount] of Object.entries(commentLikes ?? {})) {
      this.#commentVersioned({ postId, commentId, likesCount, version }, "likesCount");
    }
    const changed = [...new Set(Object.values(COUNTS))].map(
      (field) => Object.hasOwn(counts, field) && this.#versioned(postId, field, counts[field], version),
    );
    return changed.includes(true);
  }

  /** Says of a value's version whether it is the newest so far, and remembers it then. */
  #isNewer(key, version) {
    if (version <= (this.#versions.get(key) ?? 0)) return false;
    this.#versions.set(key, version);
    return true;
  }

  #versioned(postId, field, value, version) {
    if (!this.#isNewer(`${postId} ${field}`, version)) return false;
    if (value !== undefined) this.#patch(postId, { [field]: value });
    return true;
  }

  #commentVersioned({ postId, commentId, version, ...values }, field) {
    if (!this.#isNewer(`${commentId} ${field}`, version)) return false;
    if (values[field] !== undefined) this.#patchComment(postId, commentId, { [field]: values[field] });
    return true;
  }

  /** An edited post: the public part on the creator's channel, all of it on its own, both of one version. */
  #updated({ postId, post, restricted, version }) {
    const key = `${postId} post`;
    if (!this.#posts.has(postId) || version < (this.#versions.get(key) ?? 0)) return false;
    this.#versions.set(key, version);
    if (post.isLocked !== false) this.#noteClosing(postId);
    // Only what the frame says is changed: an answer on its way may know more of the rest.
    const isTeaser = post.isLocked !== false && post.content === undefined;
    this.#patch(postId, { minSubscriptionTier: null, price: null, ...(isTeaser ? {} : { images: [] }), ...post });
    if (restricted) this.lock(postId, "restricted");
    else if (post.isLocked === false) this.#patch(postId, { locked: false });
    return true;
  }

  #closed({ postId, reason }) {
    this.lock(postId, reason);
    return true;
  }

  /** Which posts of a creator are closed now is the API's to say; if it says so, or has, of an open one, this is why. */
  #suspect(creatorId, reason) {
    let explained = false;
    for (const post of this.#posts.values()) {
      if (post.creatorId !== creatorId || !post.isLocked) continue;
      if (!post.locked) this.#reasons.set(post.id, reason);
      else if (this.#unexplained.delete(post.id)) {
        this.#reasons.set(post.id, reason);
        this.#patch(post.id, { closedReason: reason });
        explained = true;
      }
    }
    return explained;
  }

  /** Before `postId` is noted as closed: was it open, and has nobody said why it is not? */
  #noteUnexplained(postId) {
    if (this.#reasons.has(postId)) this.#unexplained.delete(postId);
    else if (this.#posts.get(postId)?.locked === false) this.#unexplained.add(postId);
  }

  /** A post that was open to everybody is closed: nobody but its author does that, whatever says so first. */
  #noteClosing(postId) {
    const isOpen = this.#posts.get(postId)?.isLocked === false;
    if (isOpen && !this.#reasons.has(postId)) this.#reasons.set(postId, "restricted");
  }

  /** A post with the reason why it is closed, or with none once it is open. */
  #explained(post) {
    if (post.locked) {
      this.#noteClosing(post.id);
      this.#noteUnexplained(post.id);
    } else {
      this.#reasons.delete(post.id);
      this.#unexplained.delete(post.id);
    }
    return { ...post, closedReason: this.#reasons.get(post.id) };
  }

  #patch(postId, changes) {
    const post = this.#posts.get(postId);
    if (post) this.#posts.set(postId, { ...post, ...changes });
    for (const load of this.#loads) load.changed.set(postId, { ...load.changed.get(postId), ...changes });
  }

  #patchComment(postId, commentId, changes) {
    const comments = this.#comments.get(postId);
    const comment = comments?.get(commentId);
    if (comment) comments.set(commentId, { ...comment, ...changes });
    for (const load of this.#loads) load.changed.set(commentId, { ...load.changed.get(commentId), ...changes });
  }

  #remove(postId) {
    this.#deleted.add(postId);
    this.#comments.delete(postId);
    return this.#posts.delete(postId);
  }

  #learnAuthor({ userId, nickname, avatar }) {
    this.learn(userId, { nickname, avatar });
  }

  /** Takes what a profile says of a user; what it does not name stays as it was. */
  learn(userId, profile) {
    if (!userId) return;
    const known = {};
    for (const name of ["nickname", "avatar", "bio"]) {
      if (profile?.[name] !== undefined && profile[name] !== null) known[name] = profile[name];
    }
    this.#people.set(userId, { ...this.#people.get(userId), ...known });
  }
}
