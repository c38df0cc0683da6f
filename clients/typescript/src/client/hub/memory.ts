/** What the hub remembers of a channel, for a tab that joins when the subscription is long there. */
import type { Snapshot } from '../../generated/wire.js';
import type { Position } from '../messages.js';
import { InboxState } from '../state/inbox-state.js';
import { PostState } from '../state/post-state.js';
import { isFrame } from '../told.js';

/** Publications kept for tabs that were told less by a hub before this one. */
const KEPT = 200;

export interface Kept {
  readonly data: unknown;
  readonly position: Position;
  readonly eventId: string | undefined;
}

export class Memory {
  private readonly inbox: InboxState | undefined;
  private readonly post: PostState | undefined;
  private hasState = false;
  private kept: Kept[] = [];
  /** The offset below the first kept publication. */
  private base = 0;

  constructor(channel: string) {
    if (channel.startsWith('notifications:')) this.inbox = new InboxState();
    if (channel.startsWith('post:')) this.post = new PostState();
  }

  /** A subscription has begun with this state, at this position. */
  begin(data: unknown, position: Position | undefined): void {
    this.kept = [];
    this.base = position?.offset ?? 0;
    if (!isFrame(data)) return;
    this.hasState = true;
    if (data.type === 'snapshot') this.inbox?.begin(data as unknown as Snapshot);
    else this.post?.frame(data);
  }

  publication(kept: Omit<Kept, 'position'> & { position: Position | undefined }): void {
    if (isFrame(kept.data)) (this.inbox ?? this.post)?.frame(kept.data);
    if (this.post) this.hasState = true;
    if (!kept.position) return;
    this.kept.push({ ...kept, position: kept.position });
    if (this.kept.length > KEPT) this.base = this.kept.shift()!.position.offset;
  }

  /** Frames that give a store the state as it is now. */
  states(): readonly unknown[] | undefined {
    if (!this.hasState) return undefined;
    return this.inbox ? [this.inbox.dump()] : this.post?.dump();
  }

  /** Everything after `offset`, or undefined if that is not known any more. */
  after(offset: number): readonly Kept[] | undefined {
    return offset < this.base ? undefined : this.kept.filter((one) => one.position.offset > offset);
  }
}
