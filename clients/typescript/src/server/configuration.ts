/** Where events go: `configure(...)`, else the environment (`FANWIRE_URL`, `FANWIRE_API_KEY`), read at first use. */
import { FanwireError } from './errors.js';
import { Queue } from './queue.js';

export interface Configuration {
  /** The server's base, like `http://fanwire:8000`. */
  url?: string | undefined;
  apiKey?: string | undefined;
  /** Milliseconds that one request may take. */
  timeout?: number | undefined;
  /** Milliseconds after which an event that could not be handed over is given up, all tries together. */
  giveUpAfter?: number | undefined;
  /** How often a request is tried again. */
  retries?: number | undefined;
  fetch?: typeof globalThis.fetch | undefined;
  /** Where problems are told; default: `console`. */
  log?: Log | undefined;
}

export interface Log {
  warn(message: string): void;
  error(message: string): void;
}

export interface Settings {
  readonly url: string;
  readonly apiKey: string;
  readonly timeout: number;
  readonly giveUpAfter: number;
  readonly retries: number;
  readonly fetch: typeof globalThis.fetch;
}

interface State {
  current: { queue: Queue | null; log: Log } | undefined;
  isTold: boolean;
}

export const HINT = 'set FANWIRE_URL and FANWIRE_API_KEY, or call configure({ url, apiKey })';

// On globalThis: a bundler may give each route a copy of this module, and ESM and CJS may be loaded side by side.
const KEY = Symbol.for('fanwire.configuration');
const shared = globalThis as unknown as { [KEY]?: State };
const state: State = (shared[KEY] ??= { current: undefined, isTold: false });

/** Say where events go. Throws FanwireError for an address that cannot be used. */
export function configure(given: Configuration): void {
  state.isTold = false;
  state.current = { queue: given.url ? new Queue(settings(given, given.url)) : null, log: given.log ?? console };
}

/** Forget the configuration: the environment is read again at the next call (tests). */
export function reset(): void {
  state.current = undefined;
  state.isTold = false;
}

/** Wait until all events of calls that nobody awaited are handed over or given up: before a process ends. */
export async function flush(): Promise<void> {
  await state.current?.queue?.idle();
}

/** The way to the server, or null where none is configured. */
export function queue(): Queue | null {
  return current().queue;
}

export function log(): Log {
  return state.current?.log ?? console;
}

/** Say once that events go nowhere. */
export function warnOnce(): void {
  if (state.isTold) return;
  state.isTold = true;
  log().warn(`fanwire: events go nowhere (said once): ${HINT}`);
}

function current(): NonNullable<State['current']> {
  if (state.current === undefined) {
    const variables = typeof process === 'undefined' ? {} : process.env;
    configure({ url: variables['FANWIRE_URL'], apiKey: variables['FANWIRE_API_KEY'] });
  }
  return state.current!;
}

function settings(given: Configuration, url: string): Settings {
  if (!/^https?:\/\/[^/]/.test(url)) throw new FanwireError(`FANWIRE_URL is '${url}'; write it like http://fanwire:8000`);
  return {
    url: url.replace(/\/+$/, ''),
    apiKey: given.apiKey ?? '',
    // A server that is down must not delay the caller's own answer for long.
    timeout: given.timeout ?? 2_000,
    giveUpAfter: given.giveUpAfter ?? 5_000,
    retries: given.retries ?? 2,
    // Asked anew at each request, so that frameworks and tests may replace it.
    fetch: given.fetch ?? ((...request) => globalThis.fetch(...request)),
  };
}
