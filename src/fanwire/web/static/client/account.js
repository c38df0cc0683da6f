// What is one's own: the profile, whom one pays, follows and blocks, and (of a creator) who pays and follows.

import { t } from "../text/language.js";
import { freshKey } from "./api.js";
import { REASONS } from "./posts.js";

const PAGE = 50;
const MY_ACCESS = new Set(["subscription_updated", "subscription_cancelled"]);

function payment() {
  return { paymentId: `demo_${freshKey()}` };
}

export class Account {
  me = null;
  subscriptions = []; // of this person, each {id, creatorId, tier, status, isActive, validUntil}
  followed = new Set(); // ids of creators
  blocks = []; // {user, createdAt}
  subscribers = []; // {user, subscription}
  followers = []; // {user, createdAt}
  #person;
  #api;

  constructor(person) {
    this.#person = person;
    this.#api = person.api;
    person.hear(this);
  }

  async start() {
    this.me = await this.#api.call("GET", "/api/user/settings");
    this.#person.feed.learn(this.me.id, this.me);
    await Promise.all([this.#loadSubscriptions(), this.#loadFollowed(), this.loadBlocks(), this.loadAudience()]);
  }

  isBlocked(userId) {
    return this.blocks.some(({ user }) => user.id === userId);
  }

  subscribe(creatorId, tier) {
    return this.#changeAccess("/api/subscriptions/process-payment", { creatorId, tier, ...payment() });
  }

  renew(id) {
    return this.#changeAccess(`/api/subscriptions/${id}/renew`, payment());
  }

  cancel(id, immediately) {
    return this.#changeAccess(`/api/subscriptions/${id}/cancel`, { immediately });
  }

  /** `direction` is "upgrade" or "downgrade". */
  move(id, direction, tier) {
    return this.#changeAccess(`/api/subscriptions/${id}/${direction}`, { tier });
  }

  /** Gives a subscriber's money back, as the creator. */
  refund(id) {
    return this.#person.act(async () => {
      await this.#api.call("POST", `/api/subscriptions/${id}/refund`);
      await this.loadAudience();
    });
  }

  follow(creatorId, isFollowing) {
    return this.#person.act(async () => {
      await this.#api.call(isFollowing ? "POST" : "DELETE", `/api/follow/${encodeURIComponent(creatorId)}`);
      await this.#loadFollowed();
      if (this.#person.posts.isFollowing) await this.#person.posts.load();
    });
  }

  block(userId, isBlocked) {
    return this.#person.act(async () => {
      if (isBlocked) await this.#api.call("POST", "/api/blocks", { userId });
      else await this.#api.call("DELETE", `/api/blocks/${encodeURIComponent(userId)}`);
      await this.loadBlocks();
    });
  }

  /** Changes nickname, bio or avatar. */
  change(settings) {
    return this.#person.act(async () => {
      this.me = await this.#api.call("PATCH", "/api/user/settings", settings);
      this.#person.feed.learn(this.me.id, { ...this.me, avatar: this.me.avatar ?? "" });
    });
  }

  async loadBlocks() {
    this.blocks = (await this.#api.pages("/api/blocks", "blocks", { limit: PAGE, count: PAGE })).blocks;
    for (const { user } of this.blocks) this.#person.feed.learn(user.id, user);
    this.#person.changed();
  }

  async loadAudience() {
    if (!this.me?.isCreator) return;
    const [{ subscribers }, { followers }] = await Promise.all([
      this.#api.pages("/api/user/subscribers", "subscribers", { limit: PAGE, count: PAGE }),
      this.#api.pages("/api/user/followers", "followers", { limit: PAGE, count: PAGE }),
    ]);
    for (const { user } of [...subscribers, ...followers]) this.#person.feed.learn(user.id, user);
    Object.assign(this, { subscribers, followers });
    this.#person.changed();
  }

  publication({ data }) {
    if (data?.type === "new_subscription") void this.#person.attempt(() => this.loadAudience());
    if (data?.type === "creator_updated" && data.creatorId === this.me?.id) Object.assign(this.me, data.changes);
    if (!MY_ACCESS.has(data?.type)) return;
    void this.#person.attempt(() => this.#loadSubscriptions());
    if (data.type === "subscription_cancelled") this.#sayEnd(data);
  }

  // What was missed may have been a subscription's end.
  settled({ gaps }) {
    const isOwn = (channel) => channel.startsWith("feed:");
    if ([...gaps].some(isOwn)) void this.#person.attempt(() => this.#loadSubscriptions());
  }

  // The one channel of a creator that ends only when they block somebody.
  closed({ channel, reason }) {
    if (channel.startsWith("creator:") && reason === "blocked") {
      this.#sayEnd({ creatorId: channel.slice("creator:".length), reason });
    }
  }

  #sayEnd({ creatorId, reason }) {
    const why = REASONS.has(reason) ? reason : "revoked";
    this.#person.tell(() => t(`ended.${why}`, { name: this.#person.name(creatorId) }));
  }

  #changeAccess(path, body) {
    return this.#person.act(async () => {
      await this.#api.call("POST", path, body);
      this.#person.reopen();
      this.#person.tell(null);
      await Promise.all([this.#person.posts.load(), this.#loadSubscriptions()]);
    });
  }

  async #loadSubscriptions() {
    const { subscriptions } = await this.#api.pages("/api/subscriptions", "subscriptions", { limit: PAGE, count: PAGE });
    this.subscriptions = subscriptions;
    await Promise.all([...new Set(subscriptions.map(({ creatorId }) => creatorId))].map((id) => this.loadCreator(id)));
    this.#person.changed();
  }

  /** Learns the page of a creator, once: what changes comes on their channel. */
  async loadCreator(creatorId) {
    if (this.#person.feed.person(creatorId).bio !== undefined) return;
    this.#person.feed.learn(creatorId, await this.#api.call("GET", `/api/creators/${encodeURIComponent(creatorId)}`));
  }

  async #loadFollowed() {
    const { follows } = await this.#api.pages("/api/follow", "follows", { limit: PAGE, count: PAGE });
    this.followed = new Set(follows.map(({ creatorId }) => creatorId));
  }
}
