/** One channel as a tab has it: who holds it here, how it stands, and who hears its frames. */
import type { Clock } from '../clock.js';
import { ChannelRefused } from '../errors.js';
import type { Hold, Position, Published, Subscribed } from '../messages.js';
import { Observable, type Store } from '../store.js';
import { isFrame, type Frame, type Handler, type Namespace, type TypeIn } from '../told.js';

/** How a channel stands. */
export interface Standing {
  /** `idle`: nobody holds it. `pending`: it is being subscribed, or waits for the connection. */
  readonly status: 'idle' | 'pending' | 'live' | 'refused';
  /** Why, if it is refused. It is asked for again when the user's access changes. */
  readonly refusal: ChannelRefused | undefined;
}

/** What a topic needs of the client. */
export interface Host {
  readonly clock: Clock;
  readonly grace: number;
  /** Held here for the first time, or differently: the hub has to know. */
  held(topic: AnyTopic): void;
  /** Held no more. */
  released(topic: AnyTopic): void;
  /** Somebody listens who does not hold it: it is to stay this very object until the returned function is called. */
  watched(topic: AnyTopic): () => void;
  /** A handler threw; the others are not to suffer. */
  complain(error: unknown): void;
}

export type AnyTopic = Topic<Namespace, Standing>;

interface Listener {
  handle(frame: Frame, about: { channel: string; eventId: string | undefined }): void;
}

const IDLE: Standing = { status: 'idle', refusal: undefined };

export class Topic<N extends Namespace, Snapshot extends Standing> implements Store<Snapshot> {
  private strong = 0;
  private weak = 0;
  private timer: unknown;
  private isKept = false;
  private position: Position | undefined;
  private readonly listeners = new Map<string, Set<Listener>>();
  private readonly observable: Observable<Snapshot>;
  protected standing: Standing = IDLE;

  constructor(
    protected readonly host: Host,
    readonly namespace: N,
    readonly id: string,
  ) {
    this.observable = new Observable(this.compute());
  }

  /** Under which the client keeps it; a personal one has no id, for the user may change. */
  get key(): string {
    return this.id ? `${this.namespace}:${this.id}` : this.namespace;
  }

  get isHeld(): boolean {
    return this.isKept;
  }

  readonly getSnapshot = (): Snapshot => this.observable.getSnapshot();

  /** Also holds the channel. */
  readonly subscribe = (onChange: () => void): (() => void) => {
    const release = this.hold();
    const stop = this.observable.subscribe(onChange);
    return () => {
      stop();
      release();
    };
  };

  /** Calls back after each change without holding the channel: for a card that a viewport holds. */
  readonly watch = (onChange: () => void): (() => void) => {
    const release = this.host.watched(this as unknown as AnyTopic);
    const stop = this.observable.subscribe(onChange);
    return () => {
      stop();
      release();
    };
  };

  /** Calls back for each frame of this type, and holds the channel, until the returned function is called. */
  readonly on = <Type extends TypeIn<N>>(type: Type, handler: Handler<N, Type>): (() => void) => {
    const listener = { handle: handler as unknown as Listener['handle'] };
    const listeners = this.listeners.get(type) ?? new Set();
    this.listeners.set(type, listeners.add(listener));
    const release = this.hold();
    return () => {
      listeners.delete(listener);
      release();
    };
  };

  /** Keeps the channel subscribed until the returned function is called; so does every other holder. */
  readonly hold = (): (() => void) => this.take('strong');

  /** Like `hold`, of a card that gives way when the connection has no more room. */
  holdWeakly(): () => void {
    return this.take('weak');
  }

  /** Somebody looked at it again: of the weak ones, the latest stay. */
  touch(): void {
    if (this.isKept) this.host.held(this as unknown as AnyTopic);
  }

  /** What the hub has to know of it. */
  wish(channel: string): Hold {
    return { channel, weak: this.strong === 0 && this.timer === undefined, since: this.position };
  }

  /** Held in the connection of a user who has just come. */
  began(): void {
    if (this.isKept) this.stand({ status: 'pending', refusal: undefined });
  }

  subscribed(message: Subscribed): void {
    if (message.recovered) this.position ??= message.position;
    else this.position = message.position;
    this.restored(message);
    this.stand({ status: 'live', refusal: undefined });
  }

  published({ channel, data, position, eventId }: Published): void {
    if (this.isOld(position) || !isFrame(data)) return;
    if (position) this.position = position;
    if (this.applied(data)) this.changed();
    for (const listener of [...(this.listeners.get(data.type) ?? [])]) {
      try {
        listener.handle(data, { channel, eventId });
      } catch (error) {
        this.host.complain(error);
      }
    }
  }

  pending(): void {
    if (this.standing.status !== 'idle') this.stand({ status: 'pending', refusal: undefined });
  }

  refused(channel: string, code: number, reason: string): void {
    this.position = undefined;
    this.closed();
    this.stand({ status: 'refused', refusal: new ChannelRefused(channel, code, reason) });
  }

  /** Forgets everything that a user was told; holders and handlers stay. */
  reset(): void {
    this.position = undefined;
    this.cleared();
    this.stand(IDLE);
  }

  /** A subscription stands; `states` of the message give the channel's state, unless it goes on from where it was. */
  protected restored(_message: Subscribed): void {}

  /** Applies a frame to what is kept; returns whether that has changed it. */
  protected applied(_frame: Frame): boolean {
    return false;
  }

  /** What a user without access may not keep has to go. */
  protected closed(): void {}

  /** Everything has to go. */
  protected cleared(): void {}

  protected compute(): Snapshot {
    return this.standing as Snapshot;
  }

  protected changed(): void {
    this.observable.set(this.compute());
  }

  private stand(standing: Standing): void {
    const { status, refusal } = this.standing;
    if (status !== standing.status || refusal !== standing.refusal) this.standing = standing;
    this.changed();
  }

  private isOld(position: Position | undefined): boolean {
    if (!position || !this.position) return false;
    return position.epoch === this.position.epoch && position.offset <= this.position.offset;
  }

  private take(kind: 'strong' | 'weak'): () => void {
    this[kind] += 1;
    this.host.clock.clearTimeout(this.timer);
    this.timer = undefined;
    if (!this.isKept || (kind === 'strong' && this.strong === 1)) this.kept();
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.release(kind);
    };
  }

  private kept(): void {
    const isFirst = !this.isKept;
    this.isKept = true;
    this.host.held(this as unknown as AnyTopic);
    if (isFirst && this.standing.status === 'idle') this.began();
  }

  private release(kind: 'strong' | 'weak'): void {
    this[kind] -= 1;
    if (this.strong > 0) return;
    if (kind === 'weak') {
      if (this.weak === 0 && this.timer === undefined) this.drop();
      return;
    }
    this.timer = this.host.clock.setTimeout(() => {
      this.timer = undefined;
      if (this.weak === 0) this.drop();
      else this.host.held(this as unknown as AnyTopic);
    }, this.host.grace);
  }

  private drop(): void {
    this.isKept = false;
    this.host.released(this as unknown as AnyTopic);
    // A personal one is heard on, whoever listens. What others know stays, and is made good when they are held again.
    if (this.id) this.stand(IDLE);
  }
}
