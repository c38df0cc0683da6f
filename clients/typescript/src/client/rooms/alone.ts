/** A socket for this tab alone. */
import type { Hub } from '../hub/hub.js';
import type { ToHub } from '../messages.js';
import { freshTab, type MakeHub, type Room, type Tab } from './room.js';

export class Alone implements Room {
  readonly sharing = 'alone';
  private readonly id = freshTab();
  private readonly hub: Hub;
  private isOpen = true;

  constructor(tab: Tab, makeHub: MakeHub) {
    // In a turn of its own, as from another tab: nobody is told anything within a call of theirs.
    const later = (run: () => void): void => queueMicrotask(() => void (this.isOpen && run()));
    this.hub = makeHub((_tabs, message) => later(() => tab.receive(message)));
    later(() => tab.hubStarted());
  }

  post(message: ToHub): void {
    if (this.isOpen) this.hub.receive(this.id, message);
  }

  close(): void {
    this.isOpen = false;
    this.hub.close();
  }
}
