/**
 * Text that a database takes: half an emoji (a lone surrogate, as `slice` leaves it) becomes U+FFFD, for PostgreSQL
 * refuses it in JSON, and with it the caller's whole transaction.
 */
export function storable(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\uFFFD');
}
