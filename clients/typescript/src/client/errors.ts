/** What the front-end client reports or throws. */

const PERMISSION_DENIED = 103;

/** The server does not let this user into a channel, or no longer: `reason` says why ("expired", "refunded", ...). */
export class ChannelRefused extends Error {
  override name = 'ChannelRefused';

  constructor(
    readonly channel: string,
    readonly code: number,
    readonly reason: string,
  ) {
    super(`${channel}: ${reason || 'refused'} (${code})`);
  }

  /** True for a channel that is closed to this user, false for one that cannot exist or is beyond a limit. */
  get isDenied(): boolean {
    return this.code === PERMISSION_DENIED || this.code >= 2000;
  }
}

/** What the HTTP API refused, an RFC 9457 problem; `status` 0 when it did not answer. */
export class ApiError extends Error {
  override name = 'ApiError';

  constructor(
    readonly status: number,
    message: string,
    readonly problem: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}

/** The call belongs to a user who has signed out meanwhile, or nobody is signed in. */
export class SignedOut extends Error {
  override name = 'SignedOut';

  constructor() {
    super('nobody is signed in, or somebody else by now');
  }
}
