/**
 * Events as rows of the outbox in the caller's own PostgreSQL transaction: they leave if and only if it commits.
 * The tables are a public contract (docs/reference/outbox.md).
 */
import { accessFact } from './access-fact.js';
import type { Entry } from './receipt.js';
import { orderingKey } from './schema.js';

/** A client of `pg` that has begun a transaction. */
export interface PgTransaction {
  query(text: string, values: unknown[]): Promise<unknown>;
}

/** What `prisma.$transaction(async (tx) => ...)` gives. */
export interface PrismaTransaction {
  $executeRawUnsafe(query: string, ...values: unknown[]): PromiseLike<unknown>;
}

export type Transaction = PgTransaction | PrismaTransaction;

// One parameter for any number of rows; a repeat of an event id that still waits is the same event.
const OUTBOX = `
INSERT INTO fanwire_outbox (version, event_id, function, payload, ordering_key)
SELECT 1, event_id, function, payload, ordering_key
FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS (event_id text, function text, payload jsonb, ordering_key text))
  WITH ORDINALITY AS said (event_id, function, payload, ordering_key, number)
ORDER BY number
ON CONFLICT (event_id) DO NOTHING`;
const ACCESS = `
INSERT INTO fanwire_access (event_id, user_id, resource, kind, tier, until, reason)
SELECT event_id, user_id, resource, kind, tier, until, reason
FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS (
    event_id text, user_id text, resource text, kind text, tier text, until timestamptz, reason text))
  WITH ORDINALITY AS said (event_id, user_id, resource, kind, tier, until, reason, number)
ORDER BY number
ON CONFLICT (event_id) DO NOTHING`;

/** Append the events in their order. Throws what the driver throws: the caller's transaction is then lost as well. */
export async function append(tx: Transaction, entries: readonly Entry[]): Promise<void> {
  const execute = executor(tx);
  if (entries.length === 0) return;
  await execute(OUTBOX, entries.map(row));
  const facts = entries.flatMap((entry) => accessFact(entry) ?? []);
  if (facts.length > 0) await execute(ACCESS, facts);
}

function row(entry: Entry): object {
  const { id, function: name, payload } = entry;
  return { event_id: id, function: name, payload, ordering_key: orderingKey(name, payload) };
}

type Execute = (statement: string, rows: readonly object[]) => Promise<void>;

function executor(tx: Transaction): Execute {
  if ('$executeRawUnsafe' in tx && typeof tx.$executeRawUnsafe === 'function') {
    if ('$connect' in tx && typeof tx.$connect === 'function') {
      throw new TypeError('tx is a Prisma client: take the one that prisma.$transaction(async (tx) => ...) gives');
    }
    return async (statement, rows) => void (await tx.$executeRawUnsafe(statement, JSON.stringify(rows)));
  }
  if ('query' in tx && typeof tx.query === 'function') {
    if ('idleCount' in tx) {
      throw new TypeError('tx is a pool, which runs each query on its own: take a client with connect() and BEGIN');
    }
    return async (statement, rows) => void (await tx.query(statement, [JSON.stringify(rows)]));
  }
  throw new TypeError('tx is neither a pg client nor the transaction of a Prisma client');
}
