/**
 * Every event function ends here: in the caller's transaction, on the way to the server, or nowhere with a log line.
 *
 * Without `{ tx }` nothing throws unless `{ strict: true }`. With `{ tx }` everything throws, for swallowing it would
 * lose the caller's own write, or commit it without its event.
 */
import type { Payloads } from '../generated/types.js';
import { HINT, log, queue, warnOnce } from './configuration.js';
import { asError, NotConfigured } from './errors.js';
import { eventId } from './event-id.js';
import type { Outcome } from './http.js';
import { isOwnAct } from './own-act.js';
import type { Entry, Options, Receipt } from './receipt.js';
import { payloadOf } from './schema.js';
import { append } from './transaction.js';

/** Say one event. */
export async function say<F extends keyof Payloads>(name: F, values: Payloads[F], options: Options = {}): Promise<Receipt> {
  return (await sayAll(name, [values], options))[0]!;
}

/** Say several events together, in their order: one receipt each. */
export async function sayAll<F extends keyof Payloads>(
  name: F,
  many: readonly Payloads[F][],
  options: Options = {},
): Promise<Receipt[]> {
  const outcomes = await deliver(many.map((values) => entryFor(name, values)), options);
  const lost = outcomes.flatMap(({ outcome }) => (outcome instanceof Error ? [outcome] : []));
  if (lost.length > 0) {
    if (options.strict || options.tx) throw lost[0];
    log().error(`fanwire: ${name}: ${lost.length} of ${many.length} lost: ${lost[0]!.message}`);
  }
  return outcomes.map(({ id, outcome }) => ({ id, status: outcome instanceof Error ? 'failed' : outcome }));
}

interface Delivery {
  readonly id: string;
  readonly outcome: Outcome;
}

async function deliver(read: readonly (Entry | Error)[], options: Options): Promise<Delivery[]> {
  if (options.tx) {
    const wrong = read.find((one) => one instanceof Error);
    if (wrong !== undefined) throw wrong;
    const entries = read as Entry[];
    await append(options.tx, entries.filter((entry) => !isOwnAct(entry)));
    return entries.map((entry) => ({ id: entry.id, outcome: isOwnAct(entry) ? 'skipped' : 'stored' }));
  }
  return Promise.all(
    read.map(async (one) => {
      if (one instanceof Error) return { id: eventId(), outcome: one };
      return { id: one.id, outcome: isOwnAct(one) ? ('skipped' as const) : await overHttp(one, options) };
    }),
  );
}

async function overHttp(entry: Entry, options: Options): Promise<Outcome> {
  try {
    const way = queue();
    if (way !== null) return await way.deliver(entry);
  } catch (reason) {
    return asError(reason);
  }
  if (options.strict) return new NotConfigured(`${entry.function}: there is nowhere to send events to; ${HINT}`);
  warnOnce();
  return 'unconfigured';
}

/** Whatever is wrong with the arguments is an outcome, and no exception in the caller's endpoint. */
function entryFor(name: string, values: object): Entry | Error {
  try {
    return { id: eventId(), function: name, payload: payloadOf(name, values) };
  } catch (reason) {
    return asError(reason);
  }
}
