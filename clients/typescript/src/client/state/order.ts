interface Dated {
  readonly id: string;
  readonly createdAt?: string | undefined;
}

/** Newest first; within a millisecond by id, which grows. */
export function newestFirst(a: Dated, b: Dated): number {
  return Date.parse(b.createdAt ?? '') - Date.parse(a.createdAt ?? '') || (a.id < b.id ? 1 : -1);
}

export function oldestFirst(a: Dated, b: Dated): number {
  return newestFirst(b, a);
}
