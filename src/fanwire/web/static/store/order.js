/** Newest first; within a millisecond by id, which is a uuid7 or grows in some other way. */
export function newestFirst(a, b) {
  return Date.parse(b.createdAt) - Date.parse(a.createdAt) || (a.id < b.id ? 1 : -1);
}
