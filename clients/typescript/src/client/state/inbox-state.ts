/**
 * The inbox of one user as a client holds it: a snapshot, then frames. Pure: no DOM, no network, no clock.
 *
 * Two kinds of frame arrive on `notifications:{user}` (docs/reference/channels.md, "An exact badge"):
 * - personal ones carry the user's state `version` and the absolute `unreadCount`, true at global `position`;
 * - audience ones (with a `stream`) are one shared frame for all followers: they carry only `position`, so each
 *   store counts them itself.
 * The two kinds may overtake each other. What an audience frame changed therefore stays on a ledger until an absolute
 * count whose position covers it has come: that keeps the badge exact at every moment.
 */
import type { Item, Snapshot } from '../../generated/wire.js';
import type { Frame } from '../told.js';
import { newestFirst } from './order.js';

/** `seq` is the item's position if `exact`, else the highest it can be. A ghost is removed, and still counted with. */
interface Held extends Item {
  readonly seq: number;
  readonly exact: boolean;
  readonly isGhost?: boolean;
}

interface Change {
  readonly id: string;
  readonly added: boolean;
}

/** Everything of a state, for a tab that comes later. */
export interface InboxDump {
  readonly type: 'inbox';
  readonly items: readonly Held[];
  readonly ledger: readonly (readonly [number, Change])[];
  readonly readEarly: readonly string[];
  readonly marks: Marks;
}

interface Marks {
  count: number;
  version: number;
  /** The position of `count`. */
  base: number;
  snapshotPosition: number;
  /** Every unread item above this position is held here. */
  floor: number;
  readUpTo: number;
  clearedUpTo: number;
  /** A frame could not be applied exactly: a new snapshot is needed. */
  stale: boolean;
}

const START: Marks = { count: 0, version: 0, base: 0, snapshotPosition: 0, floor: 0, readUpTo: 0, clearedUpTo: 0, stale: false };

/** A page of the list on its way, and what came meanwhile. */
export interface PageLoad {
  readonly frames: Frame[];
}

export class InboxState {
  private items = new Map<string, Held>();
  private ledger = new Map<number, Change>();
  private loads = new Set<PageLoad>();
  private readEarly = new Set<string>();
  private readonly views = new WeakMap<Held, Item>();
  private marks: Marks = { ...START };

  /** Exact number of unread items, also of those that are not in `list`. */
  get unread(): number {
    let unread = this.marks.count;
    for (const change of this.ledger.values()) unread += this.effect(change);
    return Math.max(0, unread);
  }

  /** What is known of the list, newest first. */
  get list(): Item[] {
    const held = [...this.items.values()].filter((item) => !item.isGhost).sort(newestFirst);
    return held.map((item) => this.shown(item));
  }

  get position(): number {
    return Math.max(this.marks.base, ...this.ledger.keys());
  }

  get stale(): boolean {
    return this.marks.stale;
  }

  /** Replaces everything by what the server, or an elder store, has. */
  begin(data: Snapshot | InboxDump): void {
    for (const kept of [this.items, this.ledger, this.loads, this.readEarly]) kept.clear();
    if (data.type === 'inbox') this.restore(data);
    else this.snapshot(data);
  }

  dump(): InboxDump {
    return {
      type: 'inbox',
      items: [...this.items.values()],
      ledger: [...this.ledger],
      readEarly: [...this.readEarly],
      marks: { ...this.marks },
    };
  }

  /** Applies one frame; returns false if it is old, or no frame of an inbox. */
  frame(frame: Frame): boolean {
    if (frame.type === 'notification' && !isItem(frame['notification'])) return false;
    if (typeof frame['version'] === 'number') return this.personal(frame, frame['version']);
    if (typeof frame['stream'] === 'string') return this.audience(frame, numberOf(frame['position']));
    return false;
  }

  /** Call before a page of the list is asked for, and give what it returns to `page`. */
  startPage(): PageLoad {
    const load: PageLoad = { frames: [] };
    this.loads.add(load);
    return load;
  }

  abandon(load: PageLoad): void {
    this.loads.delete(load);
  }

  /** Adds a page's items, as they are after the frames that came while the page was on its way. */
  page(load: PageLoad, notifications: readonly Item[]): void {
    if (!this.loads.delete(load)) return; // a snapshot came in between: the page is of a former life
    for (const item of notifications) {
      if (!this.items.has(item.id)) this.hold(item, this.position, false);
    }
    for (const frame of load.frames) this.apply(frame);
  }

  /** The same object for an item that has not changed. */
  private shown(held: Held): Item {
    const known = this.views.get(held);
    if (known) return known;
    const { seq: _seq, exact: _exact, isGhost: _isGhost, ...item } = held;
    this.views.set(held, item);
    return item;
  }

  private snapshot({ notifications, unreadCount, version, position }: Snapshot): void {
    this.marks = { ...START, count: unreadCount, version, base: position, snapshotPosition: position };
    for (const { position: seq, ...item } of notifications) this.hold(item, seq ?? position, seq !== undefined);
    const isAll = notifications.length >= unreadCount;
    this.marks.floor = isAll ? 0 : Math.min(position, ...notifications.map((item) => item.position ?? position));
  }

