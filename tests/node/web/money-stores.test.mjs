import assert from "node:assert/strict";
import { test } from "node:test";
import { AuctionsStore } from "../../../src/fanwire/web/static/store/auctions-store.js";
import { SalesStore } from "../../../src/fanwire/web/static/store/sales-store.js";
import { ServerClock } from "../../../src/fanwire/web/static/store/server-clock.js";
import { TipsStore } from "../../../src/fanwire/web/static/store/tips-store.js";

const earned = (total, version, more = {}) => ({ type: "earnings_updated", source: "tip", currency: "RUB", total, version, ...more });

test("the sum of tips is the newest one", () => {
  const tips = new TipsStore();
  assert.equal(tips.frame(earned(300, 5)), true);
  tips.frame(earned(100, 4));
  assert.deepEqual(tips.totals, [{ currency: "RUB", amount: 300 }]);
});

test("a sum that came while the list was on its way wins, of its currency alone", () => {
  const tips = new TipsStore();
  const load = tips.startLoad();
  tips.frame(earned(300, 5));
  tips.loaded(load, { tips: [], totals: [{ currency: "RUB", amount: 100 }, { currency: "EUR", amount: 7 }] });
  assert.deepEqual(tips.totals, [{ currency: "EUR", amount: 7 }, { currency: "RUB", amount: 300 }]);
});

test("other frames are no news of tips", () => {
  assert.equal(new TipsStore().frame({ type: "earnings_updated", source: "sale", currency: "RUB", total: 1, version: 1 }), false);
});

const sale = (id, more = {}) => ({ id, creatorId: "anna", percent: 30, endsAt: "2026-01-01T00:01:00Z", remaining: 10, maxRedemptions: 10, status: "active", ...more });
const saleFrame = (type, id, remaining, version) => ({ type, sale: { id, remaining, endsAt: "2026-01-01T00:01:00Z" }, version });

test("what remains of a sale is the newest value", () => {
  const sales = new SalesStore();
  sales.loaded(sales.startLoad(), [sale("a")]);
  assert.equal(sales.frame(saleFrame("flash_sale_updated", "a", 7, 5)), false);
  sales.frame(saleFrame("flash_sale_updated", "a", 8, 4));
  assert.equal(sales.sale("a").remaining, 7);
});

test("a count that comes late does not open a sale that has ended", () => {
  const sales = new SalesStore();
  sales.loaded(sales.startLoad(), [sale("a")]);
  sales.frame(saleFrame("flash_sale_ended", "a", 7, 6));
  sales.frame(saleFrame("flash_sale_updated", "a", 8, 5));
  assert.equal(sales.sale("a").status, "ended");
});

test("a sale that begins has to be asked for; one that is known has not", () => {
  const sales = new SalesStore();
  assert.equal(sales.frame(saleFrame("flash_sale_started", "a", 10, 1)), true);
  sales.add(sale("a"));
  assert.equal(sales.frame(saleFrame("flash_sale_updated", "a", 9, 2)), false);
});

test("a count that came while the list was on its way wins over the list's", () => {
  const sales = new SalesStore();
  sales.loaded(sales.startLoad(), [sale("a")]);
  const load = sales.startLoad();
  sales.frame(saleFrame("flash_sale_updated", "a", 3, 9));
  sales.loaded(load, [sale("a", { remaining: 5 })]);
  assert.equal(sales.sale("a").remaining, 3);
});

test("a sale that the list no longer names is over, and comes after those that run", () => {
  const sales = new SalesStore();
  sales.loaded(sales.startLoad(), [sale("a"), sale("b", { endsAt: "2026-01-01T00:02:00Z" })]);
  sales.loaded(sales.startLoad(), [sale("b", { endsAt: "2026-01-01T00:02:00Z" })]);
  assert.deepEqual(sales.sales.map(({ id, status }) => [id, status]), [["b", "active"], ["a", "ended"]]);
});

test("a redemption is kept until it is given back", () => {
  const sales = new SalesStore();
  sales.redeemed({ saleId: "a", status: "reserved" });
  assert.equal(sales.redemption("a").status, "reserved");
  sales.givenBack("a");
  assert.equal(sales.redemption("a"), undefined);
});

