// The platform's HTTP API as one person uses it.

/** What the API refused (an RFC 9457 problem), or `status` 0 when it did not answer. */
export class ApiError extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

async function problem(response) {
  const body = await response.json().catch(() => ({}));
  return new ApiError(response.status, body.detail || body.title || response.statusText || String(response.status));
}

async function send(path, options) {
  try {
    return await fetch(path, options);
  } catch {
    throw new ApiError(0, "");
  }
}

// crypto.randomUUID exists on secure pages only, and a phone in the same network reaches this one by plain HTTP.
export function freshKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Api {
  #userId;
  #token = "";

  constructor(userId) {
    this.#userId = userId;
  }

  /** Signs in as the demo's user; returns the token for the socket. The route exists in `fanwire dev` only. */
  async signIn() {
    const response = await send("/api/dev/token", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ userId: this.#userId }),
    });
    if (!response.ok) throw await problem(response);
    const { token, connectionToken } = await response.json();
    this.#token = token;
    return connectionToken;
  }

  /**
   * Items of a list that is answered page by page: `{[name]: items, cursor}`. At most `count` of them, rounded up to
   * whole pages; `cursor` is null at the end of the list.
   */
  async pages(path, name, { limit, count = Infinity, ...query }) {
    const items = [];
    let cursor = null;
    do {
      const parameters = new URLSearchParams({ ...query, limit, ...(cursor && { cursor }) });
      const page = await this.call("GET", `${path}?${parameters}`);
      items.push(...page[name]);
      cursor = page.nextCursor;
    } while (cursor && items.length < count);
    return { [name]: items, cursor };
  }

  /** One request as this person: what is answered, or null. Raises ApiError. A key makes its repetition harmless. */
  async call(method, path, body) {
    const key = method === "GET" ? {} : { "idempotency-key": freshKey() };
    let response = await this.#send(method, path, body, key);
    if (response.status === 401) {
      await this.signIn();
      response = await this.#send(method, path, body, key);
    }
    if (!response.ok) throw await problem(response);
    return response.status === 204 ? null : response.json();
  }

  #send(method, path, body, key) {
    const headers = { authorization: `Bearer ${this.#token}`, ...key };
    if (body !== undefined) headers["content-type"] = "application/json";
    return send(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  }
}
