/** What a tab and the holder of the one connection (the hub) say to each other; all of it can be cloned. */

/** A place in a channel's stream. */
export interface Position {
  readonly offset: number;
  readonly epoch: string;
}

export interface Hold {
  readonly channel: string;
  /** Of a card that may give way when there are more than the connection may have. */
  readonly weak: boolean;
  /** Where this tab stands, to recover from when the hub is a new one. */
  readonly since?: Position | undefined;
}

export type ToHub =
  | { readonly type: 'join'; readonly token: string; readonly holds: readonly Hold[] }
  | { readonly type: 'hold'; readonly hold: Hold }
  | { readonly type: 'release'; readonly channel: string }
  /** Asks once more for a channel that was refused. */
  | { readonly type: 'retry'; readonly channel: string }
  /** The state of connection number `life` could not be kept exact: connect anew, for a snapshot. */
  | { readonly type: 'refresh'; readonly life: number }
  | { readonly type: 'token'; readonly request: number; readonly token: string | null; readonly failed: boolean }
  | { readonly type: 'call'; readonly request: number; readonly method: string; readonly data: unknown }
  | { readonly type: 'leave' };

export type ConnectionState = 'connecting' | 'connected' | 'disconnected';

export interface Subscribed {
  readonly type: 'subscribed';
  readonly channel: string;
  /** Frames of the channel's state, to be applied in this order; undefined if it has none. */
  readonly states: readonly unknown[] | undefined;
  readonly position: Position | undefined;
  readonly wasRecovering: boolean;
  readonly recovered: boolean;
  /** The number of the connection, for `refresh`. */
  readonly life: number;
}

export interface Published {
  readonly type: 'publication';
  readonly channel: string;
  readonly data: unknown;
  readonly position: Position | undefined;
  readonly eventId: string | undefined;
}

export type ToTab =
  | { readonly type: 'state'; readonly state: ConnectionState; readonly code: number; readonly reason: string }
  | Subscribed
  | Published
  | { readonly type: 'pending'; readonly channel: string }
  | { readonly type: 'refused'; readonly channel: string; readonly code: number; readonly reason: string }
  | { readonly type: 'askToken'; readonly request: number }
  | { readonly type: 'answer'; readonly request: number; readonly data: unknown; readonly error: CallError | undefined };

export interface CallError {
  readonly code: number;
  readonly message: string;
}
