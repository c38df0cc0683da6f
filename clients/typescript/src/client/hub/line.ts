/** The `centrifuge` client as the hub uses it. */
import {
  Centrifuge,
  State,
  type PublicationContext,
  type ServerPublicationContext,
  type ServerSubscribedContext,
  type SubscribedContext,
  type Subscription,
  type UnsubscribedContext,
} from 'centrifuge';
import type { CallError, Position, ToTab } from '../messages.js';

export interface LineEvents {
  connection(state: ToTab & { type: 'state' }): void;
  subscribed(context: SubscribedContext | ServerSubscribedContext): void;
  publication(context: PublicationContext | ServerPublicationContext): void;
  /** Not live any more, or not yet; it comes back by itself. */
  pending(channel: string): void;
  /** It ended, or never began, and does not come back. */
  unsubscribed(context: UnsubscribedContext): void;
}

interface Answer {
  readonly data: unknown;
  readonly error: CallError | undefined;
}

export class Line {
  /** How many connections there were. */
  life = 0;
  private client: Centrifuge | undefined;

  constructor(
    private readonly options: { readonly socketUrl: string; readonly websocket: unknown },
    private readonly events: LineEvents,
    private readonly getToken: () => Promise<string>,
  ) {}

  /** Connects, if it has not yet or was turned away; `positions` are those of the server's own subscriptions. */
  open(token: string, positions: readonly (readonly [string, Position])[]): void {
    if (!this.client) presetPositions((this.client = this.make(token)), positions);
    else if (this.client.state === State.Disconnected) this.client.setToken(token);
    this.client.connect();
  }

  close(): void {
    const client = this.client;
    this.client = undefined;
    if (!client) return;
    client.removeAllListeners();
    for (const subscription of Object.values(client.subscriptions())) subscription.removeAllListeners();
    client.disconnect();
  }

  /** Connects anew for a fresh snapshot, unless that has happened since `life`. */
  refresh(life: number): void {
    if (life !== this.life || this.client?.state !== State.Connected) return;
    this.client.disconnect();
    this.client.connect();
  }

  enter(channel: string, since: Position | undefined): Subscription {
    const client = this.opened;
    const subscription = client.newSubscription(channel, since ? { since } : {});
    subscription.on('subscribed', (context) => this.events.subscribed(context));
    subscription.on('publication', (context) => this.events.publication(context));
    subscription.on('subscribing', () => this.events.pending(channel));
    subscription.on('unsubscribed', (context) => {
      client.removeSubscription(subscription);
      this.events.unsubscribed(context);
    });
    subscription.subscribe();
    return subscription;
  }

  leave(subscription: Subscription): void {
    subscription.removeAllListeners();
    subscription.unsubscribe();
    this.client?.removeSubscription(subscription);
  }

  /** What `change` asks for leaves in one message. */
  together(change: () => void): void {
    const { client } = this;
    client?.startBatching();
    try {
      change();
    } finally {
      client?.stopBatching();
    }
  }

  /** Never rejects. */
  async call(method: string, data: unknown): Promise<Answer> {
    try {
      const result = await this.opened.rpc(method, data);
      return { data: result.data, error: undefined };
    } catch (error) {
      const { code, message } = error as Partial<CallError>;
      return { data: undefined, error: { code: code ?? 0, message: message ?? String(error) } };
    }
  }

  private get opened(): Centrifuge {
    if (!this.client) throw new Error('a tab joins before it asks for anything');
    return this.client;
  }

  private make(token: string): Centrifuge {
    const client = new Centrifuge(this.options.socketUrl, {
      token,
      // Without one the visitor is anonymous, and has none to renew.
      ...(token ? { getToken: this.getToken } : {}),
      name: 'fanwire-ts',
      websocket: this.options.websocket,
    });
    const state = (name: 'connecting' | 'connected' | 'disconnected') => (context: object) => {
      const { code = 0, reason = '' } = context as { code?: number; reason?: string };
      this.events.connection({ type: 'state', state: name, code, reason });
    };
    client.on('connecting', state('connecting'));
    client.on('connected', () => (this.life += 1));
    client.on('connected', state('connected'));
    client.on('disconnected', state('disconnected'));
    client.on('subscribed', (context) => this.events.subscribed(context));
    client.on('subscribing', ({ channel }) => this.events.pending(channel));
    client.on('publication', (context) => this.events.publication(context));
    return client;
  }
}

/**
 * The SDK recovers the server's subscriptions after its own reconnects, but takes no position from outside: this is
 * where it keeps them. The version of the SDK is pinned, and a test follows what one tab misses to the next.
 */
function presetPositions(client: Centrifuge, positions: readonly (readonly [string, Position])[]): void {
  const inner = client as unknown as { _serverSubs: Record<string, object> };
  for (const [channel, { offset, epoch }] of positions) {
    inner._serverSubs[channel] = { offset, epoch, recoverable: true, subscribed: false };
  }
}
