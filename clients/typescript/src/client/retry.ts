/** Tries again after growing pauses. */
import type { Clock } from './clock.js';

/** Milliseconds. */
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 20_000;

export class Retry {
  private wake: (() => void) | undefined;

  constructor(private readonly clock: Clock) {}

  /** What `attempt` brings in the end; undefined once `isOver`. */
  async until<Value>(attempt: () => Promise<Value>, isOver: () => boolean, complain: (error: unknown) => void): Promise<Value | undefined> {
    for (let pause = FIRST_PAUSE; !isOver(); pause = Math.min(LONGEST_PAUSE, 2 * pause)) {
      try {
        return await attempt();
      } catch (error) {
        complain(error);
        await this.wait(pause);
      }
    }
    return undefined;
  }

  /** Who waits looks at once whether it is over. */
  stop(): void {
    this.wake?.();
  }

  private wait(pause: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.clock.setTimeout(resolve, pause);
      this.wake = () => {
        this.clock.clearTimeout(timer);
        resolve();
      };
    });
  }
}
