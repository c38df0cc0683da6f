// Time that moves only when a test says so.
export class FakeClock {
  #now = 0;
  #timers = new Map();
  #count = 0;

  now() {
    return this.#now;
  }

  setTimeout(run, milliseconds) {
    this.#count += 1;
    this.#timers.set(this.#count, { at: this.#now + milliseconds, run });
    return this.#count;
  }

  clearTimeout(timer) {
    this.#timers.delete(timer);
  }

  get waiting() {
    return this.#timers.size;
  }

  move(milliseconds) {
    const end = this.#now + milliseconds;
    for (;;) {
      const due = [...this.#timers].filter(([, { at }]) => at <= end).sort(([a, x], [b, y]) => x.at - y.at || a - b)[0];
      if (!due) break;
      this.#timers.delete(due[0]);
      this.#now = Math.max(this.#now, due[1].at);
      due[1].run();
    }
    this.#now = end;
  }
}
