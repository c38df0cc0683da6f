// Flash sales as a client holds them. Pure: no DOM, no network, no clock.
//
// What remains travels as an absolute value with a version: one that is not newer is dropped. The API's list has no
// version, so what frames said while it was on its way wins over it.

export class SalesStore {
  #sales = new Map(); // id -> sale as the API gives it
  #versions = new Map(); // id -> version of what is held
  #held = new Map(); // id -> this person's redemption
  #loads = new Set();

  /** Those that run or are planned, the one that ends first first; then those that have ended in front of the reader. */
  get sales() {
    const order = ({ status, endsAt, id }) => `${status === "ended" ? 1 : 0} ${endsAt} ${id}`;
    return [...this.#sales.values()].sort((a, b) => (order(a) < order(b) ? -1 : 1));
  }

  sale(id) {
    return this.#sales.get(id);
  }

  /** This person's redemption of a sale: `{status, expiresAt, amount, currency}`. */
  redemption(saleId) {
    return this.#held.get(saleId);
  }

  startLoad() {
    const load = new Map();
    this.#loads.add(load);
    return load;
  }

  abandon(load) {
    this.#loads.delete(load);
  }

  /** Takes the API's list; a sale that it no longer names is over. */
  loaded(load, sales) {
    this.#loads.delete(load);
    const next = new Map(sales.map((sale) => [sale.id, { ...sale, ...load.get(sale.id) }]));
    for (const [id, sale] of this.#sales) {
      if (!next.has(id)) next.set(id, { ...sale, status: "ended" });
    }
    this.#sales = next;
  }

  add(sale) {
    this.#sales.set(sale.id, { ...sale, ...this.#changes(sale.id) });
  }

  redeemed(redemption) {
    this.#held.set(redemption.saleId, redemption);
  }

  givenBack(saleId) {
    this.#held.delete(saleId);
  }

  /** Applies one frame; true if the API has to be asked for the sale, of which frames tell no price. */
  frame({ type, sale, version }) {
    if (!sale?.id || !["flash_sale_started", "flash_sale_updated", "flash_sale_ended"].includes(type)) return false;
    if (version <= (this.#versions.get(sale.id) ?? 0)) return false;
    this.#versions.set(sale.id, version);
    const changes = { remaining: sale.remaining, endsAt: sale.endsAt, status: type === "flash_sale_ended" ? "ended" : "active" };
    for (const load of this.#loads) load.set(sale.id, changes);
    const known = this.#sales.get(sale.id);
    if (known) this.#sales.set(sale.id, { ...known, ...changes });
    return !known && changes.status === "active";
  }

  #changes(id) {
    const known = this.#sales.get(id);
    return known && this.#versions.has(id) ? { remaining: known.remaining, status: known.status } : {};
  }
}
