/** The client of one browser tab: its user, its topics, and the room in which it shares a connection. */
import { Api } from './api.js';
import type { Clock } from './clock.js';
import { SignedOut } from './errors.js';
import { Hub } from './hub/hub.js';
import type { CallError, ToHub, ToTab } from './messages.js';
import type { GetToken, Settings } from './options.js';
import { Retry } from './retry.js';
import { enterRoom } from './rooms/enter.js';
import type { Room, Sharing, Tab } from './rooms/room.js';
import { Observable } from './store.js';
import { userOf } from './token.js';
import { isFrame, type Frame } from './told.js';
import { InboxTopic } from './topics/inbox.js';
import { PostTopic } from './topics/post.js';
import { Topic, type AnyTopic, type Host, type Standing } from './topics/topic.js';
import { UnreadMessages } from './topics/unread-messages.js';

export interface Connection {
  /** `idle`: nothing was asked for yet. `signedOut`: there is no user. `disconnected`: the server ended it for good. */
  readonly state: 'idle' | 'connecting' | 'connected' | 'disconnected' | 'signedOut';
  readonly code: number;
  readonly reason: string;
  readonly user: string | undefined;
  /** Where the socket is: in a SharedWorker, here for all tabs, in another tab, here for this one. */
  readonly sharing: Sharing | undefined;
}

interface Session {
  readonly user: string;
  readonly room: Room;
  /** The newest one: a hub that starts later begins with it. */
  token: string;
}

interface Pending {
  resolve(data: unknown): void;
  reject(error: unknown): void;
  readonly timer: unknown;
}

const IDLE: Connection = { state: 'idle', code: 0, reason: '', user: undefined, sharing: undefined };
/** Milliseconds. */
const ANSWER_LIMIT = 10_000;
const GUARDED = new Set(['post', 'auction', 'conversation']);

export class Client implements Host {
  readonly connection = new Observable<Connection>(IDLE);
  readonly inbox: InboxTopic;
  readonly feed: Topic<'feed', Standing>;
  readonly unreadMessages: UnreadMessages;
  readonly clock: Clock;
  readonly grace: number;
  private readonly known = new Map<string, WeakRef<AnyTopic>>();
  private readonly kept = new Map<string, AnyTopic>();
  /** One entry per listener that holds nothing. Without it the topic could be collected under that listener. */
  private readonly watchers = new Set<{ readonly topic: AnyTopic }>();
  private readonly forgotten = new FinalizationRegistry<string>((key) => {
    if (!this.known.get(key)?.deref()) this.known.delete(key);
  });
  private readonly retry: Retry;
  private readonly calls = new Map<number, Pending>();
  private api: Api;
  private session: Session | undefined;
  private era = 0;
  private isWanted = false;
  private callCount = 0;

  constructor(
    private readonly settings: Settings,
    private getToken: GetToken,
  ) {
    this.clock = settings.clock;
    this.grace = settings.grace;
    this.retry = new Retry(settings.clock);
    this.api = this.makeApi();
    this.inbox = new InboxTopic(this, () => this.api, (life) => this.say({ type: 'refresh', life }));
    this.feed = new Topic<'feed', Standing>(this, 'feed', '');
    this.unreadMessages = new UnreadMessages(this.feed.hold, () => this.api, this.complain);
  }

  /** The topic of this key: the same object as long as somebody has it. */
  topic<T extends AnyTopic>(key: string, make: () => T): T {
    const known = this.kept.get(key) ?? this.known.get(key)?.deref();
    if (known) return known as T;
    const topic = make();
    this.known.set(key, new WeakRef(topic));
    this.forgotten.register(topic, key);
    return topic;
  }

  post(id: string): PostTopic {
    return this.topic(`post:${id}`, () => new PostTopic(this, id, () => this.api) as unknown as AnyTopic) as unknown as PostTopic;
  }

