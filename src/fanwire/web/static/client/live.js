// One connection of the unmodified `centrifuge` client, and what of its life the page wants to know.

import "../vendor/centrifuge/centrifuge.js";

const { Centrifuge } = globalThis;
const DROPPED = 0; // the SDK's code for a disconnect() of our own

function endpoint() {
  const { protocol, host } = globalThis.location;
  return `${protocol === "https:" ? "wss" : "ws"}://${host}/connection/websocket`;
}

/**
 * Calls back:
 * - `state(name, reason)`: connected, connecting, dropped or disconnected
 * - `subscribed({channel, data, wasRecovering, recovered})`
 * - `publication({channel, offset, data, recovered})`, `recovered` true for what was missed and came back
 * - `refused(channel, reason)`: the server ended a subscription, or never granted it
 * - `settled({fresh, gaps})`: every subscription stands. `fresh` channels are new here, `gaps` could not be recovered:
 *   data loaded before is not complete for either
 */
export class LiveClient {
  #client;
  #handlers;
  #recovering = new Set();
  #pending = new Set();
  #fresh = new Set();
  #gaps = new Set();
  #isSettled = false;

  constructor(getToken, handlers) {
    this.#handlers = handlers;
    this.#client = new Centrifuge(endpoint(), { getToken, name: "fanwire-demo" });
    this.#follow(this.#client);
    this.#client.on("connecting", ({ reason }) => {
      this.#isSettled = false;
      handlers.state("connecting", reason);
    });
    this.#client.on("connected", () => handlers.state("connected", ""));
    this.#client.on("connected", () => this.#settle());
    this.#client.on("disconnected", ({ code, reason }) => {
      this.#isSettled = false;
      handlers.state(code === DROPPED ? "dropped" : "disconnected", reason);
    });
  }

  /** True while connected with every subscription standing. */
  get isSettled() {
    return this.#isSettled;
  }

  connect() {
    this.#client.connect();
  }

  disconnect() {
    this.#client.disconnect();
  }

  /** Calls a method of the server; its answer. */
  async rpc(method, data) {
    return (await this.#client.rpc(method, data)).data;
  }

  /** Has exactly these channels subscribed, besides those that the server subscribes by itself. */
  watch(channels) {
    const known = this.#client.subscriptions();
    for (const [channel, subscription] of Object.entries(known)) {
      if (!channels.has(channel)) this.#leave(subscription);
    }
    for (const channel of channels) {
      if (!(channel in known)) this.#join(channel);
    }
  }

  close() {
    this.#client.removeAllListeners();
    this.#client.disconnect();
  }

  #join(channel) {
    const subscription = this.#client.newSubscription(channel);
    this.#follow(subscription);
    subscription.on("subscribing", () => {
      this.#pending.add(channel);
      this.#isSettled = false;
    });
    subscription.on("unsubscribed", ({ reason }) => {
      this.#pending.delete(channel);
      this.#client.removeSubscription(subscription);
      this.#handlers.refused(channel, reason);
      this.#settle();
    });
    subscription.subscribe();
  }

  #leave(subscription) {
    subscription.removeAllListeners();
    subscription.unsubscribe();
    this.#client.removeSubscription(subscription);
    for (const channels of [this.#pending, this.#fresh, this.#gaps]) channels.delete(subscription.channel);
  }

  // The client speaks for the server's subscriptions as each subscription speaks for itself.
  #follow(emitter) {
    emitter.on("subscribed", (context) => this.#subscribed(context));
    emitter.on("publication", ({ channel, offset, data }) => {
      this.#handlers.publication({ channel, offset, data, recovered: this.#recovering.has(channel) });
    });
  }

  #subscribed({ channel, data, recoverable, wasRecovering, recovered }) {
    this.#pending.delete(channel);
    if (recoverable && !recovered) (wasRecovering ? this.#gaps : this.#fresh).add(channel);
    if (wasRecovering && recovered) {
      // The SDK hands over what was missed in the very same task, and live ones come in a later one.
      this.#recovering.add(channel);
      queueMicrotask(() => this.#recovering.delete(channel));
    }
    this.#handlers.subscribed({ channel, data, wasRecovering, recovered });
    this.#settle();
  }

  #settle() {
    queueMicrotask(() => {
      if (this.#pending.size > 0 || this.#client.state !== "connected") return;
      this.#isSettled = true;
      const report = { fresh: this.#fresh, gaps: this.#gaps };
      this.#fresh = new Set();
      this.#gaps = new Set();
      this.#handlers.settled(report);
    });
  }
}
