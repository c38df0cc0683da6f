/** Asks the tabs for a token, one after the other until one has it. */
import { UnauthorizedError } from 'centrifuge';
import type { Clock } from '../clock.js';
import type { ToHub, ToTab } from '../messages.js';

/** A tab that does not answer in this time is passed over: it may be frozen. Milliseconds. */
const PATIENCE = 10_000;

type Answer = string | null | undefined;

export class TokenDesk {
  private requests = 0;
  private readonly open = new Map<number, { tab: string; settle(answer: Answer): void }>();

  constructor(
    private readonly clock: Clock,
    private readonly tabs: () => readonly string[],
    private readonly send: (tabs: readonly string[], message: ToTab) => void,
  ) {}

  /** Throws `UnauthorizedError` if a tab says that nobody is signed in, and another error if none could get one. */
  async ask(): Promise<string> {
    for (const tab of this.tabs()) {
      const token = await this.askTab(tab);
      if (token === null) throw new UnauthorizedError('nobody is signed in');
      if (token !== undefined) return token;
    }
    throw new Error('no tab could get a token');
  }

  answer({ request, token, failed }: ToHub & { type: 'token' }): void {
    this.open.get(request)?.settle(failed ? undefined : token);
  }

  gone(tab: string): void {
    for (const request of [...this.open.values()]) if (request.tab === tab) request.settle(undefined);
  }

  private askTab(tab: string): Promise<Answer> {
    const request = ++this.requests;
    return new Promise((resolve) => {
      const timer = this.clock.setTimeout(() => settle(undefined), PATIENCE);
      const settle = (answer: Answer): void => {
        this.clock.clearTimeout(timer);
        this.open.delete(request);
        resolve(answer);
      };
      this.open.set(request, { tab, settle });
      this.send([tab], { type: 'askToken', request });
    });
  }
}
