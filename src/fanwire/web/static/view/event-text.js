// One line of the event log, in words.

import { t } from "../text/language.js";
import { messageOf, titleOf } from "../text/server-phrases.js";

const LONGEST = 80;

function short(text = "") {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** What the phrases of the log may name of a frame. */
function values(frame, feed) {
  const notification = frame.notification ?? {};
  return {
    reason: frame.reason,
    likes: frame.likesCount ?? "",
    n: frame.unreadCount ?? frame.n ?? 0,
    name: feed.name(frame.userId ?? frame.comment?.userId ?? frame.creatorId ?? "") || t("comment.anonymous"),
    post: short(frame.post?.title ?? feed.post(frame.postId)?.title ?? frame.postId),
    text: short(frame.comment?.content),
    title: short([titleOf(notification), messageOf(notification)].filter(Boolean).join(" · ")),
  };
}

function phrase(frame) {
  if (frame.type === "like_state" && !frame.isLiked) return "event.unlike_state";
  if (frame.type === "dropped" && frame.reason) return "event.lost";
  if (frame.type === "closed" && frame.reason) return "event.closedWhy";
  if (frame.type === "back") return frame.n ? "drop.back" : "drop.nothing";
  return `event.${frame.type}`;
}

/** The words for a frame; a type that this page does not know is shown as it came. */
export function eventText(frame, feed) {
  if (typeof frame?.type !== "string") return short(JSON.stringify(frame));
  const key = phrase(frame);
  const text = t(key, values(frame, feed));
  return text === key ? short(JSON.stringify(frame)) : text;
}
