// Posts, likes and comments as a client holds them. Pure: no DOM, no network, no clock.
//
// Counters travel as absolute values with a version: a value that is not newer than the one held is dropped.
// A load (the API's answer) has no version, so what frames changed while it was on its way wins over it.

import { newestFirst } from "./order.js";

const COUNTS = { post_liked: "likesCount", post_unliked: "likesCount" };
for (const type of ["comment_added", "comment_deleted"]) COUNTS[type] = "commentsCount";

function oldestFirst(a, b) {
  return newestFirst(b, a);
}

/** Anybody with the server's key may publish anything; what lacks its subject is no frame. */
function isWhole(frame) {
  if (frame?.type === "post_created" || frame?.type === "feed_update") return Boolean(frame.post?.id);
  if (frame?.type === "comment_added") return Boolean(frame.comment?.id);
  return typeof frame?.type === "string";
}

export class FeedStore {
  #posts = new Map(); // id -> post as the API gives it
  #versions = new Map(); // "id field" -> version of the value held
  #comments = new Map(); // post id -> Map of comments; present once they were loaded
  #deleted = new Set(); // ids of posts and comments that are gone: an older answer may still name them
  #names = new Map(); // user id -> nickname, from whatever named one
  #loads = new Set();

  /** The nickname of a user, or `fallback` while nothing has named them. */
  name(userId, fallback = userId) {
    return this.#names.get(userId) ?? fallback;
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
      this.#learn(post.creator?.id, post.creator?.nickname);
      if (!this.#deleted.has(post.id)) next.set(post.id, { ...post, ...load.changed.get(post.id) });
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
      this.#learn(comment.userId, comment.nickname);
      if (!comment.isDeleted && !this.#deleted.has(comment.id)) next.set(comment.id, comment);
    }
    this.#comments.set(postId, next);
  }

  /** Adds one comment, once: the API's answer to its author and the frame may both bring it. */
  addComment(postId, comment) {
    if (this.#deleted.has(comment.id)) return;
    this.#learn(comment.userId, comment.nickname);
    this.#comments.get(postId)?.set(comment.id, comment);
    for (const { comments } of this.#loads) comments.set(postId, [...(comments.get(postId) ?? []), comment]);
  }

  /** Own state that the API has just confirmed. */
  setLiked(postId, isLiked) {
    this.#patch(postId, { isLiked });
  }

  /** Adds a post as a frame brings it: a locked one comes as its teaser, unless it is the reader's own. */
  addPost(post) {
    if (this.#deleted.has(post.id) || this.#posts.has(post.id)) return;
    const locked = post.isLocked !== false && !post.content;
    const complete = { likesCount: 0, commentsCount: 0, isLiked: false, ...post, locked };
    this.#posts.set(post.id, complete);
    for (const { posts } of this.#loads) posts.set(post.id, complete);
  }

  /** Forgets what a reader without access may not keep. */
  lock(postId) {
    this.#comments.delete(postId);
    this.#patch(postId, { content: null, images: [], locked: true });
  }

  /** Applies one frame of any channel; returns true if something is different now. */
  frame(frame) {
    if (!isWhole(frame)) return false;
    if (Object.hasOwn(COUNTS, frame.type)) return this.#counted(frame);
    switch (frame.type) {
      case "counters":
        return this.#stand(frame);
      case "like_state":
        return this.#versioned(frame.postId, "isLiked", frame.isLiked, frame.version);
      case "post_created":
      case "feed_update":
        this.addPost(frame.post);
        return true;
      case "post_deleted":
        return this.#remove(frame.postId);
      case "creator_updated":
        return this.#rename(frame.creatorId, frame.changes ?? {});
      default:
        return false;
    }
  }

  #counted(frame) {
    if (frame.type === "comment_added") this.addComment(frame.postId, frame.comment);
    if (frame.type === "comment_deleted") {
      this.#deleted.add(frame.commentId);
      this.#comments.get(frame.postId)?.delete(frame.commentId);
    }
    const field = COUNTS[frame.type];
    return this.#versioned(frame.postId, field, frame[field], frame.version);
  }

  /** Where the counters stood when the subscription began; its one version holds for all of them. */
  #stand({ postId, version, ...counts }) {
    const changed = [...new Set(Object.values(COUNTS))].map(
      (field) => Object.hasOwn(counts, field) && this.#versioned(postId, field, counts[field], version),
    );
    return changed.includes(true);
  }

  #versioned(postId, field, value, version) {
    const key = `${postId} ${field}`;
    if (version <= (this.#versions.get(key) ?? 0)) return false;
    this.#versions.set(key, version);
    if (value !== undefined) this.#patch(postId, { [field]: value });
    return true;
  }

  #patch(postId, changes) {
    const post = this.#posts.get(postId);
    if (post) this.#posts.set(postId, { ...post, ...changes });
    for (const load of this.#loads) load.changed.set(postId, { ...load.changed.get(postId), ...changes });
  }

  #remove(postId) {
    this.#deleted.add(postId);
    this.#comments.delete(postId);
    return this.#posts.delete(postId);
  }

  #rename(creatorId, { nickname }) {
    this.#learn(creatorId, nickname);
    return Boolean(nickname);
  }

  #learn(userId, nickname) {
    if (userId && nickname) this.#names.set(userId, nickname);
  }
}
