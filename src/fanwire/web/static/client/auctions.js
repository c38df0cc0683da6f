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
  #asked = 0; // how often the list was asked for

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
    // That a win was paid is told to its two people only.
    const { type, metadata } = data?.notification ?? {};
    const isMine = metadata?.auctionId && type !== "AUCTION_NEW_BID";
    if (isNew || isMine || ACCESS_CHANGES.has(data?.type)) this.#reload();
  }

  settled({ fresh, gaps }) {
    const incomplete = gaps.size > 0 || [...fresh].some((channel) => channel.startsWith("auction:"));
    if (incomplete) this.#reload();
  }

  #heard(frame) {
    const before = this.store.auction(frame?.postId);
    if (this.store.frame(frame)) this.#reload();
    const after = this.store.auction(frame?.postId);
    if (!after || after.bidsCount === before.bidsCount) return;
    const { userId } = this.#person;
    this.#person.feed.learn(frame.bid.userId, { nickname: frame.bid.nickname });
    if (before.leaderId === userId && after.leaderId !== userId) this.#sayOutbid(before, frame.bid);
  }

  #sayOutbid({ postId, currency }, { userId, amount }) {
    const { feed } = this.#person;
    this.#person.tell(() => {
      const post = feed.post(postId)?.title ?? postId;
      return t("auction.outbid", { name: feed.name(userId), price: money(amount, currency), post });
    });
  }

  // The list, and not the one auction: its post may be deleted, or locked to this person by now.
  #reload() {
    void this.#person.attempt(() => this.#load());
  }

  #put(auction) {
    this.#clock.learn(auction.serverNow);
    this.store.put(auction);
  }

  async #load() {
    this.#asked += 1;
    const asked = this.#asked;
    const { auctions } = await this.#api.call("GET", `/api/auctions?limit=${PAGE}`);
    // A later question has, or will have, the newer answer.
    if (asked !== this.#asked) return;
    if (auctions.length > 0) this.#clock.learn(auctions[0].serverNow);
    this.store.loaded(auctions);
    this.#watch();
    const unknown = auctions.filter(({ postId, bidsCount }) => bidsCount > (this.store.bids(postId)[0]?.seq ?? 0));
    await Promise.all(unknown.map(({ postId }) => this.#loadBids(postId)));
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
