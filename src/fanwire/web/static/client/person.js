// One person at the page: their API, their connection, and what they know. Views read it and call its acts.

import { EventLog } from "../store/event-log.js";
import { FeedStore } from "../store/feed-store.js";
import { InboxStore } from "../store/inbox-store.js";
import { Api } from "./api.js";
import { Drop } from "./drop.js";
import { LiveClient } from "./live.js";

// Watched before their first post, so that it too appears by itself.
const DEMO_CREATORS = ["anna"];
// The server's channel_limit is 128.
const WATCHED_POSTS = 50;
// After these the API has more, or less, to show than before.
const ACCESS_CHANGES = new Set(["subscription_updated", "subscription_cancelled", "post_unlocked", "post_locked"]);
const NEW_POSTS = new Set(["post_created", "feed_update"]);

export class Person {
  feed = new FeedStore();
  inbox = new InboxStore();
  log = new EventLog();
  me = null;
  connection = { name: "connecting", reason: "" };
  error = null;
  missed = null; // how many events came back after the last absence; null before that
  cursor = null; // where the next page of the list of notifications begins
  #onChange;
  #api;
  #live;
  #drop;
  #open = new Set(); // posts whose comments are shown
  #closed = new Set(); // channels that the server refused, until access changes
  #hasSnapshot = false;
  #isAway = false; // the connection was lost or dropped, and what was missed has yet to come
  #returned = 0;
  #isRefreshing = false;
  #scheduled = false;
  #acts = 0; // requests on their way

