/**
 * The one connection of all tabs of a user, and which tab hears what of it. It runs in a SharedWorker, in the tab that
 * leads, or in each tab for itself; it knows tabs by name only, so that nobody else has to care where it is.
 */
import type { PublicationContext, ServerPublicationContext, ServerSubscribedContext, SubscribedContext, UnsubscribedContext } from 'centrifuge';
import type { Clock } from '../clock.js';
import type { Hold, Position, ToHub, ToTab } from '../messages.js';
import { allocate } from './allocation.js';
import { HubChannel } from './channel.js';
import { Line, type LineEvents } from './line.js';
import { TokenDesk } from './token-desk.js';

const LIMIT_EXCEEDED = 106;
const PERSONAL = ['notifications', 'feed'] as const;
const CONNECTING: ToTab & { type: 'state' } = { type: 'state', state: 'connecting', code: 0, reason: '' };

export interface HubOptions {
  readonly socketUrl: string;
  readonly user: string;
  readonly channelLimit: number;
  readonly websocket: unknown;
  readonly clock: Clock;
  /** Gives a message to these tabs, in order. */
  send(tabs: readonly string[], message: ToTab): void;
}

export class Hub implements LineEvents {
  private readonly tabs = new Set<string>();
  private readonly channels = new Map<string, HubChannel>();
  private readonly personal: ReadonlySet<string>;
  private readonly line: Line;
  private readonly desk: TokenDesk;
  private capacity: number;
  /** The most channels that were ever live at once, without the personal ones. */
  private most = 0;
  private holdings = 0;
  private isPlanned = false;
  private state = CONNECTING;

  constructor(private readonly options: HubOptions) {
    this.personal = new Set(options.user ? PERSONAL.map((namespace) => `${namespace}:${options.user}`) : []);
    this.capacity = options.channelLimit - this.personal.size;
    this.desk = new TokenDesk(options.clock, () => [...this.tabs], options.send);
    this.line = new Line(options, this, () => this.desk.ask());
  }

  receive(tab: string, message: ToHub): void {
    switch (message.type) {
      case 'join':
        return this.join(tab, message.token, message.holds);
      case 'hold':
        return this.hold(tab, message.hold);
      case 'release':
        return this.release(tab, message.channel);
      case 'retry':
        return this.retry(tab, message.channel);
      case 'refresh':
        return this.line.refresh(message.life);
      case 'token':
        return this.desk.answer(message);
      case 'call':
        return void this.call(tab, message);
      case 'leave':
        return this.gone(tab);
    }
  }

  /** The tab has closed, or has signed out. */
  gone(tab: string): void {
    if (!this.tabs.delete(tab)) return;
    for (const channel of [...this.channels.values()]) this.drop(tab, channel);
    this.desk.gone(tab);
    if (this.tabs.size === 0) this.close();
  }

  get isEmpty(): boolean {
    return this.tabs.size === 0;
  }

  close(): void {
    this.tabs.clear();
    this.channels.clear();
    this.line.close();
    this.state = CONNECTING;
  }

  connection(state: ToTab & { type: 'state' }): void {
    this.state = state;
    this.tell([...this.tabs], state);
  }

  subscribed(context: SubscribedContext | ServerSubscribedContext): void {
    const channel = this.channels.get(context.channel);
    if (!channel) return;
    const { wasRecovering, recovered } = context;
    if (!recovered) channel.position = context.streamPosition;
    channel.position ??= context.streamPosition;
    channel.memory.begin(context.data, channel.position);
    channel.isLive = true;
    this.most = Math.max(this.most, [...this.channels.values()].filter((one) => one.isLive && one.subscription).length);
    this.tell(channel.tabs, this.standing(channel, { wasRecovering, recovered }));
  }

  publication({ channel: name, data, offset, tags }: PublicationContext | ServerPublicationContext): void {
    const channel = this.channels.get(name);
    if (!channel) return;
    const position = offset ? { offset, epoch: channel.position?.epoch ?? '' } : undefined;
    if (position) channel.position = position;
    const eventId = tags?.['eventId'];
    channel.memory.publication({ data, position, eventId });
    this.tell(channel.tabs, { type: 'publication', channel: name, data, position, eventId });
  }

  pending(name: string): void {
    const channel = this.channels.get(name);
    if (!channel) return;
    channel.isLive = false;
    this.tell(channel.tabs, { type: 'pending', channel: name });
  }

