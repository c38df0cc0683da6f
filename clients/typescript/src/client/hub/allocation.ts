/** Which channels a connection has, when more are wanted than it may have. Pure. */

export interface Wanted {
  readonly channel: string;
  readonly strong: boolean;
  /** Rises with each time that somebody asked for it. */
  readonly at: number;
}

/** At most `limit` of them: the strong ones in the order in which they came, then the weak ones, the latest first. */
export function allocate(wanted: readonly Wanted[], limit: number): Set<string> {
  const strong = wanted.filter((one) => one.strong).sort((a, b) => a.at - b.at);
  const weak = wanted.filter((one) => !one.strong).sort((a, b) => b.at - a.at);
  return new Set([...strong, ...weak].slice(0, Math.max(0, limit)).map(({ channel }) => channel));
}
