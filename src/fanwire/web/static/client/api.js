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
function freshKey() {
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

  me() {
    return this.#call("GET", "/api/user/settings");
  }

  async posts() {
    return (await this.#call("GET", "/api/posts?limit=30")).posts;
  }

  createPost(post) {
    return this.#call("POST", "/api/posts", post);
  }

  async like(postId, liked) {
    return (await this.#call(liked ? "POST" : "DELETE", `/api/posts/${encodeURIComponent(postId)}/like`)).liked;
  }

  /** All comments of a post, oldest first. */
  async comments(postId) {
    const all = [];
    let cursor = null;
    do {
      const query = new URLSearchParams({ limit: "100", ...(cursor && { cursor }) });
      const page = await this.#call("GET", `/api/posts/${encodeURIComponent(postId)}/comments?${query}`);
      all.push(...page.comments);
      cursor = page.nextCursor;
    } while (cursor);
    return all;
  }

  comment(postId, content, isAnonymous) {
    return this.#call("POST", `/api/posts/${encodeURIComponent(postId)}/comments`, { content, isAnonymous });
  }

  subscribe(creatorId, tier) {
    return this.#call("POST", "/api/subscriptions/process-payment", { creatorId, tier, paymentId: `demo_${freshKey()}` });
  }

  notifications(cursor) {
    const query = new URLSearchParams({ limit: "20", ...(cursor && { cursor }) });
    return this.#call("GET", `/api/user/notifications?${query}`);
  }

  readOne(notificationId) {
    return this.#call("PATCH", "/api/user/notifications", { notificationId });
  }

  readAll(upTo) {
    return this.#call("PATCH", "/api/user/notifications", { markAllAsRead: true, upTo });
  }

  clear(upTo) {
    return this.#call("DELETE", `/api/user/notifications?${new URLSearchParams({ upTo })}`);
  }

  async #call(method, path, body) {
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
