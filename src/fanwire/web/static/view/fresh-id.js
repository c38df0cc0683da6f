let last = 0;

/** An id for `aria-controls` and `for` that no other element of the page has. */
export function freshId(prefix) {
  last += 1;
  return `${prefix}-${last}`;
}
