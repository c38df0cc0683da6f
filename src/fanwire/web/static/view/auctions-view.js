// Auctions: the form to open one on one's own post, and those there are.

import { each, el } from "./dom.js";
import { AuctionView } from "./auction-view.js";
import { amount, Choice, field, minorUnits, number } from "./form-fields.js";
import { FormOpener } from "./form-opener.js";

export class AuctionsView {
  #views = new Map();

  constructor(person, clock) {
    this.person = person;
    this.clock = clock;
    this.empty = el("p", { class: "quiet", text: "auction.none" });
    this.list = el("ul", { class: "lots", label: "auction.title" });
    const title = el("h3", { text: "auction.title" });
    this.element = el("section", { class: "card section auctions", label: "auction.title" }, title, this.#makeForm(), this.empty, this.list);
  }

  #makeForm() {
    this.post = new Choice({ name: "post" });
    this.startPrice = amount("startPrice", 1_000);
    this.minStep = amount("minStep", 100);
    this.seconds = number("seconds", { value: 60, max: 86_400 });
    this.antiSnipe = number("antiSnipe", { value: 10, min: 0, max: 3_600 });
    this.deposit = amount("deposit", 0, { min: 0 });
    const fields = [
      field("auction.post", this.post.element),
      field("auction.startPrice", this.startPrice),
      field("auction.minStep", this.minStep),
      field("money.seconds", this.seconds),
      field("auction.antiSnipe", this.antiSnipe),
      field("auction.depositField", this.deposit),
    ];
    const form = { class: "open-auction", text: "auction.open", submit: "auction.start", send: () => this.#open() };
    this.opener = new FormOpener(form, ...fields);
    return this.opener.element;
  }

  #open() {
    return this.person.auctions.open(this.post.value, {
      startPrice: minorUnits(this.startPrice),
      minStep: minorUnits(this.minStep),
      seconds: Number(this.seconds.value),
      antiSnipe: Number(this.antiSnipe.value),
      deposit: minorUnits(this.deposit),
    });
  }

  // A post is sold once. Open ones come first: everybody may bid on them.
  #posts() {
    const { auctions, feed, userId } = this.person;
    const free = feed.posts.filter(({ id, creatorId }) => creatorId === userId && !auctions.store.auction(id));
    free.sort((a, b) => Number(a.isLocked) - Number(b.isLocked));
    return free.map(({ id, title }) => ({ id, text: title }));
  }

  render() {
    const { auctions } = this.person.auctions.store;
    const posts = this.person.isCreator ? this.#posts() : [];
    this.post.render(posts);
    this.opener.element.hidden = posts.length === 0 && this.opener.form.hidden;
    this.empty.hidden = auctions.length > 0;
    const items = auctions.map((auction) => ({ ...auction, id: auction.postId }));
    each(this.list, this.#views, items, (auction) => new AuctionView(this.person, this.clock, auction));
  }
}
