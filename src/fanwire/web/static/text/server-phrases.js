// The platform of the demo writes its notifications in Russian. Readers of English get the same in English;
// a text that is none of these is somebody's own, and stays as it is.

import { currentLanguage } from "./language.js";

const TITLES = [
  [/^Новый лайк$/u, "New like"],
  [/^Новый комментарий$/u, "New comment"],
  [/^Новый ответ$/u, "A reply to your comment"],
  [/^Новый подписчик$/u, "New subscriber"],
  [/^Новый пост$/u, "New post"],
  [/^Новая покупка$/u, "New purchase"],
  [/^Новые чаевые$/u, "New tip"],
  [/^Новое сообщение$/u, "New message"],
  [/^Новое сообщение: (.+)$/su, "New message: $1"],
  [/^Новая ставка$/u, "New bid"],
  [/^Вашу ставку перебили$/u, "You have been outbid"],
  [/^Вы выиграли аукцион$/u, "You have won the auction"],
  [/^Выигрыш перешёл к вам$/u, "The win has passed to you"],
  [/^Оплатите выигрыш$/u, "Pay for what you won"],
  [/^Залог возвращён$/u, "Deposit returned"],
  [/^Аукцион оплачен$/u, "Auction paid"],
];

const MESSAGES = [
  [/^(.+) поставил лайк вашему посту$/su, "$1 liked your post"],
  [/^(.+) поставил лайк вашему комментарию$/su, "$1 liked your comment"],
  [/^(.+) прокомментировал ваш пост$/su, "$1 commented on your post"],
  [/^(.+) ответил на ваш комментарий$/su, "$1 replied to your comment"],
  [/^(.+) подписался на ваш профиль$/su, "$1 subscribed to you"],
  [/^(.+) опубликовал новый пост$/su, "$1 published a new post"],
  [/^(.+) купил ваш пост$/su, "$1 bought your post"],
  [/^(.+) оставил чаевые$/su, "$1 left a tip"],
  [/^Платное сообщение$/u, "A message for sale"],
  [/^(.+) ставит (.+)$/su, "$1 bids $2"],
  [/^Ваша ставка (.+)\. Оплатите до (.+)\.$/su, "Your bid is $1. Pay by $2."],
  [/^Оплатите (.+) до (.+), иначе выигрыш перейдёт к следующему\.$/su, "Pay $1 by $2, or the win passes to the next bidder."],
  [/^Вам вернули (.+)$/su, "$1 came back to you"],
  [/^(.+) оплатил (.+)$/su, "$1 paid $2"],
];

function english(text, phrases) {
  const [pattern, phrase] = phrases.find(([known]) => known.test(text)) ?? [];
  return pattern ? text.replace(pattern, phrase).replace(/^Кто-то /u, "Someone ") : text;
}

export function titleOf({ title = "" }) {
  return currentLanguage() === "en" ? english(title, TITLES) : title;
}

export function messageOf({ message = "" }) {
  return currentLanguage() === "en" ? english(message, MESSAGES) : message;
}
