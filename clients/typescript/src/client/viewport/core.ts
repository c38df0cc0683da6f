/**
 * Which of many cards are live: those in view, then those seen last, never more than the connection has room for.
 * Pure: what is in view is told, and time is injected.
 */
import type { Clock } from '../clock.js';

export interface ViewportOptions {
  /** How many may be live now. */
  limit(): number;
  /** How long a card has to be in view, in milliseconds: what only flies by is not subscribed. */
  readonly settle: number;
  readonly clock: Clock;
  enter(id: string): void;
  leave(id: string): void;
  /** One that is live has come into view again. */
  again(id: string): void;
}

export class ViewportCore {
  /** When each came into view. */
  private readonly visible = new Map<string, number>();
  /** Live ones, the one seen longest ago first. */
  private readonly live = new Set<string>();
  private timer: unknown;

  constructor(private readonly options: ViewportOptions) {}

  get liveIds(): readonly string[] {
    return [...this.live];
  }

  show(id: string): void {
    if (this.visible.has(id)) return;
    this.visible.set(id, this.options.clock.now());
    if (this.live.has(id)) {
      this.seen(id);
      this.options.again(id);
    } else this.timer ??= this.later();
  }

  hide(id: string): void {
    if (!this.visible.delete(id)) return;
    if (this.live.has(id)) this.seen(id);
    if (this.waiting.length > 0) this.timer ??= this.later();
  }

  /** The card is gone from the page. */
  remove(id: string): void {
    this.visible.delete(id);
    if (this.live.delete(id)) this.options.leave(id);
    if (this.waiting.length > 0) this.timer ??= this.later();
  }

  close(): void {
    this.options.clock.clearTimeout(this.timer);
    this.timer = undefined;
    for (const id of [...this.live, ...this.visible.keys()]) this.remove(id);
    this.options.clock.clearTimeout(this.timer);
  }

  private get waiting(): string[] {
    return [...this.visible.keys()].filter((id) => !this.live.has(id));
  }

  private later(pause = this.options.settle): unknown {
    return this.options.clock.setTimeout(() => {
      this.timer = undefined;
      this.admit();
    }, pause);
  }

  private admit(): void {
    const due = this.options.clock.now() - this.options.settle;
    const ready = this.waiting.filter((id) => this.visible.get(id)! <= due);
    const limit = Math.max(0, this.options.limit());
    this.shrink(limit);
    for (const id of ready) this.admitOne(id, limit);
    const next = Math.min(...this.waiting.filter((id) => !ready.includes(id)).map((id) => this.visible.get(id)!));
    if (next < Infinity) this.timer ??= this.later(next - due);
  }

  private admitOne(id: string, limit: number): void {
    if (this.live.size >= limit) {
      const oldest = [...this.live].find((one) => !this.visible.has(one));
      if (oldest === undefined) return; // all of them are in view: it takes the place of the first that is not
      this.expel(oldest);
    }
    this.live.add(id);
    this.options.enter(id);
  }

  private shrink(limit: number): void {
    const hidden = [...this.live].filter((id) => !this.visible.has(id));
    const seen = [...this.live].filter((id) => this.visible.has(id));
    for (const id of [...hidden, ...seen].slice(0, Math.max(0, this.live.size - limit))) this.expel(id);
  }

  private expel(id: string): void {
    this.live.delete(id);
    this.options.leave(id);
  }

  private seen(id: string): void {
    this.live.delete(id);
    this.live.add(id);
  }
}
