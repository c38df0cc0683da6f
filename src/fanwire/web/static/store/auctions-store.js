// Auctions on posts as a client holds them. Pure: no DOM, no network, no clock.
//
// Bids count from 1 without a gap and prices rise with them, so the highest `seq` says how things stand: an answer of
// the API or a frame that knows of fewer bids is older than what is held.

const SHOWN_BIDS = 5;

/** Anybody with the server's key may publish anything; what lacks its subject is no frame. */
function isWhole({ type, bid, endsAt }) {
  if (type === "bid_placed") return Number.isInteger(bid?.seq) && Number.isInteger(bid.amount) && !Number.isNaN(Date.parse(endsAt));
  return type === "auction_ended" || (type === "auction_extended" && !Number.isNaN(Date.parse(endsAt)));
}

export class AuctionsStore {
  #auctions = new Map(); // post id -> auction as the API gives it
  #bids = new Map(); // post id -> Map of bids by seq

  /** Those that run first, the one that ends first first; then those that are over, the newest first. */
  get auctions() {
    const all = [...this.#auctions.values()];
    const running = all.filter(({ status }) => status === "active").sort((a, b) => (a.endsAt < b.endsAt ? -1 : 1));
    const over = all.filter(({ status }) => status !== "active").sort((a, b) => (a.endsAt > b.endsAt ? -1 : 1));
    return [...running, ...over];
  }

  auction(postId) {
    return this.#auctions.get(postId);
  }

  /** The highest bids that are known, the highest first. */
  bids(postId) {
    const bids = [...(this.#bids.get(postId)?.values() ?? [])];
    return bids.sort((a, b) => b.seq - a.seq).slice(0, SHOWN_BIDS);
  }

  /** Takes an auction as the API has answered it. */
  put(auction) {
    const held = this.#auctions.get(auction.postId);
    const isOlder = held && held.bidsCount > auction.bidsCount && auction.status === "active";
    if (!isOlder) this.#auctions.set(auction.postId, auction);
  }

  /** Takes the whole list of the API: those that it does not name are not for this person any more. */
  loaded(auctions) {
    const named = new Set(auctions.map(({ postId }) => postId));
    for (const postId of this.#auctions.keys()) {
      if (!named.has(postId)) this.#auctions.delete(postId);
    }
    for (const auction of auctions) this.put(auction);
  }

  putBids(postId, bids) {
    const known = this.#bids.get(postId) ?? new Map();
    for (const bid of bids) known.set(bid.seq, bid);
    this.#bids.set(postId, known);
  }

  /** Applies one frame; true if the API has to be asked how things stand now. */
  frame(frame) {
    const auction = this.#auctions.get(frame?.postId);
    if (!auction || !isWhole(frame)) return false;
    const { type, postId, bid, endsAt } = frame;
    if (type === "bid_placed") return this.#placed(auction, bid, endsAt);
    if (type === "auction_extended") this.#auctions.set(postId, { ...auction, endsAt: later(endsAt, auction.endsAt) });
    return type === "auction_ended";
  }

  #placed(auction, bid, endsAt) {
    this.putBids(auction.postId, [bid]);
    if (bid.seq <= auction.bidsCount) return false;
    const stands = { price: bid.amount, leaderId: bid.userId, bidsCount: bid.seq, minimumBid: bid.amount + auction.minStep };
    this.#auctions.set(auction.postId, { ...auction, ...stands, endsAt: later(endsAt, auction.endsAt) });
    return false;
  }
}

function later(a, b) {
  return Date.parse(a) > Date.parse(b) ? a : b;
}
