/** What an event function answers. */

/**
 * What became of an event:
 * - `stored`: with `{ tx }`, it is in the outbox and leaves when the caller's transaction commits;
 * - `sent`: the server has it, durably;
 * - `skipped`: nothing to say, for nobody is told of their own act;
 * - `unconfigured`: there is nowhere to send to (said once);
 * - `failed`: it is lost; the log says why, and `{ strict: true }` would have thrown.
 */
export type Status = 'stored' | 'sent' | 'skipped' | 'unconfigured' | 'failed';

/** `id` is the event id: it travels to clients as the tag `eventId`. */
export interface Receipt {
  readonly id: string;
  readonly status: Status;
}

/** One event on its way. */
export interface Entry {
  readonly id: string;
  readonly function: string;
  readonly payload: { [key: string]: import('./schema.js').Json };
}

export interface Options {
  /** The caller's transaction: a `pg` client in BEGIN, or Prisma's interactive transaction. Errors are thrown. */
  tx?: import('./transaction.js').Transaction | undefined;
  /** Throw where the event would be lost, instead of logging it. */
  strict?: boolean | undefined;
}