  call<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    return this.api.call(method, path, body);
  }

  rpc(method: string, data: unknown): Promise<unknown> {
    this.want();
    const request = ++this.callCount;
    return new Promise((resolve, reject) => {
      // The tab that leads may close before it has an answer.
      const timer = this.clock.setTimeout(() => this.answered(request, undefined, { code: 0, message: 'no answer' }), ANSWER_LIMIT);
      this.calls.set(request, { resolve, reject, timer });
      if (!this.say({ type: 'call', request, method, data })) this.answered(request, undefined, { code: 0, message: 'not connected' });
    });
  }

  /** Happens by itself when something is held. Once the server has ended the connection for good, it tries again. */
  connect(): void {
    if (this.connection.getSnapshot().state === 'disconnected') void this.again(this.era);
    else this.want();
  }

  switchUser(getToken: GetToken): void {
    const wasWanted = this.isWanted || this.kept.size > 0;
    this.end();
    this.getToken = getToken;
    this.api = this.makeApi();
    this.connection.set(IDLE);
    if (wasWanted) this.want();
  }

  signOut(): void {
    this.end();
    this.getToken = async () => null;
    this.api = this.makeApi();
    this.isWanted = true; // holding something does not bring anybody back
    this.connection.set({ ...IDLE, state: 'signedOut' });
  }

  held(topic: AnyTopic): void {
    this.kept.set(topic.key, topic);
    this.want();
    if (this.session && this.isThere(topic)) this.say({ type: 'hold', hold: topic.wish(this.channelOf(topic)) });
  }

  released(topic: AnyTopic): void {
    this.kept.delete(topic.key);
    // The personal ones are heard as long as there is a user: they say when access has changed.
    if (this.session && topic.id) this.say({ type: 'release', channel: this.channelOf(topic) });
  }

  watched(topic: AnyTopic): () => void {
    const watcher = { topic };
    this.watchers.add(watcher);
    return () => void this.watchers.delete(watcher);
  }

  readonly complain = (error: unknown): void => {
    if (!(error instanceof SignedOut)) console.error('[fanwire]', error);
  };

  /** Channels that this tab holds, the personal ones included. */
  get channelCount(): number {
    return new Set([...this.kept.keys(), 'notifications', 'feed']).size;
  }

  private makeApi(): Api {
    const { getToken } = this;
    return new Api(this.settings.url, getToken, this.settings.fetch);
  }

  private want(): void {
    if (this.isWanted) return;
    this.isWanted = true;
    void this.start(this.era);
  }

  private async again(era: number): Promise<void> {
    const token = await this.getToken('connection').catch(this.complain);
    if (era !== this.era || token === undefined) return;
    if (token === null) return this.signOut();
    if (userOf(token) !== this.session?.user) return this.switchUser(this.getToken);
    this.session.token = token;
    this.join();
  }

  private async start(era: number): Promise<void> {
    this.connection.set({ ...IDLE, state: 'connecting' });
    const token = await this.retry.until(() => this.getToken('connection'), () => era !== this.era, this.complain);
    if (era !== this.era || token === undefined) return;
    if (token === null) return this.signOut();
    this.enter(era, token);
  }

  private enter(era: number, token: string, share = this.settings.share): void {
    const user = userOf(token);
    const isHere = (): boolean => era === this.era;
    const tab: Tab = {
      receive: (message) => void (isHere() && this.receive(message)),
      hubStarted: () => void (isHere() && this.join()),
      failed: () => void (isHere() && this.enter(era, token, true)),
    };
    const room = enterRoom({ ...this.settings, share }, user, tab, (send) => new Hub({ ...this.settings, user, send }));
    this.session = { user, room, token };
    for (const topic of this.kept.values()) topic.began();
  }

  private join(): void {
    const topics = new Set<AnyTopic>([this.inbox as unknown as AnyTopic, this.feed as unknown as AnyTopic, ...this.kept.values()]);
    const there = [...topics].filter((topic) => this.isThere(topic));
    this.say({ type: 'join', token: this.session!.token, holds: there.map((topic) => topic.wish(this.channelOf(topic))) });
  }

  /** A visitor without a name has no channels of their own. */
  private isThere(topic: AnyTopic): boolean {
    return topic.id !== '' || this.session?.user !== '';
  }

  private end(): void {
    this.era += 1;
    this.isWanted = false;
    this.session?.room.close();
    this.session = undefined;
    this.api.close();
    this.retry.stop();
    for (const request of [...this.calls.keys()]) this.answered(request, undefined, new SignedOut());
    for (const topic of this.known.values()) topic.deref()?.reset();
    for (const topic of [this.inbox, this.feed, this.unreadMessages]) topic.reset();
  }

  private say(message: ToHub): boolean {
    this.session?.room.post(message);
    return this.session !== undefined;
  }

  private receive(message: ToTab): void {
    switch (message.type) {
      case 'state':
        return this.stand(message);
      case 'askToken':
        return void this.giveToken(message.request, this.era);
      case 'answer':
        return this.answered(message.request, message.data, message.error);
      default:
        return this.hear(message);
    }
  }

  private stand({ state, code, reason }: ToTab & { type: 'state' }): void {
    const { user, room } = this.session!;
    this.connection.set({ state, code, reason, user, sharing: room.sharing });
  }

  private async giveToken(request: number, era: number): Promise<void> {
    let token: string | null = null;
    let failed = false;
    try {
      token = await this.getToken('connection');
    } catch (error) {
      failed = true;
      this.complain(error);
    }
    if (era !== this.era) return;
    const isAnother = token !== null && userOf(token) !== this.session?.user;
    this.say({ type: 'token', request, token: isAnother ? null : token, failed: failed || isAnother });
    if (!failed && token === null) this.signOut();
    else if (token !== null && !isAnother) this.session!.token = token;
    else if (isAnother) this.switchUser(this.getToken); // whoever signed in did not tell us
  }

  private answered(request: number, data: unknown, error: CallError | Error | undefined): void {
    const call = this.calls.get(request);
    this.calls.delete(request);
    this.clock.clearTimeout(call?.timer);
    if (error) call?.reject(error instanceof Error ? error : Object.assign(new Error(error.message), { code: error.code }));
    else call?.resolve(data);
  }

  private hear(message: Exclude<ToTab, { type: 'state' | 'askToken' | 'answer' }>): void {
    const topic = this.topicOf(message.channel);
    if (!topic) return;
    if (message.type === 'subscribed') {
      topic.subscribed(message);
      if (topic.namespace === 'feed' && !message.recovered) this.feedBegan();
    } else if (message.type === 'publication') {
      topic.published(message);
      if (isFrame(message.data)) this.route(topic, message.data);
    } else if (message.type === 'pending') topic.pending();
    else topic.refused(message.channel, message.code, message.reason);
  }

  /** What a frame of one channel means for others. */
  private route(topic: AnyTopic, frame: Frame): void {
    if (topic.namespace === 'notifications') return this.unreadMessages.notified(frame);
    if (topic.namespace === 'feed') {
      this.unreadMessages.frame(frame);
      if (frame.type === 'post_unlocked') this.askAgain(String(frame['postId']));
      if (frame.type === 'subscription_updated') this.askAgain();
      if (frame.type === 'like_state' || frame.type === 'comment_like_state') this.postOf(frame)?.told(frame);
    } else if (topic.namespace === 'creator' && frame.type === 'post_updated') this.askAgain(String(frame['postId']));
  }

  /** What it said before is not known: it may have been that the user's access has changed. */
  private feedBegan(): void {
    this.unreadMessages.gap();
    this.askAgain();
  }

  /** Refused channels, of one post or all, that somebody still holds. */
  private askAgain(postId?: string): void {
    for (const topic of this.kept.values()) {
      if (topic.getSnapshot().status !== 'refused' || !GUARDED.has(topic.namespace)) continue;
      if (postId === undefined || (topic.id === postId && topic.namespace !== 'conversation')) {
        this.say({ type: 'retry', channel: this.channelOf(topic) });
      }
    }
  }

  private postOf(frame: Frame): PostTopic | undefined {
    return this.known.get(`post:${String(frame['postId'])}`)?.deref() as unknown as PostTopic | undefined;
  }

  private channelOf(topic: AnyTopic): string {
    return topic.id ? topic.key : `${topic.namespace}:${this.session?.user ?? ''}`;
  }

  private topicOf(channel: string): AnyTopic | undefined {
    const user = this.session?.user ?? '';
    if (channel === `notifications:${user}`) return this.inbox as unknown as AnyTopic;
    if (channel === `feed:${user}`) return this.feed as unknown as AnyTopic;
    return this.kept.get(channel);
  }
}
