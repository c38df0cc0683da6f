// Auctions as one person sees them: what the API gives, kept true by what their channels bring.

import { AuctionsStore } from "../store/auctions-store.js";
import { money, t } from "../text/language.js";
import { freshKey } from "./api.js";

const PAGE = 20;
const BIDS = 5;
// Their channels are watched, for there is more to come; the server's channel_limit holds for all parts together.
const LIVE = new Set(["active", "closing", "awaiting_payment"]);
const ACCESS_CHANGES = new Set(["subscription_updated", "subscription_cancelled", "post_unlocked", "post_locked"]);

function path(postId, rest) {
  return `/api/posts/${encodeURIComponent(postId)}/${rest}`;
}

export class Auctions {
  store = new AuctionsStore();
  #person;
  #api;
  #clock;

  /** `clock` is the person's ServerClock: every answer puts it right. */
  constructor(person, clock) {
    this.#person = person;
    this.#api = person.api;
    this.#clock = clock;
    person.hear(this);
  }

  /** Puts one's own post up for auction, for so many seconds; amounts in minor units. */
  open(postId, { seconds, ...terms }) {
    return this.#person.act(async () => {
      const auction = { ...terms, endsAt: this.#clock.inSeconds(seconds) };
      this.#put(await this.#api.call("POST", path(postId, "auction"), auction));
      this.#watch();
    });
  }

  /** The first bid brings the deposit along; it is taken once. */
  bid(postId, amount) {
    return this.#person.act(async () => {
      const deposit = this.store.auction(postId).deposit > 0 ? { depositPaymentId: `demo_${freshKey()}` } : {};
      const { bid, auction } = await this.#api.call("POST", path(postId, "bids"), { amount, ...deposit });
      this.#put(auction);
      this.#putBids(postId, [bid]);
    });
  }

  pay(postId) {
    return this.#person.act(async () => {
      this.#put(await this.#api.call("POST", path(postId, "auction/pay"), { paymentId: `demo_${freshKey()}` }));
    });
  }

  start() {
    return this.#load();
  }

  publication({ channel, data }) {
    if (channel.startsWith("auction:")) return this.#heard(data);
    // A new auction is something new on its post.
    const isNew = channel.startsWith("creator:") && data?.type === "post_updated";
    if (isNew || ACCESS_CHANGES.has(data?.type)) void this.#person.attempt(() => this.#load());
    // That a win was paid is told to its two people only.
    const { auctionId, postId } = data?.notification?.metadata ?? {};
    if (auctionId && data.notification.type !== "AUCTION_NEW_BID") this.#ask(postId);
  }

  settled({ fresh, gaps }) {
    const incomplete = [...fresh, ...gaps].some((channel) => channel.startsWith("auction:")) || [...gaps].length > 0;
    if (incomplete) void this.#person.attempt(() => this.#load());
  }

  #heard(frame) {
    const before = this.store.auction(frame?.postId);
    if (!before) return;
    if (frame.type === "bid_placed") this.#person.feed.learn(frame.bid.userId, { nickname: frame.bid.nickname });
    const isOutbid = frame.type === "bid_placed" && frame.bid.seq > before.bidsCount && before.leaderId === this.#person.userId;
    if (this.store.frame(frame)) this.#ask(frame.postId);
    if (isOutbid && frame.bid.userId !== this.#person.userId) this.#sayOutbid(before, frame.bid);
  }

  #sayOutbid({ postId, currency }, { userId, amount }) {
    const { feed } = this.#person;
    this.#person.tell(() => {
      const post = feed.post(postId)?.title ?? postId;
      return t("auction.outbid", { name: feed.name(userId), price: money(amount, currency), post });
    });
  }

  #ask(postId) {
    if (!postId) return;
    void this.#person.attempt(async () => {
      this.#put(await this.#api.call("GET", path(postId, "auction")));
      this.#watch();
    });
  }

  #put(auction) {
    this.#clock.learn(auction.serverNow);
    this.store.put(auction);
  }

  async #load() {
    const { auctions } = await this.#api.call("GET", `/api/auctions?limit=${PAGE}`);
    if (auctions.length > 0) this.#clock.learn(auctions[0].serverNow);
    this.store.loaded(auctions);
    this.#watch();
    const bidOn = auctions.filter(({ bidsCount }) => bidsCount > 0).slice(0, PAGE / 2);
    await Promise.all(bidOn.map(({ postId }) => this.#loadBids(postId)));
    this.#person.changed();
  }

  async #loadBids(postId) {
    this.#putBids(postId, (await this.#api.call("GET", `${path(postId, "bids")}?limit=${BIDS}`)).bids);
  }

  #putBids(postId, bids) {
    for (const { userId, nickname } of bids) this.#person.feed.learn(userId, { nickname });
    this.store.putBids(postId, bids);
  }

  #watch() {
    const live = this.store.auctions.filter(({ status }) => LIVE.has(status));
    this.#person.watch("auctions", live.map(({ postId }) => `auction:${postId}`));
  }
}
