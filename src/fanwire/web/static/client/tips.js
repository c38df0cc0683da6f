// Tips of one person: those they give, and those they have received with their sum.

import { TipsStore } from "../store/tips-store.js";

const PAGE = 20;

export class Tips {
  store = new TipsStore();
  #person;

  constructor(person) {
    this.#person = person;
    person.hear(this);
  }

  /** `amount` in minor units. */
  give({ toUserId, amount, currency, message, paymentId }) {
    const said = message ? { message } : {};
    const tip = { toUserId, amount, currency, paymentId, ...said };
    return this.#person.act(() => this.#person.api.call("POST", "/api/tips", tip));
  }

  /** Gives a received tip back. */
  refund(tipId) {
    return this.#person.act(async () => {
      await this.#person.api.call("POST", `/api/tips/${encodeURIComponent(tipId)}/refund`);
      await this.#load();
    });
  }

  start() {
    return this.#load();
  }

  publication({ data }) {
    if (data && this.store.frame(data)) void this.#person.attempt(() => this.#load());
  }

  settled({ gaps }) {
    if (gaps.has(`feed:${this.#person.userId}`)) void this.#person.attempt(() => this.#load());
  }

  async #load() {
    const load = this.store.startLoad();
    try {
      this.store.loaded(load, await this.#person.api.call("GET", `/api/tips?limit=${PAGE}`));
    } finally {
      this.store.abandon(load);
    }
  }
}
