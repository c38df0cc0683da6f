/** One channel of the hub: who holds it, and how it stands. */
import type { Subscription } from 'centrifuge';
import type { Hold, Position } from '../messages.js';
import type { Wanted } from './allocation.js';
import { Memory } from './memory.js';

export interface Refusal {
  readonly code: number;
  readonly reason: string;
}

interface Holding {
  readonly weak: boolean;
  readonly since: Position | undefined;
}

export class HubChannel {
  readonly holders = new Map<string, Holding>();
  subscription: Subscription | undefined;
  isLive = false;
  refusal: Refusal | undefined;
  position: Position | undefined;
  memory: Memory;
  private at = 0;

  constructor(readonly name: string) {
    this.memory = new Memory(name);
  }

  get tabs(): readonly string[] {
    return [...this.holders.keys()];
  }

  /** As allocation sees it; undefined while it is refused. */
  get wanted(): Wanted | undefined {
    if (this.refusal) return undefined;
    return { channel: this.name, strong: [...this.holders.values()].some(({ weak }) => !weak), at: this.at };
  }

  /** Returns false if the tab held it already. */
  hold(tab: string, { weak, since }: Hold, at: number): boolean {
    const isNew = !this.holders.has(tab);
    this.holders.set(tab, { weak, since });
    if (weak || this.at === 0) this.at = at;
    return isNew;
  }

  /** Where to recover from: where this hub was, else where a tab was under the hub before. */
  get start(): Position | undefined {
    if (this.position) return this.position;
    const known = [...this.holders.values()].flatMap(({ since }) => since ?? []);
    return known.sort((a, b) => a.offset - b.offset)[0];
  }
}
