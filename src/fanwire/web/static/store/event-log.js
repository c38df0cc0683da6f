// What came over one connection, oldest first: at most `LIMIT` entries.

const LIMIT = 200;

export class EventLog {
  #entries = [];
  #count = 0;

  get entries() {
    return this.#entries;
  }

  /** How many there were, also of those that are no longer kept. */
  get count() {
    return this.#count;
  }

  /** `mark` is "recovered", "snapshot" or "reloaded" for what did not come live. `data` is the frame, as it came. */
  add({ channel = "", offset, mark = "", data }) {
    this.#count += 1;
    this.#entries.push({ id: this.#count, at: new Date(), channel, offset, mark, data });
    if (this.#entries.length > LIMIT) this.#entries.shift();
  }
}
