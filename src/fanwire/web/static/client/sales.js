// Flash sales as one person sees them: what the API gives, kept true by what creators' channels bring.

import { SalesStore } from "../store/sales-store.js";
import { freshKey } from "./api.js";

const PAGE = 50;

function path(saleId) {
  return `/api/flash-sales/${encodeURIComponent(saleId)}/redeem`;
}

export class Sales {
  store = new SalesStore();
  #person;
  #clock;

  /** `clock` is the person's ServerClock: every answer puts it right. */
  constructor(person, clock) {
    this.#person = person;
    this.#clock = clock;
    person.hear(this);
  }

  /** Plans a sale of a `tier` or of a post (`postId`) that begins at once and lasts so many seconds. */
  create({ seconds, ...sale }) {
    return this.#person.act(async () => {
      const endsAt = this.#clock.inSeconds(seconds);
      const made = await this.#person.api.call("POST", "/api/flash-sales", { ...sale, endsAt });
      this.#clock.learn(made.serverNow);
      this.store.add(made);
    });
  }

  reserve(saleId) {
    return this.#redeem(saleId, {});
  }

  async pay(saleId) {
    const done = await this.#redeem(saleId, { paymentId: `demo_${freshKey()}` });
    if (done) await this.#person.act(() => this.#opened());
    return done;
  }

  giveBack(saleId) {
    return this.#person.act(async () => {
      await this.#person.api.call("DELETE", path(saleId));
      this.store.givenBack(saleId);
    });
  }

  start() {
    return this.#load();
  }

  publication({ channel, data }) {
    if (!channel.startsWith("creator:")) return;
    if (data && this.store.frame(data)) void this.#person.attempt(() => this.#load());
  }

  settled({ fresh, gaps }) {
    const incomplete = [...fresh, ...gaps].some((channel) => channel.startsWith("creator:"));
    if (incomplete) void this.#person.attempt(() => this.#load());
  }

  #redeem(saleId, body) {
    return this.#person.act(async () => this.store.redeemed(await this.#person.api.call("POST", path(saleId), body)));
  }

  // What was sold is open now: ask again for what was refused.
  async #opened() {
    this.#person.reopen();
    await this.#person.posts.load();
  }

  async #load() {
    const load = this.store.startLoad();
    try {
      const { sales } = await this.#person.api.pages("/api/flash-sales", "sales", { limit: PAGE, count: PAGE });
      if (sales.length > 0) this.#clock.learn(sales[0].serverNow);
      this.store.loaded(load, sales);
    } finally {
      this.store.abandon(load);
    }
  }
}
