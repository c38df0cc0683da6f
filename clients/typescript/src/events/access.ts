/** Who may see what: facts that also reach connected clients. */
import type { GrantAccess, RevokeAccess } from '../generated/types.js';
import type { Id, Instant } from '../input.js';
import type { Options, Receipt } from '../server/receipt.js';
import { say } from '../server/say.js';

export type { Options, Receipt };

/**
 * `userId` may see `resource`: `creator:{id}` (a subscription, with its `tier`) or `post:{id}`, until `until`, or
 * without an end. A newer grant replaces the older one.
 */
export async function grantAccess(
  userId: Id,
  resource: string,
  options: Options & Pick<GrantAccess, 'tier' | 'until'> = {},
): Promise<Receipt> {
  return say('grant_access', { userId, resource, tier: options.tier, until: options.until }, options);
}

/** `userId` may no longer see `resource`. The client is shown the reason. */
export async function revokeAccess(
  userId: Id,
  resource: string,
  options: Options & Pick<RevokeAccess, 'reason'> = {},
): Promise<Receipt> {
  return say('revoke_access', { userId, resource, reason: options.reason }, options);
}

/** `blockedId` loses whatever `userId` publishes, open posts too. */
export async function blockUser(userId: Id, blockedId: Id, options: Options = {}): Promise<Receipt> {
  return say('block_user', { userId, blockedId }, options);
}

/** `blockedId` sees again what anybody in their place would see of `userId`. */
export async function unblockUser(userId: Id, blockedId: Id, options: Options = {}): Promise<Receipt> {
  return say('unblock_user', { userId, blockedId }, options);
}

/** Every token of `userId` that was issued up to now (or `issuedBefore`) opens nothing any more. */
export async function revokeTokens(
  userId: Id,
  options: Options & { issuedBefore?: Instant | null | undefined } = {},
): Promise<Receipt> {
  return say('revoke_tokens', { userId, issuedBefore: options.issuedBefore }, options);
}

/** The token whose `jti` is `tokenId` opens nothing any more; `userId` is its `sub`, or null. */
export async function revokeToken(userId: Id | null, tokenId: Id, options: Options = {}): Promise<Receipt> {
  return say('revoke_token', { userId, tokenId }, options);
}

/** Fewer people may read the post than before: its channel closes, and opens again to those who still may. */
export async function restrictPost(postId: Id, options: Options = {}): Promise<Receipt> {
  return say('restrict_post', { postId }, options);
}
