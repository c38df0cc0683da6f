import { SCHEMAS } from '../generated/schema.js';
import type { Entry } from './receipt.js';
import { filled } from './template.js';

/** The row of fanwire_access that an event about access states: permissions read that row, not the outbox. */
export function accessFact({ id, function: name, payload }: Entry): object | undefined {
  const fact = SCHEMAS.functions[name]?.access;
  if (fact === undefined) return undefined;
  const [user, resource, kind, tier, until, reason] = [fact.user, fact.resource, fact.kind, fact.tier, fact.until, fact.reason].map(
    (template) => filled(template, payload),
  );
  return { event_id: id, user_id: user ?? '', resource, kind, tier, until, reason };
}
