/** `post:{id}`: its frames, and the post as they and the API give it. */
import type { Api } from '../api.js';
import type { Subscribed } from '../messages.js';
import { PostState, type CommentView, type PostFields, type PostView } from '../state/post-state.js';
import { isFrame, type Frame } from '../told.js';
import { Topic, type Host, type Standing } from './topic.js';

export interface PostSnapshot extends Standing, PostFields {}

interface CommentPage {
  readonly comments: readonly CommentView[];
  readonly nextCursor: string | null;
}

type Extent = 'post' | 'comments';

export class PostTopic extends Topic<'post', PostSnapshot> {
  // compute() runs before the fields of this class are there.
  private state: PostState | undefined;
  private extent: Extent | undefined;

  constructor(
    host: Host,
    id: string,
    private readonly api: () => Api,
  ) {
    super(host, 'post', id);
  }

  /**
   * Asks the API for the post, and for all its comments if they are wanted and it is open to this user. From then on
   * they are asked for again whenever frames were missed, and when access has changed. Throws `ApiError`.
   */
  readonly load = async (extent: Extent = 'post'): Promise<void> => {
    this.extent = this.extent === 'comments' ? 'comments' : extent;
    const { current } = this;
    const load = current.startLoad();
    try {
      const path = `/api/posts/${encodeURIComponent(this.id)}`;
      const post = await this.api().call<PostView>('GET', path);
      const isOpen = this.extent === 'comments' && post.locked !== true;
      const comments = isOpen ? await this.comments(`${path}/comments`) : undefined;
      current.loaded(load, post, comments);
      this.changed();
    } finally {
      current.abandon(load);
    }
  };

  /** What the page knows already, from a list of posts or from rendering on the server: what is known here stays. */
  readonly seed = (post: PostView): void => {
    this.current.seed(post);
    this.changed();
  };

  /** A frame of another channel that speaks of this post. */
  told(frame: Frame): void {
    if (this.current.frame(frame)) this.changed();
  }

  protected override restored({ states, wasRecovering, recovered }: Subscribed): void {
    for (const state of states ?? []) if (isFrame(state)) this.current.frame(state);
    // What came before this subscription began, or during a gap, is in the API alone.
    if (!(wasRecovering && recovered)) this.reload();
  }

  protected override applied(frame: Frame): boolean {
    const changed = this.current.frame(frame);
    if (frame.type === 'post_updated' && frame['restricted'] === true) this.reload();
    return changed;
  }

  protected override closed(): void {
    this.current.lock();
  }

  protected override cleared(): void {
    this.state = undefined;
    this.extent = undefined;
  }

  protected override compute(): PostSnapshot {
    return { ...this.standing, ...this.current.fields };
  }

  private reload(): void {
    if (this.extent) this.load().catch((error: unknown) => this.host.complain(error));
  }

  private get current(): PostState {
    return (this.state ??= new PostState());
  }

  private async comments(path: string): Promise<CommentView[]> {
    const all: CommentView[] = [];
    let cursor: string | null = null;
    do {
      const query: string = new URLSearchParams({ limit: '100', ...(cursor === null ? {} : { cursor }) }).toString();
      const page: CommentPage = await this.api().call<CommentPage>('GET', `${path}?${query}`);
      all.push(...page.comments);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return all;
  }
}
