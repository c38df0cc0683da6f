/** Tips: what a creator earns. The item in their inbox is a `sendNotification` of type `TIP_RECEIVED`. */
import type { NotifyTip, Tip } from '../generated/types.js';
import type { Id } from '../input.js';
import type { Options, Receipt } from '../server/receipt.js';
import { say } from '../server/say.js';

export type { Options, Receipt, Tip };

/** `total` is the sum of all tips in this currency, where the caller keeps one. */
export type TipOptions = Options & Pick<NotifyTip, 'total'>;

/** The creator's feed says `earnings_updated`. Amounts are whole kopecks or cents. */
export async function notifyTip(creatorId: Id, tip: Tip, options: TipOptions = {}): Promise<Receipt> {
  return say('notify_tip', { creatorId, tip, total: options.total }, options);
}

/** The payment was given back. The item goes with `retractNotification(creatorId, 'TIP_RECEIVED:{paymentId}')`. */
export async function retractTip(creatorId: Id, tip: Tip, options: TipOptions = {}): Promise<Receipt> {
  return say('retract_tip', { creatorId, tip, total: options.total }, options);
}