  private restore({ items, ledger, readEarly, marks }: InboxDump): void {
    this.items = new Map(items.map((item) => [item.id, item]));
    this.ledger = new Map(ledger);
    this.readEarly = new Set(readEarly);
    this.marks = { ...marks };
  }

  private personal(frame: Frame, version: number): boolean {
    if (version <= this.marks.version) return false;
    this.marks.version = version;
    if (typeof frame['unreadCount'] === 'number') this.settle(frame['unreadCount'], numberOf(frame['position']));
    this.note(frame);
    return true;
  }

  private settle(count: number, position: number): void {
    this.marks.count = count;
    this.marks.base = Math.max(this.marks.base, position);
    for (const [at, { id, added }] of [...this.ledger]) {
      if (at > position) continue;
      this.ledger.delete(at);
      if (!added) this.items.delete(id);
    }
  }

  private audience(frame: Frame, position: number): boolean {
    if (position <= this.marks.snapshotPosition || this.ledger.has(position)) return false;
    // At or below the base it is counted already, and only the list has yet to hear of it.
    if (position > this.marks.base) this.tally(frame, position);
    this.note(frame);
    return true;
  }

  private tally(frame: Frame, position: number): void {
    if (frame.type === 'notification') {
      this.ledger.set(position, { id: (frame['notification'] as Item).id, added: true });
    } else if (frame.type === 'notification_removed') {
      this.marks.stale ||= this.isMaybeUnread(frame);
      this.ledger.set(position, { id: String(frame['notificationId']), added: false });
    }
  }

  /** True for an item that is not held here, but may be one of the unread ones below the snapshot's twenty. */
  private isMaybeUnread(frame: Frame): boolean {
    if (this.items.has(String(frame['notificationId'])) || numberOf(frame['itemPosition']) > this.marks.floor) return false;
    return this.unread > this.list.filter((item) => !item.isRead).length;
  }

  /** What a ledger entry changes: a removed item takes its unit along, unless it was read before that. */
  private effect({ id, added }: Change): number {
    if (added) return 1;
    const item = this.items.get(id);
    return item && !item.isRead ? -1 : 0;
  }

  private note(frame: Frame): void {
    this.apply(frame);
    for (const load of this.loads) load.frames.push(frame);
  }

  private apply(frame: Frame): void {
    if (frame.type === 'notification') this.take(frame);
    else if (frame.type === 'notification_removed') this.remove(String(frame['notificationId']), numberOf(frame['position']));
    else if (frame.type === 'notification_read') this.read(String(frame['notificationId']));
    else if (frame.type === 'notifications_read') this.readAll(numberOf(frame['upTo']), frame['unreadCount'] === 0);
    else if (frame.type === 'notifications_cleared') this.clear(numberOf(frame['upTo']));
  }

  private hold(item: Item, seq: number, exact: boolean): void {
    this.items.set(item.id, { ...item, seq, exact });
  }

  /** A new item; one with `replaces` takes the place of an unread one, and the frame's count is without that. */
  private take(frame: Frame): void {
    this.items.delete(String(frame['replaces'] ?? ''));
    const item = frame['notification'] as Item;
    const seq = numberOf(frame['position']);
    if (this.items.get(item.id)?.exact || seq <= this.marks.clearedUpTo) return;
    const isRead = item.isRead || seq <= this.marks.readUpTo || this.readEarly.has(item.id);
    this.hold({ ...item, isRead }, seq, true);
  }

  // While the ledger needs it, a removed item stays as a ghost: an older act may still say that it was read.
  private remove(id: string, position: number): void {
    const item = this.items.get(id);
    if (item && this.ledger.has(position)) this.items.set(id, { ...item, isGhost: true });
    else this.items.delete(id);
  }

  private read(id: string): void {
    const item = this.items.get(id);
    if (item) this.items.set(id, { ...item, isRead: true });
    else this.readEarly.add(id);
  }

  private readAll(upTo: number, isEmpty: boolean): void {
    this.marks.readUpTo = Math.max(this.marks.readUpTo, upTo);
    for (const item of [...this.items.values()]) {
      if (item.isRead) continue;
      // When nothing is left unread there is no doubt about the items of the snapshot either.
      if ((isEmpty && !item.exact) || this.isCovered(item, upTo)) this.read(item.id);
    }
  }

  private clear(upTo: number): void {
    this.marks.clearedUpTo = Math.max(this.marks.clearedUpTo, upTo);
    for (const item of [...this.items.values()]) {
      if (this.isCovered(item, upTo)) this.items.delete(item.id);
    }
  }

  private isCovered(item: Held, upTo: number): boolean {
    // Of an item whose place is not known exactly, a lower `upTo` does not say on which side it is.
    this.marks.stale ||= item.seq > upTo && !item.exact;
    return item.seq <= upTo;
  }
}

function isItem(value: unknown): value is Item {
  return typeof value === 'object' && value !== null && typeof (value as Item).id === 'string';
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
