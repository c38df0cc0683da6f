// One person at the page: a connection of their own, and the parts that know what came over it.
//
// A part (`hear`) has any of: `start()` after signing in; `publication({channel, data, recovered})`;
// `subscribed({channel, data})`; `closed({channel, reason})`; `settled({fresh, gaps})`, when what was loaded of these
// channels is not complete.

import { EventLog } from "../store/event-log.js";
import { Account } from "./account.js";
import { Api } from "./api.js";
import { Drop } from "./drop.js";
import { Inbox } from "./inbox.js";
import { LiveClient } from "./live.js";
import { Posts } from "./posts.js";

// After these the server may admit where it refused.
const ACCESS_CHANGES = new Set(["subscription_updated", "subscription_cancelled", "post_unlocked", "post_locked"]);

export class Person {
  log = new EventLog();
  connection = { name: "connecting", reason: "" };
  error = null;
  news = null; // a function that says the last thing to know at once in the language of the page
  missed = null; // how many events came back after the last absence; null before that
  #onChange;
  #live;
  #drop;
  #parts = [];
  #wanted = new Map(); // owner -> channels
  #closed = new Map(); // channels that the server closed, until access changes -> why
  #isAway = false; // the connection was lost or dropped, and what was missed has yet to come
  #returned = 0;
  #isRefreshing = false;
  #scheduled = false;
  #acts = 0; // requests on their way

  constructor(userId, onChange) {
    this.userId = userId;
    this.#onChange = onChange;
    this.api = new Api(userId);
    this.#live = new LiveClient(() => this.api.signIn(), {
      state: (name, reason) => this.#stateChanged(name, reason),
      subscribed: (context) => this.#pass("subscribed", context),
      publication: (publication) => this.#publication(publication),
      refused: (channel, reason) => this.#refused(channel, reason),
      settled: (report) => this.#settled(report),
    });
    this.#drop = new Drop(this.#live, () => this.changed());
    this.inbox = new Inbox(this);
    this.posts = new Posts(this);
    this.account = new Account(this);
  }

  /** Whole seconds until the dropped connection comes back; 0 when it is not dropped. */
  get secondsLeft() {
    return this.#drop.secondsLeft;
  }

  /** True when everything that was asked for is here and the connection stands. */
  get isSettled() {
    return this.#acts === 0 && this.#live.isSettled;
  }

  /** One's own settings; null until they are loaded. */
  get me() {
    return this.account.me;
  }

  get isCreator() {
    return Boolean(this.me?.isCreator);
  }

  /** Posts and comments as this person may see them, and the names of people. */
  get feed() {
    return this.posts.store;
  }

  name(userId) {
    return this.feed.name(userId);
  }

  async start() {
    await this.act(async () => {
      await this.api.signIn();
      this.#live.connect();
      await Promise.all(this.#parts.map((part) => part.start?.()));
    });
  }

  stop() {
    this.#drop.cancel();
    this.#live.close();
    this.#onChange = () => undefined;
  }

  /** Tells `part` of everything from now on. */
  hear(part) {
    this.#parts.push(part);
  }

  /** Has these channels subscribed for `owner`, and no other of its former ones. */
  watch(owner, channels) {
    this.#wanted.set(owner, channels);
    const wanted = [...this.#wanted.values()].flat();
    this.#live.watch(new Set(wanted.filter((channel) => !this.#closed.has(channel))));
  }

  /** Has channels asked for again that the server closed; call it after an act that opens some. */
  reopen() {
    this.#closed.clear();
  }

  /** Calls a method of the server over the connection; its answer. */
  rpc(method, data) {
    return this.#live.rpc(method, data);
  }

  /** Does what the reader asked for; false if it was refused, which the page then says. */
  act(act) {
    // What the reader does takes the last error off the page.
    this.error = null;
    return this.attempt(act);
  }

  /** The same for what happens by itself. */
  async attempt(act) {
    this.#acts += 1;
    try {
      await act();
      return true;
    } catch (error) {
      this.error = error;
      return false;
    } finally {
      this.#acts -= 1;
      this.changed();
    }
  }

  /** Shows what `say()` says until it is closed; null takes it away. */
  tell(say) {
    this.news = say;
    this.changed();
  }

  closeError() {
    this.error = null;
    this.changed();
  }

  dropConnection(seconds) {
    this.#drop.start(seconds);
  }

  comeBack() {
    this.#drop.end();
  }

  /** A frame could not be applied exactly. A new subscription brings an exact snapshot. */
  resnapshot() {
    this.#isRefreshing = true;
    this.#live.disconnect();
    this.#live.connect();
  }

  /** Notes an event that was missed and has come back. */
  cameBack(entry) {
    this.#returned += 1;
    this.log.add(entry);
  }

  /** Shows what has changed, once for all changes of one task. */
  changed() {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#onChange();
    });
  }

  #pass(what, context) {
    for (const part of this.#parts) part[what]?.(context);
    this.changed();
  }

  #stateChanged(name, reason) {
    if (this.connection.name === "connected" && !this.#isRefreshing) this.#left(name === "dropped" ? "" : reason);
    if (name === "connected") this.#isRefreshing = false;
    this.connection = { name, reason };
    this.changed();
  }

  #left(reason) {
    this.#isAway = true;
    this.#returned = 0;
    this.missed = null;
    this.log.add({ data: { type: "dropped", reason } });
  }

  #publication({ channel, offset, data, recovered }) {
    if (recovered) this.cameBack({ channel, offset, data, mark: "recovered" });
    else this.log.add({ channel, offset, data });
    if (ACCESS_CHANGES.has(data?.type)) this.reopen();
    this.#pass("publication", { channel, data, recovered });
  }

  #refused(channel, reason) {
    this.#closed.set(channel, reason);
    this.log.add({ channel, data: { type: "closed", reason } });
    this.#pass("closed", { channel, reason });
  }

  #settled({ fresh, gaps }) {
    for (const channel of gaps) this.log.add({ channel, mark: "reloaded", data: { type: "gap" } });
    if (this.#isAway) {
      this.#isAway = false;
      this.missed = this.#returned;
      this.log.add({ data: { type: "back", n: this.#returned } });
    }
    this.#pass("settled", { fresh, gaps });
  }
}
