/** What event functions throw, and only with `{ tx }` or `{ strict: true }`. */

export class FanwireError extends Error {
  override name = 'FanwireError';
}

/** There is nowhere to send events to. */
export class NotConfigured extends FanwireError {
  override name = 'NotConfigured';
}

/** The arguments do not fit; the message lists each field. */
export class InvalidEvent extends FanwireError {
  override name = 'InvalidEvent';
}

/** The server could not be reached, or did not take the event. */
export class DeliveryFailed extends FanwireError {
  override name = 'DeliveryFailed';
}

export function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new FanwireError(String(reason));
}
