/** The platform's HTTP API as one user calls it. */
import { ApiError, SignedOut } from './errors.js';
import type { GetToken } from './options.js';

const UNAUTHORIZED = 401;
const NO_CONTENT = 204;

export class Api {
  private token: Promise<string | null> | undefined;
  private readonly stopped = new AbortController();

  constructor(
    private readonly url: string,
    private readonly getToken: GetToken,
    private readonly fetch: typeof globalThis.fetch,
  ) {}

  /** Throws `ApiError`, or `SignedOut` once `close` was called. */
  async call<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const headers: Record<string, string> = method === 'GET' ? {} : { 'idempotency-key': freshKey() };
    if (body !== undefined) headers['content-type'] = 'application/json';
    const text = body === undefined ? null : JSON.stringify(body);
    let response = await this.send(method, path, headers, text);
    if (response.status === UNAUTHORIZED) {
      this.token = undefined;
      response = await this.send(method, path, headers, text);
    }
    const answer = response.status === NO_CONTENT ? undefined : await this.read(response);
    this.stillHere();
    if (!response.ok) throw problem(response, answer);
    return answer as Answer;
  }

  /** Nothing that was asked for before reaches its caller any more. */
  close(): void {
    this.stopped.abort();
  }

  private async send(method: string, path: string, headers: Record<string, string>, body: string | null): Promise<Response> {
    const token = await this.currentToken();
    this.stillHere();
    if (token === null) throw new SignedOut();
    try {
      const authorization = `Bearer ${token}`;
      return await this.fetch(this.url + path, { method, headers: { ...headers, authorization }, body, signal: this.stopped.signal });
    } catch (error) {
      this.stillHere();
      throw new ApiError(0, `no answer: ${(error as Error).message}`);
    }
  }

  private currentToken(): Promise<string | null> {
    const token = (this.token ??= this.getToken('api'));
    token.catch(() => {
      if (this.token === token) this.token = undefined;
    });
    return token;
  }

  private async read(response: Response): Promise<unknown> {
    try {
      return await response.json();
    } catch {
      return undefined;
    }
  }

  private stillHere(): void {
    if (this.stopped.signal.aborted) throw new SignedOut();
  }
}

function problem(response: Response, body: unknown): ApiError {
  const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const words = fields['detail'] ?? fields['title'] ?? response.statusText;
  return new ApiError(response.status, String(words || response.status), fields);
}

// crypto.randomUUID exists on secure pages only.
function freshKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
