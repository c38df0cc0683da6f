/** The connection is in a SharedWorker. */
import type { ToHub, ToTab } from '../messages.js';
import { beSeen, freshTab, type Browser, type Room, type Tab } from './room.js';

/** What a tab says to the worker first, and then. */
export type ToWorker =
  | { readonly type: 'enter'; readonly tab: string; readonly hub: HubSettings }
  | { readonly type: 'message'; readonly message: ToHub };

export type FromWorker = { readonly type: 'entered' } | { readonly type: 'message'; readonly message: ToTab };

/** Tabs with the same settings, the user among them, share a hub. */
export interface HubSettings {
  readonly socketUrl: string;
  readonly user: string;
  readonly channelLimit: number;
}

export class Working implements Room {
  readonly sharing = 'worker';
  private readonly worker: SharedWorker;
  private isOpen = true;
  private hasEntered = false;
  private hide: () => void = () => undefined;

  constructor(
    makeWorker: () => SharedWorker,
    private readonly hub: HubSettings,
    private readonly tab: Tab,
    browser: Browser,
  ) {
    this.worker = makeWorker();
    this.worker.onerror = () => this.failed();
    this.worker.port.onmessage = ({ data }) => this.read(data as FromWorker);
    void this.enter(browser.locks);
  }

  post(message: ToHub): void {
    if (this.isOpen) this.say({ type: 'message', message });
  }

  close(): void {
    this.post({ type: 'leave' });
    this.isOpen = false;
    this.worker.port.close();
    this.hide();
  }

  private async enter(locks: LockManager): Promise<void> {
    const tab = freshTab();
    const hide = await beSeen(locks, tab);
    if (!this.isOpen) return hide();
    this.hide = hide;
    this.say({ type: 'enter', tab, hub: this.hub });
  }

  private read(mail: FromWorker): void {
    if (!this.isOpen) return;
    if (mail.type === 'message') return this.tab.receive(mail.message);
    this.hasEntered = true;
    this.tab.hubStarted();
  }

  // Its script cannot be loaded, or does not run here. Errors of a worker that works are its own affair.
  private failed(): void {
    if (this.hasEntered || !this.isOpen) return;
    this.close();
    this.tab.failed();
  }

  private say(message: ToWorker): void {
    this.worker.port.postMessage(message);
  }
}
