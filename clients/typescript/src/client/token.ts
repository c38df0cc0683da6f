/** The user that a token names: the `sub` of a JWT. '' for one that is no JWT, such as an anonymous visitor's. */
export function userOf(token: string): string {
  const part = token.split('.')[1];
  if (part === undefined) return '';
  try {
    const bytes = Uint8Array.from(atob(part.replace(/-/g, '+').replace(/_/g, '/')), (letter) => letter.charCodeAt(0));
    const { sub } = JSON.parse(new TextDecoder().decode(bytes)) as { sub?: unknown };
    return typeof sub === 'string' ? sub : '';
  } catch {
    return '';
  }
}
