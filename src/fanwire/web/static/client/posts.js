// Posts, likes and comments of one person: what the API gives, kept true by what the connection brings.

import { FeedStore } from "../store/feed-store.js";
import { freshKey } from "./api.js";

// Watched before their first post, so that it too appears by itself.
const DEMO_CREATORS = ["anna"];
// The server's channel_limit is 128, and other parts watch channels too.
const WATCHED_POSTS = 50;
const PAGE = 30;
// After these the API has more, or less, to show than before.
const ACCESS_CHANGES = new Set(["subscription_updated", "subscription_cancelled", "post_unlocked", "post_locked"]);
const NEW_POSTS = new Set(["post_created", "feed_update"]);
/** Why access ended, as the server says it. */
export const REASONS = new Set(["expired", "refunded", "downgraded", "blocked", "cancelled", "revoked"]);

function path(postId, rest = "") {
  return `/api/posts/${encodeURIComponent(postId)}${rest}`;
}

export class Posts {
  store = new FeedStore();
  hasOlder = false;
  isFollowing = false; // only posts of those whom one follows
  #person;
  #api;
  #shown = PAGE;
  #open = new Set(); // posts whose comments are shown

  constructor(person) {
    this.#person = person;
    this.#api = person.api;
    person.hear(this);
  }

  like(postId, liked) {
    return this.#person.act(async () => {
      const answer = await this.#api.call(liked ? "POST" : "DELETE", path(postId, "/like"));
      this.store.setLiked(postId, answer.liked);
    });
  }

  publish(post) {
    return this.#person.act(async () => this.store.addPost(await this.#api.call("POST", "/api/posts", post)));
  }

  edit(postId, changes) {
    return this.#person.act(async () => {
      this.store.replacePost(await this.#api.call("PATCH", path(postId), changes));
    });
  }

  remove(postId) {
    return this.#person.act(async () => {
      await this.#api.call("DELETE", path(postId));
      this.store.removePost(postId);
    });
  }

  buy(postId) {
    return this.#person.act(async () => {
      await this.#api.call("POST", path(postId, "/purchase"), { paymentId: `demo_${freshKey()}` });
      this.#person.reopen();
      await this.load();
    });
  }

  comment(postId, comment) {
    return this.#person.act(async () => {
      this.store.addComment(postId, await this.#api.call("POST", path(postId, "/comments"), comment));
    });
  }

  likeComment(postId, commentId, liked) {
    return this.#person.act(async () => {
      const answer = await this.#api.call(liked ? "POST" : "DELETE", `/api/comments/${encodeURIComponent(commentId)}/like`);
      this.store.setCommentLiked(postId, commentId, answer.liked);
    });
  }

  removeComment(postId, commentId) {
    return this.#person.act(async () => {
      await this.#api.call("DELETE", path(postId, `/comments/${encodeURIComponent(commentId)}`));
      this.store.buryComment(postId, commentId);
    });
  }

  openComments(postId) {
    this.#open.add(postId);
    return this.#person.act(() => this.#loadComments(postId));
  }

  closeComments(postId) {
    this.#open.delete(postId);
  }

  showOlder() {
    this.#shown += PAGE;
    return this.#person.act(() => this.load());
  }

  showFollowing(isFollowing) {
    this.isFollowing = isFollowing;
    return this.#person.act(() => this.load());
  }

  start() {
    return this.load();
  }

  subscribed({ data }) {
    if (data?.type === "counters") this.store.frame(data);
  }

  publication({ channel, data }) {
    if (channel.startsWith("notifications:") && data?.type !== "feed_update") return;
    const wasLocked = this.store.post(data?.postId)?.locked;
    this.store.frame(data);
    if (ACCESS_CHANGES.has(data?.type)) this.#loadLater();
    else if (NEW_POSTS.has(data?.type)) void this.#person.attempt(() => this.#created(data.post));
    else if (data?.type === "post_updated") this.#updated(data, wasLocked);
  }

  // Closed at once; the API then says what there still is to read.
  closed({ channel, reason }) {
    if (channel.startsWith("post:")) this.store.lock(channel.slice("post:".length), REASONS.has(reason) ? reason : "");
    this.#loadLater();
  }

  settled({ fresh, gaps }) {
    if (fresh.size + gaps.size > 0) void this.#person.attempt(() => this.#reload(gaps));
  }

  /** Asks the API what there is to see now. */
  async load() {
    const load = this.store.startLoad();
    try {
      this.store.loaded(load, await this.#newest(this.#shown));
    } finally {
      this.store.abandon(load);
    }
    this.#watch();
    this.#person.changed();
    await this.#loadOpened();
  }

  #loadLater() {
    void this.#person.attempt(() => this.load());
  }

  // A locked post comes as its teaser; whoever may read it gets the rest from the API.
  async #created(post) {
    this.#watch();
    if (this.store.post(post.id)?.locked) await this.load();
  }

  // Who may read it now, or still may, is the API's to say.
  #updated({ postId, post, restricted }, wasLocked) {
    if (restricted || wasLocked !== post?.isLocked) this.#loadLater();
    if (wasLocked && !this.store.post(postId)?.locked) this.#person.reopen();
  }

  async #reload(gaps) {
    await this.load();
    for (const postId of this.#open) {
      if (gaps.has(`post:${postId}`)) await this.#loadComments(postId);
    }
  }

  async #newest(count) {
    const query = { limit: PAGE, count, ...(this.isFollowing && { following: "true" }) };
    const { posts, cursor } = await this.#api.pages("/api/posts", "posts", query);
    this.hasOlder = cursor !== null;
    return posts;
  }

  // A post that was closed for a moment has lost its comments.
  async #loadOpened() {
    for (const postId of this.#open) {
      if (this.store.post(postId)?.locked === false && !this.store.comments(postId)) await this.#loadComments(postId);
    }
  }

  async #loadComments(postId) {
    const load = this.store.startLoad();
    try {
      const { comments } = await this.#api.pages(path(postId, "/comments"), "comments", { limit: 100 });
      this.store.commentsLoaded(load, postId, comments);
    } finally {
      this.store.abandon(load);
    }
  }

  #watch() {
    const { posts } = this.store;
    const open = posts.filter(({ locked }) => !locked).slice(0, WATCHED_POSTS);
    const creators = [...DEMO_CREATORS, ...posts.map(({ creatorId }) => creatorId)];
    this.#person.watch("posts", [...open.map(({ id }) => `post:${id}`), ...creators.map((id) => `creator:${id}`)]);
  }
}
