// The server's time as a client knows it: the device's clock, put right by each `serverNow` that an answer brings.

export class ServerClock {
  #now;
  #ahead = 0; // milliseconds of the server before the device

  /** `now()` gives the device's milliseconds. */
  constructor(now) {
    this.#now = now;
  }

  /** Takes the server's time of an answer that has just come. */
  learn(serverNow) {
    this.#ahead = Date.parse(serverNow) - this.#now();
  }

  now() {
    return this.#now() + this.#ahead;
  }

  /** Whole seconds until `moment`, rounded up; 0 when it has passed. */
  secondsUntil(moment) {
    return Math.max(0, Math.ceil((Date.parse(moment) - this.now()) / 1000));
  }

  /** The moment so many seconds from now, as the API takes it. */
  inSeconds(seconds) {
    return new Date(this.now() + seconds * 1000).toISOString();
  }
}
