/** All event functions. */
export * from './access.js';
export * from './auctions.js';
export * from './creators.js';
export * from './flash-sales.js';
export * from './messages.js';
export * from './notifications.js';
export * from './posts.js';
export * from './tips.js';
