import { Centrifuge, type PublicationContext, type ServerPublicationContext } from 'centrifuge';
import type { Arguments } from './arguments.js';

/** What the script prints: `data` is that of the frame, and `type` says what happened. */
export interface Happening {
  readonly event: 'connected' | 'subscribed' | 'publication' | 'unsubscribed' | 'refused';
  readonly channel?: string;
  readonly data?: unknown;
  readonly reason?: string;
}

/** Listen until `--count` events came (0), or until the time is up or the server ends it (1, or 0 without a count). */
export async function listen(given: Arguments, print: (happening: Happening) => void): Promise<number> {
  const client = new Centrifuge(`${given.url.replace(/^http/, 'ws')}/connection/websocket`, {
    token: given.token ?? (await developmentToken(given)),
  });
  return new Promise((resolve) => {
    let left = given.count;
    const timer = given.seconds === Infinity ? undefined : setTimeout(() => end(given.count === Infinity ? 0 : 1), 1000 * given.seconds);
    const end = (code: number): void => {
      clearTimeout(timer);
      client.removeAllListeners();
      client.disconnect();
      resolve(code);
    };
    const published = ({ channel, data }: PublicationContext | ServerPublicationContext): void => {
      if (left <= 0) return;
      print({ event: 'publication', channel, data });
      if (--left <= 0) end(0);
    };
    client.on('connected', ({ client: id }) => print({ event: 'connected', data: { client: id } }));
    client.on('subscribed', ({ channel, data }) => print({ event: 'subscribed', channel, data }));
    client.on('publication', published);
    client.on('disconnected', ({ code, reason }) => {
      print({ event: 'refused', reason: `${code} ${reason}` });
      end(1);
    });
    for (const channel of new Set(given.channels)) subscribe(client, channel, print, published);
    client.connect();
  });
}

function subscribe(
  client: Centrifuge,
  channel: string,
  print: (happening: Happening) => void,
  published: (context: PublicationContext) => void,
): void {
  const subscription = client.newSubscription(channel);
  subscription.on('subscribed', ({ data }) => print({ event: 'subscribed', channel, data }));
  subscription.on('unsubscribed', ({ code, reason }) => print({ event: 'unsubscribed', channel, reason: `${code} ${reason}` }));
  subscription.on('publication', published);
  subscription.subscribe();
}

async function developmentToken({ url, user }: Arguments): Promise<string> {
  const response = await fetch(`${url}/api/dev/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ userId: user }),
    signal: AbortSignal.timeout(5_000),
  });
  const body = response.ok ? ((await response.json()) as { connectionToken?: string }) : {};
  if (body.connectionToken === undefined) {
    throw new Error(`${url} gives no development token (${response.status}); make one with: fanwire token --user ${user}`);
  }
  return body.connectionToken;
}
