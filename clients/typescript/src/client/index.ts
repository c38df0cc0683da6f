/** The front-end client: live channels, the inbox with its exact badge, posts, for browsers and Node. */
import { Client, type Connection } from './client.js';
import { settingsOf, type GetToken, type Options } from './options.js';
import type { Store } from './store.js';
import type { Handler, Namespace, TypeIn } from './told.js';
import type { InboxSnapshot, InboxTopic } from './topics/inbox.js';
import type { PostSnapshot, PostTopic } from './topics/post.js';
import { Topic, type AnyTopic, type Standing } from './topics/topic.js';
import { PostViewport, type Viewport } from './viewport/viewport.js';

/** A live channel. It is subscribed from its first holder (`on`, `subscribe`, `hold`) to its last. */
export interface Channel<N extends Namespace, Snapshot extends Standing = Standing> extends Store<Snapshot> {
  readonly id: string;
  /** Calls back for each frame of this type until the returned function is called. */
  on<Type extends TypeIn<N>>(type: Type, handler: Handler<N, Type>): () => void;
  /** Keeps it subscribed until the returned function is called. */
  hold(): () => void;
  /** `subscribe` without holding: for a card that a viewport holds. */
  watch(onChange: () => void): () => void;
}

export type PostChannel = Channel<'post', PostSnapshot> & Pick<PostTopic, 'load' | 'seed'>;

export interface ConversationChannel extends Channel<'conversation'> {
  /** Tells the other that this user is writing; as often as you like. Rejects if the server refuses it. */
  typing(): Promise<void>;
}

export type Inbox = Channel<'notifications', InboxSnapshot> & Pick<InboxTopic, 'markRead' | 'markAllRead' | 'clear' | 'loadMore'>;

export interface Fanwire {
  readonly connection: Store<Connection>;
  readonly inbox: Inbox;
  /** The user's own channel. */
  readonly feed: Channel<'feed'>;
  /** In all conversations together; undefined until it is known. */
  readonly unreadMessages: Store<number | undefined>;
  post(id: string): PostChannel;
  creator(id: string): Channel<'creator'>;
  conversation(id: string): ConversationChannel;
  auction(postId: string): Channel<'auction'>;
  viewport(look?: IntersectionObserverInit): Viewport;
  /** The platform's HTTP API as this user. Throws `ApiError`. */
  call<Answer>(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Happens by itself with the first holder. */
  connect(): void;
  /** Somebody else from now on: of the user before, nothing stays and nothing more comes. Holders and handlers stay. */
  switchUser(getToken: GetToken): void;
  /** Nobody from now on, until `switchUser`. */
  signOut(): void;
}

export function createFanwire(options: Options): Fanwire {
  const settings = settingsOf(options);
  const client = new Client(settings, options.getToken);
  const topic = <N extends Namespace>(namespace: N, id: string): Topic<N, Standing> =>
    client.topic(`${namespace}:${id}`, () => new Topic<N, Standing>(client, namespace, id) as unknown as AnyTopic) as unknown as Topic<N, Standing>;
  return {
    connection: client.connection,
    inbox: client.inbox,
    feed: client.feed,
    unreadMessages: client.unreadMessages,
    post: (id) => client.post(id),
    creator: (id) => topic('creator', id),
    conversation: (id) => Object.assign(topic('conversation', id), {
      typing: async () => void (await client.rpc('typing', { conversationId: id })),
    }),
    auction: (postId) => topic('auction', postId),
    viewport: (look = { rootMargin: '200px' }) => {
      const others = (own: number): number => settings.channelLimit - (client.channelCount - own);
      const viewport: PostViewport = new PostViewport(
        (id) => client.post(id),
        { limit: () => others(viewport.live.length), settle: settings.settle, clock: settings.clock },
        look,
      );
      return viewport;
    },
    call: (method, path, body) => client.call(method, path, body),
    connect: () => client.connect(),
    switchUser: (getToken) => client.switchUser(getToken),
    signOut: () => client.signOut(),
  };
}

export type { Clock } from './clock.js';
export type { Connection } from './client.js';
export { ApiError, ChannelRefused, SignedOut } from './errors.js';
export type { GetToken, Options } from './options.js';
export type { Sharing } from './rooms/room.js';
export type { CommentView, PostFields, PostView } from './state/post-state.js';
export type { Store } from './store.js';
export type { About, Handler, Namespace, ToldIn, TypeIn } from './told.js';
export type { InboxSnapshot } from './topics/inbox.js';
export type { PostSnapshot } from './topics/post.js';
export type { Standing } from './topics/topic.js';
export type { Viewport } from './viewport/viewport.js';
export type * as Wire from '../generated/wire.js';
