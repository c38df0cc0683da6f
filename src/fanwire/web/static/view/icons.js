// Icons as stroke paths: no image files, no markup.

import { icon } from "./dom.js";

export const bellIcon = () =>
  icon("bell", "M6 9a6 6 0 0 1 12 0c0 6 2.5 7 2.5 7h-17S6 15 6 9M10 20a2.2 2.2 0 0 0 4 0");
export const heartIcon = () =>
  icon("heart", "M12 20S4 15 4 9.2A4.2 4.2 0 0 1 12 7a4.2 4.2 0 0 1 8 2.2C20 15 12 20 12 20Z");
export const commentIcon = () => icon("comment", "M4 5h16v11H11l-4 4v-4H4Z");
export const lockIcon = () => icon("lock", "M6 11h12v9H6ZM8.5 11V8a3.5 3.5 0 0 1 7 0v3");
export const plugIcon = () => icon("plug", "M9 3v5M15 3v5M6.5 8h11v4a5.5 5.5 0 0 1-11 0ZM12 17.5V21");
export const plusIcon = () => icon("plus", "M12 5v14M5 12h14");
export const closeIcon = () => icon("close", "M6 6l12 12M18 6 6 18");
export const feedIcon = () => icon("feed", "M4 5h16v5H4ZM4 14h16v5H4Z");
export const studioIcon = () => icon("studio", "M4 20l1-4L16 5l3 3L8 19ZM14 7l3 3");
export const personIcon = () => icon("person", "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4.5 20.5a7.5 7.5 0 0 1 15 0");
export const starIcon = () => icon("star", "M12 4l2.5 5.2 5.5.7-4 3.9 1 5.6-5-2.7-5 2.7 1-5.6-4-3.9 5.5-.7Z");
export const mailIcon = () => icon("mail", "M4 6h16v12H4ZM4 7l8 6 8-6");
export const tagIcon = () => icon("tag", "M4 4h7l9 9-7 7-9-9ZM8 8h.01");
export const replyIcon = () => icon("reply", "M10 6l-5 5 5 5M5 11h8a6 6 0 0 1 6 6");
export const trashIcon = () => icon("trash", "M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13");
export const coinIcon = () => icon("coin", "M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16M12 8v8M9.5 10h4a1.8 1.8 0 0 1 0 3.5h-3");
export const gavelIcon = () => icon("gavel", "M13 4l6 6M11 6l6 6-3 3-6-6ZM11 12l-7 7M13 20h7");
export const bagIcon = () => icon("bag", "M5 8h14l-1 12H6ZM9 8V7a3 3 0 0 1 6 0v1");

const OF_NOTIFICATIONS = {
  LIKE_POST: heartIcon,
  LIKE_COMMENT: heartIcon,
  COMMENT_POST: commentIcon,
  REPLY_COMMENT: replyIcon,
  NEW_SUBSCRIBER: starIcon,
  NEW_POST_FROM_SUBSCRIPTION: feedIcon,
  POST_PURCHASE: bagIcon,
  TIP_RECEIVED: coinIcon,
  NEW_MESSAGE: mailIcon,
};

/** The sign of a type of notification; all four of auctions have one, and so has whatever the platform makes up. */
export function notificationIcon(type) {
  const make = Object.hasOwn(OF_NOTIFICATIONS, type) ? OF_NOTIFICATIONS[type] : type.startsWith("AUCTION_") ? gavelIcon : bellIcon;
  return make();
}