  unsubscribed({ channel: name, code, reason }: UnsubscribedContext): void {
    const channel = this.channels.get(name);
    if (!channel) return;
    channel.subscription = undefined;
    channel.isLive = false;
    if (code === LIMIT_EXCEEDED) return this.shrink();
    channel.refusal = { code, reason };
    channel.memory = new HubChannel(name).memory;
    channel.position = undefined;
    this.tell(channel.tabs, { type: 'refused', channel: name, code, reason });
    this.plan();
  }

  private join(tab: string, token: string, holds: readonly Hold[]): void {
    this.tabs.add(tab);
    this.tell([tab], this.state);
    for (const hold of holds) this.hold(tab, hold);
    const positions = [...this.personal].flatMap((name) => {
      const start = this.channels.get(name)?.start;
      return start ? [[name, start] as const] : [];
    });
    this.line.open(token, positions);
  }

  private hold(tab: string, hold: Hold): void {
    if (!this.tabs.has(tab)) return; // a tab that this hub has yet to hear of says everything when it joins
    const channel = this.channels.get(hold.channel) ?? new HubChannel(hold.channel);
    this.channels.set(hold.channel, channel);
    this.holdings += 1;
    const isNew = channel.hold(tab, hold, this.holdings);
    if (isNew && channel.isLive) this.catchUp(tab, channel, hold.since);
    else if (isNew && channel.refusal) this.tell([tab], { type: 'refused', channel: channel.name, ...channel.refusal });
    this.plan();
  }

  private catchUp(tab: string, channel: HubChannel, since: Position | undefined): void {
    const sameStream = since !== undefined && since.epoch === channel.position?.epoch;
    const missed = sameStream ? channel.memory.after(since.offset) : undefined;
    this.tell([tab], this.standing(channel, { wasRecovering: since !== undefined, recovered: missed !== undefined }));
    for (const one of missed ?? []) this.tell([tab], { type: 'publication', channel: channel.name, ...one });
  }

  private release(tab: string, name: string): void {
    const channel = this.channels.get(name);
    if (channel) this.drop(tab, channel);
  }

  private drop(tab: string, channel: HubChannel): void {
    channel.holders.delete(tab);
    if (channel.holders.size > 0) return this.plan();
    if (this.personal.has(channel.name)) return; // the server's own subscription: it goes on, for who comes next
    this.channels.delete(channel.name);
    if (channel.subscription) this.line.leave(channel.subscription);
    this.plan();
  }

  private retry(tab: string, name: string): void {
    const channel = this.channels.get(name);
    if (!channel?.refusal || !channel.holders.has(tab)) return;
    channel.refusal = undefined;
    this.tell(channel.tabs, { type: 'pending', channel: name });
    this.plan();
  }

  private async call(tab: string, { request, method, data }: ToHub & { type: 'call' }): Promise<void> {
    const answer = await this.line.call(method, data);
    this.tell([tab], { type: 'answer', request, ...answer });
  }

  /** One look for all changes of a turn. */
  private plan(): void {
    if (this.isPlanned) return;
    this.isPlanned = true;
    queueMicrotask(() => {
      this.isPlanned = false;
      this.settle();
    });
  }

  private settle(): void {
    const open = [...this.channels.values()].filter((channel) => !this.personal.has(channel.name));
    const chosen = allocate(open.flatMap((channel) => channel.wanted ?? []), this.capacity);
    this.line.together(() => {
      for (const channel of open) if (channel.subscription && !chosen.has(channel.name)) this.park(channel);
      for (const channel of open) {
        if (!channel.subscription && chosen.has(channel.name)) channel.subscription = this.line.enter(channel.name, channel.start);
      }
    });
  }

  private park(channel: HubChannel): void {
    if (channel.subscription) this.line.leave(channel.subscription);
    channel.subscription = undefined;
    this.pending(channel.name);
  }

  /** The server allows fewer channels than we were told: not fewer than there were, nor more than there are. */
  private shrink(): void {
    const asked = [...this.channels.values()].filter(({ subscription }) => subscription).length;
    this.capacity = Math.min(this.capacity, Math.max(this.most, asked));
    this.plan();
  }

  private standing(channel: HubChannel, { wasRecovering, recovered }: { wasRecovering: boolean; recovered: boolean }): ToTab {
    const states = channel.memory.states();
    return { type: 'subscribed', channel: channel.name, states, position: channel.position, wasRecovering, recovered, life: this.line.life };
  }

  private tell(tabs: readonly string[], message: ToTab): void {
    if (tabs.length > 0) this.options.send(tabs, message);
  }
}
