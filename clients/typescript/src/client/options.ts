import { SYSTEM_CLOCK, type Clock } from './clock.js';

/**
 * A token of the signed-in user, asked for at the start and whenever one has expired; `null` when nobody is signed in.
 * `purpose` matters only where the socket and the HTTP API take different tokens.
 */
export type GetToken = (purpose: 'connection' | 'api') => Promise<string | null>;

export interface Options {
  /** Where the server is: `https://fanwire.example.com`. Without it: where the page comes from. */
  readonly url?: string;
  /** The socket, where it is not `/connection/websocket` of `url`. */
  readonly socketUrl?: string;
  readonly getToken: GetToken;
  /**
   * One socket for all tabs: in a SharedWorker if this makes one (`new SharedWorker(new URL('fanwire/client/worker',
   * import.meta.url), { type: 'module' })`), else in one of the tabs. `false`: a socket per tab.
   */
  readonly share?: boolean | (() => SharedWorker);
  /** The server's `client.channel_limit`. */
  readonly channelLimit?: number;
  /** How long a channel stays after its last holder, in milliseconds: React's StrictMode lets go and takes again. */
  readonly grace?: number;
  /** How long a card has to be in view before it is subscribed, in milliseconds. */
  readonly settle?: number;
  readonly fetch?: typeof globalThis.fetch;
  /** For Node without a global WebSocket. */
  readonly websocket?: unknown;
  readonly clock?: Clock;
}

export interface Settings {
  readonly url: string;
  readonly socketUrl: string;
  readonly share: boolean | (() => SharedWorker);
  readonly channelLimit: number;
  readonly grace: number;
  readonly settle: number;
  readonly fetch: typeof globalThis.fetch;
  readonly websocket: unknown;
  readonly clock: Clock;
}

export function settingsOf(options: Options): Settings {
  const url = (options.url ?? globalThis.location?.origin ?? '').replace(/\/+$/, '');
  return {
    url,
    socketUrl: options.socketUrl ?? `${url.replace(/^http/, 'ws')}/connection/websocket`,
    share: options.share ?? true,
    channelLimit: options.channelLimit ?? 128,
    grace: options.grace ?? 300,
    settle: options.settle ?? 150,
    fetch: options.fetch ?? ((...given) => globalThis.fetch(...given)),
    websocket: options.websocket ?? null,
    clock: options.clock ?? SYSTEM_CLOCK,
  };
}
