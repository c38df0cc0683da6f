// The panels of a column, in the order of their tabs.

import { FeedPanel } from "./feed-panel.js";
import { MessagesPanel } from "./messages-panel.js";
import { MoneyPanel } from "./money-panel.js";
import { ProfilePanel } from "./profile-panel.js";
import { StudioPanel } from "./studio-panel.js";
import { SubscriptionsPanel } from "./subscriptions-panel.js";

/**
 * A panel is a class with `static id` (its tab says the phrase `panel.{id}`) and `static icon()`; `static isFor(person)`
 * says who has its tab (default: everybody). `new Panel(person)` has an `element` and `render()`, called after each change
 * of anything. Of its own choice it has `show()`, called when it is opened; `count()`, a number for its tab;
 * `knows(notification)` and `goTo(notification)`, to be where a press in the bell leads.
 */
export const PANELS = [FeedPanel, StudioPanel, MessagesPanel, MoneyPanel, SubscriptionsPanel, ProfilePanel];
