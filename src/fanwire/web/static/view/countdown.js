// The time that is left, from the server's clock.

import { t } from "../text/language.js";

/** So many seconds in words: "1:05", and from an hour on without seconds. */
export function leftText(seconds) {
  if (seconds >= 86_400) return t("time.days", { n: Math.round(seconds / 86_400) });
  if (seconds >= 3_600) return t("time.hours", { n: Math.round(seconds / 3_600) });
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