  constructor(userId, onChange) {
    this.userId = userId;
    this.#onChange = onChange;
    this.#api = new Api(userId);
    this.#live = new LiveClient(() => this.#api.signIn(), {
      state: (name, reason) => this.#stateChanged(name, reason),
      subscribed: (context) => this.#subscribed(context),
      publication: (publication) => this.#publication(publication),
      refused: (channel) => this.#refused(channel),
      settled: (report) => this.#settled(report),
    });
    this.#drop = new Drop(this.#live, () => this.#changed());
  }

  /** Whole seconds until the dropped connection comes back; 0 when it is not dropped. */
  get secondsLeft() {
    return this.#drop.secondsLeft;
  }

  /** True when everything that was asked for is here and the connection stands. */
  get isSettled() {
    return this.#acts === 0 && this.#live.isSettled;
  }

  get isCreator() {
    return Boolean(this.me?.isCreator);
  }

  async start() {
    await this.#act(async () => {
      await this.#api.signIn();
      this.#live.connect();
      this.me = await this.#api.me();
      await this.#loadPosts();
    });
  }

  stop() {
    this.#drop.cancel();
    this.#live.close();
    this.#onChange = () => undefined;
  }

  /** Runs what was asked for and keeps its error for the view; returns whether it went well. */
  async #attempt(act) {
    this.#acts += 1;
    try {
      await act();
      return true;
    } catch (error) {
      this.error = error;
      return false;
    } finally {
      this.#acts -= 1;
      this.#changed();
    }
  }

  closeError() {
    this.error = null;
    this.#changed();
  }

  dropConnection(seconds) {
    this.#drop.start(seconds);
  }

  comeBack() {
    this.#drop.end();
  }

  like(postId, liked) {
    return this.#act(async () => this.feed.setLiked(postId, await this.#api.like(postId, liked)));
  }

  createPost(post) {
    return this.#act(async () => this.feed.addPost(await this.#api.createPost(post)));
  }

  subscribeTo(creatorId, tier) {
    return this.#act(async () => {
      await this.#api.subscribe(creatorId, tier);
      await this.#accessChanged();
    });
  }

  comment(postId, content, isAnonymous) {
    return this.#act(async () => this.feed.addComment(postId, await this.#api.comment(postId, content, isAnonymous)));
  }

  openComments(postId) {
    this.#open.add(postId);
    return this.#act(() => this.#loadComments(postId));
  }

  closeComments(postId) {
    this.#open.delete(postId);
  }

  // The badge and the list move by the frame that each of these causes, here as in the person's other tabs.
  readOne(notificationId) {
    return this.#act(() => this.#api.readOne(notificationId));
  }

  readAll() {
    return this.#act(() => this.#api.readAll(this.inbox.position));
  }

  clear() {
    return this.#act(() => this.#api.clear(this.inbox.position));
  }

  loadMoreNotifications() {
    return this.#act(() => this.#loadNotifications(this.cursor));
  }

  // What the reader does takes the last error off the page.
  #act(act) {
    this.error = null;
    return this.#attempt(act);
  }

  #stateChanged(name, reason) {
    if (this.connection.name === "connected" && !this.#isRefreshing) this.#left(name === "dropped" ? "" : reason);
    if (name === "connected") this.#isRefreshing = false;
    this.connection = { name, reason };
    this.#changed();
  }

  #left(reason) {
    this.#isAway = true;
    this.#returned = 0;
    this.missed = null;
    this.log.add({ data: { type: "dropped", reason } });
  }

  #subscribed({ channel, data }) {
    if (data?.type === "counters") {
      this.feed.frame(data);
      this.#changed();
    }
    if (data?.type !== "snapshot") return;
    const fresh = this.inbox.snapshot(data);
    this.log.add({ channel, data });
    for (const notification of this.#hasSnapshot ? fresh : []) {
      this.#cameBack({ channel, mark: "snapshot", data: { type: "notification", notification } });
    }
    this.#hasSnapshot = true;
    void this.#attempt(() => this.#loadNotifications(null));
  }

  #cameBack(entry) {
    this.#returned += 1;
    this.log.add(entry);
  }

  #publication({ channel, offset, data, recovered }) {
    if (recovered) this.#cameBack({ channel, offset, data, mark: "recovered" });
    else this.log.add({ channel, offset, data });
    // Open posts of followed creators come beside the notifications, for they need no history either.
    if (channel.startsWith("notifications:") && data?.type !== "feed_update") this.inbox.frame(data);
    else this.#feedFrame(data);
    if (this.inbox.stale) this.#resnapshot();
    this.#changed();
  }

  #feedFrame(data) {
    this.feed.frame(data);
    if (ACCESS_CHANGES.has(data?.type)) void this.#attempt(() => this.#accessChanged());
    else if (NEW_POSTS.has(data?.type)) void this.#attempt(() => this.#postCreated(data.post));
  }

  // A locked post comes as its teaser; whoever may read it gets the rest from the API.
  async #postCreated(post) {
    this.#watch();
    if (this.feed.post(post.id)?.locked) await this.#loadPosts();
  }

  async #accessChanged() {
    this.#closed.clear();
    await this.#loadPosts();
  }

  // Closed at once; the API then says what there still is to read.
  #refused(channel) {
    this.#closed.add(channel);
    this.log.add({ channel, data: { type: "closed" } });
    if (channel.startsWith("post:")) this.feed.lock(channel.slice("post:".length));
    void this.#attempt(() => this.#loadPosts());
  }

  async #settled({ fresh, gaps }) {
    for (const channel of gaps) this.log.add({ channel, mark: "reloaded", data: { type: "gap" } });
    if (this.#isAway) {
      this.#isAway = false;
      this.missed = this.#returned;
      this.log.add({ data: { type: "back", n: this.#returned } });
    }
    this.#changed();
    if (fresh.size + gaps.size > 0) await this.#attempt(() => this.#reload(gaps));
  }

  async #reload(gaps) {
    await this.#loadPosts();
    for (const postId of this.#open) {
      if (gaps.has(`post:${postId}`)) await this.#loadComments(postId);
    }
  }

  // A frame could not be applied exactly. A new subscription brings an exact snapshot.
  #resnapshot() {
    this.#isRefreshing = true;
    this.#live.disconnect();
    this.#live.connect();
  }

  async #loadPosts() {
    const load = this.feed.startLoad();
    try {
      this.feed.loaded(load, await this.#api.posts());
    } finally {
      this.feed.abandon(load);
    }
    this.#watch();
    this.#changed();
  }

  async #loadComments(postId) {
    const load = this.feed.startLoad();
    try {
      this.feed.commentsLoaded(load, postId, await this.#api.comments(postId));
    } finally {
      this.feed.abandon(load);
    }
  }

  async #loadNotifications(cursor) {
    const load = this.inbox.startPage();
    const page = await this.#api.notifications(cursor);
    this.inbox.page(load, page.notifications);
    this.cursor = page.nextCursor;
  }

  #watch() {
    const posts = this.feed.posts;
    const open = posts.filter(({ locked }) => !locked).slice(0, WATCHED_POSTS);
    const creators = [...DEMO_CREATORS, ...posts.map(({ creatorId }) => creatorId)];
    const channels = [...open.map(({ id }) => `post:${id}`), ...creators.map((id) => `creator:${id}`)];
    this.#live.watch(new Set(channels.filter((channel) => !this.#closed.has(channel))));
  }

  #changed() {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#onChange();
    });
  }
}
