// A connection dropped on purpose, and the countdown until it comes back.

const SECOND = 1000;

export class Drop {
  #live;
  #onTick;
  #timer = 0;
  #until = 0;

  constructor(live, onTick) {
    this.#live = live;
    this.#onTick = onTick;
  }

  get secondsLeft() {
    return Math.max(0, Math.ceil((this.#until - Date.now()) / SECOND));
  }

  start(seconds) {
    this.#live.disconnect();
    this.#until = Date.now() + seconds * SECOND;
    this.#timer = setInterval(() => this.#tick(), SECOND / 4);
    this.#onTick();
  }

  /** Comes back now. */
  end() {
    this.cancel();
    this.#live.connect();
  }

  /** Forgets the countdown without coming back. */
  cancel() {
    clearInterval(this.#timer);
    this.#until = 0;
  }

  #tick() {
    if (Date.now() >= this.#until) this.end();
    else this.#onTick();
  }
}