const auction = (more = {}) => ({ postId: "p", status: "active", bidsCount: 0, price: null, leaderId: null, minStep: 100, minimumBid: 1000, endsAt: "2026-01-01T00:01:00Z", ...more });
const bid = (seq, amount, userId = "boris") => ({ id: `b${seq}`, userId, amount, seq, currency: "RUB" });
const placed = (one, endsAt = "2026-01-01T00:01:00Z") => ({ type: "bid_placed", postId: "p", bid: one, endsAt });

test("a bid moves price, leader and the least next bid", () => {
  const auctions = new AuctionsStore();
  auctions.loaded([auction()]);
  assert.equal(auctions.frame(placed(bid(1, 1000))), false);
  const { price, leaderId, minimumBid, bidsCount } = auctions.auction("p");
  assert.deepEqual([price, leaderId, minimumBid, bidsCount], [1000, "boris", 1100, 1]);
});

test("an earlier bid that comes late joins the list and moves nothing", () => {
  const auctions = new AuctionsStore();
  auctions.loaded([auction({ bidsCount: 2, price: 1200, leaderId: "clara" })]);
  auctions.frame(placed(bid(1, 1000)));
  assert.equal(auctions.auction("p").price, 1200);
  assert.deepEqual(auctions.bids("p").map(({ seq }) => seq), [1]);
});

test("an answer that knows of fewer bids is older than what is held", () => {
  const auctions = new AuctionsStore();
  auctions.loaded([auction()]);
  auctions.frame(placed(bid(1, 1000)));
  auctions.put(auction());
  assert.equal(auctions.auction("p").bidsCount, 1);
  auctions.put(auction({ status: "awaiting_payment", bidsCount: 1 }));
  assert.equal(auctions.auction("p").status, "awaiting_payment");
});

test("the end moves on and never back", () => {
  const auctions = new AuctionsStore();
  auctions.loaded([auction()]);
  auctions.frame({ type: "auction_extended", postId: "p", endsAt: "2026-01-01T00:02:00Z" });
  auctions.frame(placed(bid(1, 1000), "2026-01-01T00:01:30Z"));
  assert.equal(auctions.auction("p").endsAt, "2026-01-01T00:02:00Z");
});

test("an end has the auction asked for; of one that is not known nothing is heard", () => {
  const auctions = new AuctionsStore();
  auctions.loaded([auction()]);
  assert.equal(auctions.frame({ type: "auction_ended", postId: "p", winnerId: "boris" }), true);
  assert.equal(auctions.frame({ type: "auction_ended", postId: "q" }), false);
});

test("running auctions come before those that are over; one that the list does not name is gone", () => {
  const auctions = new AuctionsStore();
  auctions.loaded([auction({ postId: "over", status: "paid", endsAt: "2026-01-01T00:05:00Z" }), auction()]);
  assert.deepEqual(auctions.auctions.map(({ postId }) => postId), ["p", "over"]);
  auctions.loaded([auction()]);
  assert.deepEqual(auctions.auctions.map(({ postId }) => postId), ["p"]);
});

test("time is the server's, whatever the device says", () => {
  let device = Date.parse("2020-01-01T00:00:00Z");
  const clock = new ServerClock(() => device);
  clock.learn("2026-01-01T00:00:00Z");
  assert.equal(clock.secondsUntil("2026-01-01T00:00:10Z"), 10);
  device += 9_500;
  assert.equal(clock.secondsUntil("2026-01-01T00:00:10Z"), 1);
  device += 2_000;
  assert.equal(clock.secondsUntil("2026-01-01T00:00:10Z"), 0);
  assert.equal(clock.inSeconds(60), "2026-01-01T00:01:11.500Z");
});

test("what is no frame changes nothing", () => {
  const auctions = new AuctionsStore();
  auctions.loaded([auction()]);
  const nonsense = [null, {}, { type: "bid_placed", postId: "p" }, placed(bid(1, "much")), placed(bid(1, 1000), "never"), { type: "auction_extended", postId: "p" }];
  for (const frame of nonsense) assert.equal(auctions.frame(frame), false);
  assert.deepEqual(auctions.auction("p"), auction());
  const tips = new TipsStore();
  tips.frame(earned("much", 1));
  tips.frame(earned(1, 1, { currency: undefined }));
  assert.deepEqual(tips.totals, []);
  const sales = new SalesStore();
  assert.equal(sales.frame({ type: "flash_sale_started" }), false);
  assert.equal(sales.frame({ type: "other", sale: sale("a"), version: 1 }), false);
  assert.deepEqual(sales.sales, []);
});
