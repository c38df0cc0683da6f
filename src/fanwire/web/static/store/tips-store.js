// The tips that one person has received, and their sums. Pure: no DOM, no network, no clock.
//
// A sum travels as an absolute value with a version, by currency: one that is not newer is dropped. The API's answer has
// no version, so a sum that came as a frame while it was on its way wins over it.

export class TipsStore {
  #tips = [];
  #totals = new Map(); // currency -> minor units
  #versions = new Map(); // currency -> version of the sum held
  #loads = new Set();

  get tips() {
    return this.#tips;
  }

  /** `{currency, amount}` of each currency, by its name. */
  get totals() {
    return [...this.#totals].map(([currency, amount]) => ({ currency, amount })).sort((a, b) => (a.currency < b.currency ? -1 : 1));
  }

  /** Call before the API is asked, and give what it returns to `loaded`. */
  startLoad() {
    const load = new Set();
    this.#loads.add(load);
    return load;
  }

  abandon(load) {
    this.#loads.delete(load);
  }

  loaded(load, { tips, totals }) {
    this.#loads.delete(load);
    this.#tips = tips;
    for (const { currency, amount } of totals) {
      if (!load.has(currency)) this.#totals.set(currency, amount);
    }
  }

  /** Applies one frame; true if there is a tip more or less than before, which the API lists. */
  frame({ type, source, currency, total, version }) {
    if (type !== "earnings_updated" || source !== "tip") return false;
    if (typeof currency === "string" && Number.isInteger(total) && version > (this.#versions.get(currency) ?? 0)) {
      this.#versions.set(currency, version);
      this.#totals.set(currency, total);
      for (const load of this.#loads) load.add(currency);
    }
    return true;
  }
}
