/** The frames of each namespace, by their `type`. */
import type { Channels } from '../generated/wire.js';

export type Namespace = keyof Channels;

/** Replies to subscribes: they are state, given to stores and never to handlers. */
type Reply = 'snapshot' | 'counters';

export type TypeIn<N extends Namespace> = Exclude<Channels[N]['type'], Reply>;

/** What is told in a namespace under one `type`. */
export type ToldIn<N extends Namespace, Type> = Channels[N] extends infer One
  ? One extends { type: infer Types }
    ? Type extends Types
      ? One
      : never
    : never
  : never;

/** What comes with a frame. */
export interface About {
  readonly channel: string;
  /** The same for the same event, on whichever channel it came. */
  readonly eventId: string | undefined;
}

export type Handler<N extends Namespace, Type> = (frame: ToldIn<N, Type>, about: About) => void;

/** A frame of any channel, before its type is known. */
export interface Frame {
  readonly type: string;
  readonly [field: string]: unknown;
}

export function isFrame(data: unknown): data is Frame {
  return typeof data === 'object' && data !== null && typeof (data as Frame).type === 'string';
}
