/**
 * Events on their way to the server: calls of one tick share a request, and so do calls that come while one is under
 * way. One request at a time keeps their order, and with the server down makes one connection, not thousands.
 */
import type { Settings } from './configuration.js';
import { DeliveryFailed } from './errors.js';
import { post, type Outcome } from './http.js';
import type { Entry } from './receipt.js';

/** Below the server's own limits (http_api.batch_limit, http_api.body_size_limit). */
export const MAX_EVENTS = 500;
export const MAX_BYTES = 512 * 1024;
/** More than these waiting means that the server has been away for long: what comes now is refused at once. */
export const MAX_WAITING = 100_000;

interface Call {
  readonly entry: Entry;
  readonly body: string;
  readonly deadline: number;
  settle(outcome: Outcome): void;
}

// Kept from before a test's fake timers: those would hold every event back.
const soon = typeof setImmediate === 'function' ? setImmediate : (run: () => void) => setTimeout(run, 0);

export class Queue {
  private calls: Call[] = [];
  private running: Promise<void> | undefined;

  constructor(private readonly settings: Settings) {}

  /** What became of the event; never rejects. */
  deliver(entry: Entry): Promise<Outcome> {
    if (this.calls.length >= MAX_WAITING) {
      return Promise.resolve(new DeliveryFailed(`${MAX_WAITING} events wait already: is the server down?`));
    }
    const body = JSON.stringify({ function: entry.function, payload: entry.payload, eventId: entry.id });
    const deadline = Date.now() + this.settings.giveUpAfter;
    return new Promise((settle) => {
      this.calls.push({ entry, body, deadline, settle });
      this.running ??= this.run();
    });
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    await this.running;
  }

  private async run(): Promise<void> {
    await new Promise<void>((resume) => void soon(resume));
    while (this.calls.length > 0) await this.send(this.next());
    this.running = undefined;
  }

  private next(): Call[] {
    let count = 0;
    let size = 0;
    for (const call of this.calls) {
      size += 4 * call.body.length; // UTF-8 at its longest is 3 bytes a unit; the comma is one
      if (count > 0 && (count === MAX_EVENTS || size > 4 * MAX_BYTES)) break;
      count++;
    }
    return this.calls.splice(0, count);
  }

  private async send(calls: Call[]): Promise<void> {
    const late = calls.filter((call) => call.deadline <= Date.now());
    for (const call of late) call.settle(new DeliveryFailed('given up: earlier events could not be handed over'));
    const due = calls.filter((call) => !late.includes(call));
    if (due.length === 0) return;
    const outcomes = await post(due, Math.min(...due.map((call) => call.deadline)), this.settings);
    due.forEach((call, number) => call.settle(outcomes[number]!));
  }
}
