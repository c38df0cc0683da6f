// What is one's own: the profile, and whom one pays.

import { freshKey } from "./api.js";

export class Account {
  me = null;
  #person;

  constructor(person) {
    this.#person = person;
    person.hear(this);
  }

  async start() {
    this.me = await this.#person.api.call("GET", "/api/user/settings");
  }

  subscribe(creatorId, tier) {
    return this.#person.act(async () => {
      const payment = { creatorId, tier, paymentId: `demo_${freshKey()}` };
      await this.#person.api.call("POST", "/api/subscriptions/process-payment", payment);
      await this.#opened();
    });
  }

  async #opened() {
    this.#person.reopen();
    await this.#person.posts.load();
  }
}
