/** `POST {url}/events`: many events in one request, tried again under the same event ids, so nothing is stored twice. */
import type { Settings } from './configuration.js';
import { asError, DeliveryFailed, InvalidEvent } from './errors.js';
import type { Entry, Status } from './receipt.js';

/** What became of one event: a status, or why it is lost. */
export type Outcome = Status | Error;

interface Written {
  readonly entry: Entry;
  readonly body: string;
}

type Answer = { status?: string; problem?: { status?: number; detail?: string; title?: string } };

const ACCEPTED = 202;
const TOO_LARGE = 413;
/** The server may take it later. Other refusals will be the same next time. */
const PASSING = new Set([429, 500, 502, 503, 504]);
/** Milliseconds before the first repeat at most; twice as long before each further one. */
const FIRST_PAUSE = 200;
const LONGEST_DETAIL = 300;

/** One outcome per event, in their order. Never rejects. */
export async function post(written: readonly Written[], deadline: number, settings: Settings): Promise<Outcome[]> {
  const body = `{"events":[${written.map((one) => one.body).join(',')}]}`;
  const response = await answered(body, deadline, settings);
  if (response instanceof Error) return written.map(() => response);
  if (response.status === TOO_LARGE && written.length > 1) return halved(written, deadline, settings);
  if (response.status !== ACCEPTED) return failing(written, response);
  return receipts(written, response);
}

/** A server with smaller limits than ours. */
async function halved(written: readonly Written[], deadline: number, settings: Settings): Promise<Outcome[]> {
  const middle = Math.ceil(written.length / 2);
  const first = await post(written.slice(0, middle), deadline, settings);
  return [...first, ...(await post(written.slice(middle), deadline, settings))];
}

interface Answered {
  readonly status: number;
  readonly text: string;
  readonly retryAfter: number;
}

/** The first answer that is not a passing failure, or the last of all tries. */
async function answered(body: string, deadline: number, settings: Settings): Promise<Answered | Error> {
  for (let attempt = 0; ; attempt++) {
    const response = await once(body, deadline, settings);
    if (!(response instanceof Error) && !PASSING.has(response.status)) return response;
    const pause = pauseBefore(attempt, response instanceof Error ? 0 : response.retryAfter);
    if (attempt >= settings.retries || Date.now() + pause >= deadline) return response;
    await new Promise((resume) => setTimeout(resume, pause));
  }
}

async function once(body: string, deadline: number, settings: Settings): Promise<Answered | Error> {
  try {
    const response = await settings.fetch(`${settings.url}/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': settings.apiKey },
      body,
      signal: AbortSignal.timeout(Math.max(1, Math.min(settings.timeout, deadline - Date.now()))),
      redirect: 'error', // the key is for this server alone
      cache: 'no-store',
    });
    const retryAfter = 1000 * Number(response.headers.get('retry-after') ?? 0) || 0;
    return { status: response.status, text: await response.text(), retryAfter };
  } catch (reason) {
    return new DeliveryFailed(`${settings.url}: ${described(reason)}`, { cause: reason });
  }
}

/** Full jitter: processes that lost the same server do not come back at the same moment. */
function pauseBefore(attempt: number, retryAfter: number): number {
  return Math.max(retryAfter, Math.random() * FIRST_PAUSE * 2 ** attempt);
}

function receipts(written: readonly Written[], response: Answered): Outcome[] {
  const answers = parsed(response.text);
  if (answers?.length !== written.length) return failing(written, response);
  return answers.map((answer) => {
    if (answer.status === 'refused') return new InvalidEvent(answer.problem?.detail ?? 'refused by the server');
    return answer.status === 'skipped' ? 'skipped' : 'sent';
  });
}

function failing(written: readonly Written[], response: Answered): Outcome[] {
  const error = new DeliveryFailed(`/events answered ${response.status}: ${response.text.slice(0, LONGEST_DETAIL)}`);
  return written.map(() => error);
}

function parsed(text: string): Answer[] | undefined {
  try {
    const body = JSON.parse(text) as { receipts?: unknown };
    return Array.isArray(body.receipts) ? (body.receipts as Answer[]) : undefined;
  } catch {
    return undefined;
  }
}

/** `fetch failed` says nothing; its cause does. */
function described(reason: unknown): string {
  const error = asError(reason);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
