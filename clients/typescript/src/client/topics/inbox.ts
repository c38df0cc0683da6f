/** `notifications:{user}`: the list and the exact badge. */
import type { Api } from '../api.js';
import type { Item, Snapshot } from '../../generated/wire.js';
import type { Subscribed } from '../messages.js';
import { InboxState, type InboxDump } from '../state/inbox-state.js';
import { isFrame, type Frame } from '../told.js';
import { Topic, type Host, type Standing } from './topic.js';

export interface InboxSnapshot extends Standing {
  /** False until the first snapshot of the server is here. */
  readonly isReady: boolean;
  /** Exact, also of those that are not in `items`. */
  readonly unread: number;
  /** What is here of the list, newest first: the newest 20 unread ones, what came since, and what `loadMore` brought. */
  readonly items: readonly Item[];
  /** Whether `loadMore` has more to bring. */
  readonly hasMore: boolean;
}

interface Page {
  readonly notifications: readonly Item[];
  readonly nextCursor: string | null;
}

const LIST = '/api/user/notifications';

export class InboxTopic extends Topic<'notifications', InboxSnapshot> {
  // compute() runs before the fields of this class are there.
  private state: InboxState | undefined;
  private isReady: boolean | undefined;
  private life: number | undefined;
  private asked: number | undefined;
  private cursor: string | null | undefined;
  private loading: Promise<void> | undefined;

  constructor(
    host: Host,
    private readonly api: () => Api,
    private readonly refresh: (life: number) => void,
  ) {
    super(host, 'notifications', '');
  }

  // List and badge move by the frame that each of these causes, here as in the user's other tabs and devices.

  readonly markRead = async (notificationId: string): Promise<void> => {
    await this.api().call('PATCH', LIST, { notificationId });
  };

  /** Everything up to what is shown; what comes in this moment stays unread. */
  readonly markAllRead = async (): Promise<void> => {
    await this.api().call('PATCH', LIST, { markAllAsRead: true, ...this.upTo });
  };

  /** Empties the list, up to what is shown. */
  readonly clear = async (): Promise<void> => {
    await this.api().call('DELETE', `${LIST}?${new URLSearchParams(Object.entries(this.upTo).map(([key, value]) => [key, String(value)]))}`);
  };

  /** The next page of the list, read ones too. Calls while one is under way are that one. */
  readonly loadMore = (): Promise<void> => (this.loading ??= this.loadPage().finally(() => (this.loading = undefined)));

  protected override restored({ states, life }: Subscribed): void {
    this.life = life;
    const state = states?.find(isFrame);
    if (!state) return;
    this.current.begin(state as unknown as Snapshot | InboxDump);
    this.isReady = true;
    this.cursor = undefined;
    this.check();
  }

  protected override applied(frame: Frame): boolean {
    const changed = this.current.frame(frame);
    this.check();
    return changed;
  }

  protected override cleared(): void {
    this.state = undefined;
    this.isReady = false;
    this.life = undefined;
    this.asked = undefined;
    this.cursor = undefined;
    this.loading = undefined;
  }

  protected override compute(): InboxSnapshot {
    const { current, standing } = this;
    return { ...standing, isReady: this.isReady ?? false, unread: current.unread, items: current.list, hasMore: this.cursor !== null };
  }

  private async loadPage(): Promise<void> {
    const { current } = this;
    const load = current.startPage();
    try {
      const query = new URLSearchParams({ limit: '20', ...(this.cursor ? { cursor: this.cursor } : {}) });
      const page = await this.api().call<Page>('GET', `${LIST}?${query}`);
      if (current !== this.state) return;
      current.page(load, page.notifications);
      this.cursor = page.nextCursor;
      this.check();
      this.changed();
    } finally {
      current.abandon(load);
    }
  }

  /** A frame that could not be applied exactly: the next snapshot is asked for, once. */
  private check(): void {
    if (!this.current.stale || this.life === undefined || this.asked === this.life) return;
    this.asked = this.life;
    this.refresh(this.life);
  }

  private get upTo(): { upTo?: number } {
    return this.isReady ? { upTo: this.current.position } : {};
  }

  private get current(): InboxState {
    return (this.state ??= new InboxState());
  }
}
