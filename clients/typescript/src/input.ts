/** What callers' rows hold: wider than what travels, because whole rows may be passed. */

/** An id as a database has it; it travels as text. */
export type Id = string | number | bigint;

/** A moment: a `Date`, or its RFC 3339 text. */
export type Instant = Date | string;

/** A number, or what drivers give for one: a bigint, its text, Prisma's `Decimal`. */
export type Numeric = number | bigint | string | { toJSON(): string };

/** The known words, offered by the editor; others are accepted by the compiler and judged at run time. */
export type Open<Word extends string> = Word | (string & {});
