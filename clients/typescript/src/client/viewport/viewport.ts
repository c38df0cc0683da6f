/** Cards of posts that are live while somebody can see them, however many the page has. */
import type { PostTopic } from '../topics/post.js';
import { ViewportCore, type ViewportOptions } from './core.js';

export interface Viewport {
  /** Watches a card until the returned function is called. */
  observe(element: Element, postId: string): () => void;
  /** For pages that know by themselves what is in view (virtual lists): without an element. */
  show(postId: string): void;
  hide(postId: string): void;
  remove(postId: string): void;
  /** Which posts are live, the one seen longest ago first. */
  readonly live: readonly string[];
  close(): void;
}

interface Card {
  readonly post: PostTopic;
  readonly release: () => void;
}

export type CoreSettings = Pick<ViewportOptions, 'limit' | 'settle' | 'clock'>;

export class PostViewport implements Viewport {
  private readonly cards = new Map<string, Card>();
  private readonly ids = new Map<Element, string>();
  private readonly core: ViewportCore;
  private readonly observer: IntersectionObserver | undefined;

  constructor(
    private readonly post: (id: string) => PostTopic,
    settings: CoreSettings,
    look: IntersectionObserverInit,
  ) {
    this.core = new ViewportCore({
      ...settings,
      enter: (id) => this.enter(id),
      leave: (id) => this.leave(id),
      again: (id) => this.cards.get(id)?.post.touch(),
    });
    if (typeof IntersectionObserver === 'undefined') return;
    this.observer = new IntersectionObserver((entries) => entries.forEach((entry) => this.looked(entry)), look);
  }

  get live(): readonly string[] {
    return this.core.liveIds;
  }

  readonly observe = (element: Element, postId: string): (() => void) => {
    this.ids.set(element, postId);
    this.observer?.observe(element);
    return () => {
      this.observer?.unobserve(element);
      if (this.ids.get(element) !== postId || !this.ids.delete(element)) return;
      if (![...this.ids.values()].includes(postId)) this.remove(postId);
    };
  };

  readonly show = (postId: string): void => this.core.show(postId);
  readonly hide = (postId: string): void => this.core.hide(postId);
  readonly remove = (postId: string): void => this.core.remove(postId);

  readonly close = (): void => {
    this.observer?.disconnect();
    this.ids.clear();
    this.core.close();
  };

  private looked({ target, isIntersecting }: IntersectionObserverEntry): void {
    const id = this.ids.get(target);
    if (id === undefined) return;
    if (isIntersecting) this.core.show(id);
    else this.core.hide(id);
  }

  private enter(id: string): void {
    const post = this.post(id);
    this.cards.set(id, { post, release: post.holdWeakly() });
  }

  private leave(id: string): void {
    this.cards.get(id)?.release();
    this.cards.delete(id);
  }
}
