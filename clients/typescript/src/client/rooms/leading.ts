/**
 * One of the tabs leads: it has the connection, and the others hear it over a BroadcastChannel. Who leads is who has
 * a Web Lock; the browser gives it to the next when that tab goes, also when it crashes.
 */
import type { Hub } from '../hub/hub.js';
import type { ToHub, ToTab } from '../messages.js';
import { beSeen, freshTab, watch, type Browser, type MakeHub, type Room, type Sharing, type Tab } from './room.js';

type Mail =
  | { readonly to: 'hub'; readonly from: string; readonly message: ToHub }
  | { readonly to: 'tabs'; readonly tabs: readonly string[]; readonly message: ToTab }
  /** A tab leads from now on. */
  | { readonly to: 'all' };

export class Leading implements Room {
  private readonly id = freshTab();
  private readonly mail: BroadcastChannel;
  private readonly stopped = new AbortController();
  private readonly watched = new Map<string, () => void>();
  private hub: Hub | undefined;
  private resign: () => void = () => undefined;

  constructor(
    private readonly name: string,
    private readonly tab: Tab,
    private readonly makeHub: MakeHub,
    private readonly browser: Browser,
  ) {
    this.mail = browser.channel(name);
    this.mail.onmessage = ({ data }) => this.read(data as Mail);
    void this.enter();
  }

  get sharing(): Sharing {
    return this.hub ? 'leader' : 'follower';
  }

  post(message: ToHub): void {
    if (!this.isOpen) return;
    if (this.hub) this.hub.receive(this.id, message);
    else this.mail.postMessage({ to: 'hub', from: this.id, message } satisfies Mail);
  }

  close(): void {
    this.post({ type: 'leave' });
    this.stopped.abort();
    this.hub?.close();
    for (const unwatch of this.watched.values()) unwatch();
    this.mail.close();
    this.resign();
  }

  private get isOpen(): boolean {
    return !this.stopped.signal.aborted;
  }

  private async enter(): Promise<void> {
    const hide = await beSeen(this.browser.locks, this.id);
    if (!this.isOpen) return hide();
    this.stopped.signal.addEventListener('abort', hide);
    this.tab.hubStarted(); // if a tab leads already, it hears this; if none does, nobody
    const { signal } = this.stopped;
    this.browser.locks.request(this.name, { signal }, () => this.lead()).catch(() => undefined);
  }

  private lead(): Promise<void> {
    if (!this.isOpen) return Promise.resolve();
    this.hub = this.makeHub((tabs, message) => this.send(tabs, message));
    this.mail.postMessage({ to: 'all' } satisfies Mail);
    this.tab.hubStarted();
    return new Promise((resolve) => (this.resign = resolve));
  }

  private send(tabs: readonly string[], message: ToTab): void {
    if (tabs.includes(this.id)) queueMicrotask(() => void (this.isOpen && this.tab.receive(message)));
    if (tabs.some((tab) => tab !== this.id)) this.mail.postMessage({ to: 'tabs', tabs, message } satisfies Mail);
  }

  private read(mail: Mail): void {
    if (!this.isOpen) return;
    if (mail.to === 'tabs') {
      if (mail.tabs.includes(this.id)) this.tab.receive(mail.message);
    } else if (mail.to === 'all') {
      this.tab.hubStarted();
    } else if (this.hub) {
      this.watch(mail.from);
      this.hub.receive(mail.from, mail.message);
    }
  }

  private watch(tab: string): void {
    if (this.watched.has(tab)) return;
    const gone = (): void => {
      this.watched.delete(tab);
      this.hub?.gone(tab);
    };
    this.watched.set(tab, watch(this.browser.locks, tab, gone));
  }
}
