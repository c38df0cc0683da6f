// The platform of the demo writes its notifications in Russian. Readers of English get the same in English;
// a text that is none of these is somebody's own, and stays as it is.

import { currentLanguage } from "./language.js";

const TITLES = {
  "Новый лайк": "New like",
  "Новый комментарий": "New comment",
  "Новый ответ": "A reply to your comment",
  "Новый подписчик": "New subscriber",
  "Новый пост": "New post",
};

const MESSAGES = [
  [/^(.+) поставил лайк вашему посту$/su, "$1 liked your post"],
  [/^(.+) прокомментировал ваш пост$/su, "$1 commented on your post"],
  [/^(.+) ответил на ваш комментарий$/su, "$1 replied to your comment"],
  [/^(.+) подписался на ваш профиль$/su, "$1 subscribed to you"],
  [/^(.+) опубликовал новый пост$/su, "$1 published a new post"],
];

export function titleOf({ title = "" }) {
  return currentLanguage() === "en" ? (TITLES[title] ?? title) : title;
}

export function messageOf({ message = "" }) {
  if (currentLanguage() !== "en") return message;
  const [pattern, english] = MESSAGES.find(([known]) => known.test(message)) ?? [];
  return pattern ? message.replace(pattern, english).replace(/^Кто-то /u, "Someone ") : message;
}
