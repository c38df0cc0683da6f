/** Everything that a server imports; browsers import `fanwire/client`. */
export * from './events/index.js';
export { configure, flush, reset, type Configuration, type Log } from './server/configuration.js';
export { DeliveryFailed, FanwireError, InvalidEvent, NotConfigured } from './server/errors.js';
export type { Options, Receipt, Status } from './server/receipt.js';
export type { PgTransaction, PrismaTransaction, Transaction } from './server/transaction.js';
export type * from './input.js';
export { NotificationType } from './generated/types.js';
export type * from './generated/types.js';
/** What clients are told, by channel. */
export type * as Wire from './generated/wire.js';
