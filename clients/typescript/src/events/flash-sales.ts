/** Flash sales. */
import type { FlashSale } from '../generated/types.js';
import type { Options, Receipt } from '../server/receipt.js';
import { say } from '../server/say.js';

export type { FlashSale, Options, Receipt };

/** A sale has begun. */
export async function notifyFlashSaleStarted(sale: FlashSale, options: Options = {}): Promise<Receipt> {
  return say('notify_flash_sale_started', { sale }, options);
}

/** Fewer remain, or more. Call it with the sale's row locked, so that events are in the order of their counts. */
export async function notifyFlashSaleUpdated(sale: FlashSale, options: Options = {}): Promise<Receipt> {
  return say('notify_flash_sale_updated', { sale }, options);
}

/** A sale is over. */
export async function notifyFlashSaleEnded(sale: FlashSale, options: Options = {}): Promise<Receipt> {
  return say('notify_flash_sale_ended', { sale }, options);
}
