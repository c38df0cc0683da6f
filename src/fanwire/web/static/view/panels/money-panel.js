// What moves money: auctions, flash sales and tips.

import { Auctions } from "../../client/auctions.js";
import { Sales } from "../../client/sales.js";
import { Tips } from "../../client/tips.js";
import { ServerClock } from "../../store/server-clock.js";
import { AuctionsView } from "../auctions-view.js";
import { el } from "../dom.js";
import { tagIcon } from "../icons.js";
import { SalesView } from "../sales-view.js";
import { TipsView } from "../tips-view.js";

// Milliseconds between two looks at the clock.
const TICK = 250;

export class MoneyPanel {
  static id = "money";
  static icon = tagIcon;

  constructor(person) {
    const clock = new ServerClock(() => Date.now());
    person.tips = new Tips(person);
    person.sales = new Sales(person, clock);
    person.auctions = new Auctions(person, clock);
    this.tips = new TipsView(person);
    this.timed = [new AuctionsView(person, clock), new SalesView(person, clock)];
    this.element = el("div", { class: "stack" }, ...this.timed.map(({ element }) => element), this.tips.element);
    this.timer = setInterval(() => this.#tick(), TICK);
  }

  knows({ type }) {
    return type === "TIP_RECEIVED" || type.startsWith("AUCTION_");
  }

  goTo({ type, metadata }) {
    const place = type === "TIP_RECEIVED" ? this.tips.element : this.#auction(metadata.postId);
    place?.scrollIntoView({ block: "center" });
    place?.focus({ preventScroll: true });
  }

  render() {
    this.tips.render();
    for (const view of this.timed) view.render();
  }

  #auction(postId) {
    return [...this.element.querySelectorAll(".auction")].find(({ dataset }) => dataset.post === postId);
  }

  // A column that has become somebody else's takes its panels off the page.
  #tick() {
    if (!this.element.isConnected) clearInterval(this.timer);
    else if (this.element.checkVisibility()) for (const view of this.timed) view.render();
  }
}
