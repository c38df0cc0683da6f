/** How the tabs of one user share a connection. */
import type { Hub } from '../hub/hub.js';
import type { ToHub, ToTab } from '../messages.js';

export type Sharing = 'worker' | 'leader' | 'follower' | 'alone';

/** What a tab is told by its room. */
export interface Tab {
  receive(message: ToTab): void;
  /** There is a hub, perhaps a new one: say everything (join). */
  hubStarted(): void;
  /** This room cannot be; another kind has to be taken. */
  failed(): void;
}

export interface Room {
  readonly sharing: Sharing;
  post(message: ToHub): void;
  /** This tab is told nothing any more. */
  close(): void;
}

/** What a room needs to have a hub in this tab. */
export type MakeHub = (send: (tabs: readonly string[], message: ToTab) => void) => Hub;

/** Everything of the browser that sharing needs; another in tests. */
export interface Browser {
  readonly locks: LockManager;
  channel(name: string): BroadcastChannel;
}

export function browser(): Browser | undefined {
  // Node has some of these, and no tabs.
  if (typeof document === 'undefined' || typeof BroadcastChannel === 'undefined') return undefined;
  const locks = globalThis.navigator?.locks as LockManager | undefined;
  return locks && { locks, channel: (name) => new BroadcastChannel(name) };
}

/** Of a tab that is there, as everybody can see by it: the browser frees it with the tab. */
export function lockOf(tab: string): string {
  return `fanwire tab ${tab}`;
}

export function freshTab(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Calls back when the tab is gone; the returned function stops that. */
export function watch(locks: LockManager, tab: string, onGone: () => void): () => void {
  const stopped = new AbortController();
  const { signal } = stopped;
  locks.request(lockOf(tab), { signal }, () => void (signal.aborted || onGone())).catch(() => undefined);
  return () => stopped.abort();
}

/** Holds the tab's lock until the returned function is called; resolves when it is held. */
export async function beSeen(locks: LockManager, tab: string): Promise<() => void> {
  return new Promise((seen) => {
    void locks.request(lockOf(tab), () => new Promise<void>((free) => seen(free)));
  });
}
