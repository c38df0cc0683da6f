/** Auctions on posts. */
import type { Bid, NotifyAuctionEnded } from '../generated/types.js';
import type { Id, Instant } from '../input.js';
import type { Options, Receipt } from '../server/receipt.js';
import { say } from '../server/say.js';

export type { Bid, Options, Receipt };

/** A bid stands. Call it with the auction locked, so that bids are told in the order of their `seq`. */
export async function notifyBidPlaced(postId: Id, bid: Bid, endsAt: Instant, options: Options = {}): Promise<Receipt> {
  return say('notify_bid_placed', { postId, bid, endsAt }, options);
}

/** The auction goes on for longer. */
export async function notifyAuctionExtended(postId: Id, endsAt: Instant, options: Options = {}): Promise<Receipt> {
  return say('notify_auction_extended', { postId, endsAt }, options);
}

/** The auction is over; `winnerId` and `amount` if somebody won. */
export async function notifyAuctionEnded(
  postId: Id,
  options: Options & Pick<NotifyAuctionEnded, 'winnerId' | 'amount'> = {},
): Promise<Receipt> {
  return say('notify_auction_ended', { postId, winnerId: options.winnerId, amount: options.amount }, options);
}
