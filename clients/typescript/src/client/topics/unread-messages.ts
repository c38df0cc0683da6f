/** How many messages wait unread, in all conversations together. */
import type { Api } from '../api.js';
import { Observable, type Store } from '../store.js';
import type { Frame } from '../told.js';

export class UnreadMessages implements Store<number | undefined> {
  private readonly observable = new Observable<number | undefined>(undefined);
  private count: number | undefined;
  private version = 0;
  /** Positions of messages to all subscribers that the count does not hold yet. */
  private broadcasts = new Set<number>();
  private loading: Promise<void> | undefined;

  constructor(
    private readonly hold: () => () => void,
    private readonly api: () => Api,
    private readonly complain: (error: unknown) => void,
  ) {}

  /** Undefined until it is known. */
  readonly getSnapshot = (): number | undefined => this.observable.getSnapshot();

  readonly subscribe = (onChange: () => void): (() => void) => {
    const release = this.hold();
    const stop = this.observable.subscribe(onChange);
    if (this.count === undefined) this.load();
    return () => {
      stop();
      release();
    };
  };

  frame(frame: Frame): void {
    const version = Number(frame['version']);
    if (frame.type !== 'unread_messages' || !(version > this.version)) return;
    this.version = version;
    this.broadcasts = new Set([...this.broadcasts].filter((position) => position > version));
    this.take(Number(frame['unreadMessages']));
  }

  /** A notification of a message to all subscribers: no other frame speaks of that message. */
  notified(frame: Frame): void {
    const { type, metadata } = (frame['notification'] ?? {}) as { type?: string; metadata?: { creatorId?: unknown } };
    const position = Number(frame['position']);
    if (type !== 'NEW_MESSAGE' || metadata?.creatorId === undefined || !(position > this.version)) return;
    this.broadcasts.add(position);
    this.tell();
  }

  /** Frames were missed. */
  gap(): void {
    if (this.count !== undefined || this.loading) this.load();
  }

  reset(): void {
    this.count = undefined;
    this.version = 0;
    this.broadcasts.clear();
    this.loading = undefined;
    this.tell();
  }

  private load(): void {
    const version = this.version;
    const loading = this.api()
      .call<{ unreadMessages: number }>('GET', '/api/messages?limit=1')
      .then(({ unreadMessages }) => {
        if (this.loading !== loading || this.version !== version) return; // another user's, or a frame is newer
        this.broadcasts.clear();
        this.take(unreadMessages);
      })
      .catch(this.complain);
    this.loading = loading;
  }

  private take(count: number): void {
    this.count = count;
    this.tell();
  }

  private tell(): void {
    this.observable.set(this.count === undefined ? undefined : this.count + this.broadcasts.size);
  }
}
