// Every phrase of the page, by language. No DOM: a test compares the two.

import en from "./en.js";
import money from "./money.js";
import ru from "./ru.js";

export const PHRASES = { en: { ...en, ...money.en }, ru: { ...ru, ...money.ru } };
