import type { Entry } from './receipt.js';
import type { JsonObject } from './schema.js';

/** The recipient caused it (`actor`, else `metadata.userId`): nobody is told of their own act. */
export function isOwnAct({ function: name, payload }: Entry): boolean {
  if (name !== 'send_notification') return false;
  const metadata = (payload['notification'] as JsonObject)['metadata'] as JsonObject | undefined;
  const actor = payload['actor'] ?? metadata?.['userId'];
  return actor !== undefined && actor !== null && String(actor) === payload['userId'];
}
