// The language of the page: Russian or English, remembered for the next visit.

import { PHRASES } from "./phrases.js";

const KEY = "fanwire.language";

export const LANGUAGES = Object.keys(PHRASES);

const listeners = new Set();
let language = remembered() ?? (navigator.language?.startsWith("ru") ? "ru" : "en");
document.documentElement.lang = language;

// A browser may forbid storage: then the choice lasts as long as the page.
function remembered() {
  try {
    const stored = localStorage.getItem(KEY);
    return LANGUAGES.includes(stored) ? stored : undefined;
  } catch {
    return undefined;
  }
}

function remember() {
  try {
    localStorage.setItem(KEY, language);
  } catch {
    return;
  }
}

export function currentLanguage() {
  return language;
}

/** Calls `listener` after each change of language. */
export function onLanguage(listener) {
  listeners.add(listener);
}

export function setLanguage(next) {
  language = next;
  remember();
  document.documentElement.lang = next;
  for (const listener of listeners) listener();
}

/** The phrase `key` with `{names}` filled in from `values`; `values.n` chooses the plural form. */
export function t(key, values = {}) {
  const entry = PHRASES[language][key] ?? key;
  const phrase = typeof entry === "string" ? entry : form(entry, values.n);
  return phrase.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? shown(values[name]) : whole));
}

function form(forms, n) {
  return forms[new Intl.PluralRules(language).select(n)] ?? forms.other ?? forms.many;
}

function shown(value) {
  return typeof value === "number" ? new Intl.NumberFormat(language).format(value) : String(value);
}

/** A time of day with seconds, for the event log. */
export function clockTime(date) {
  return new Intl.DateTimeFormat(language, { timeStyle: "medium" }).format(date);
}

/** When something was written: the time today, the day and the time before. */
export function writtenAt(text) {
  const date = new Date(text);
  const today = date.toDateString() === new Date().toDateString();
  const format = today ? { timeStyle: "short" } : { day: "numeric", month: "short", hour: "numeric", minute: "2-digit" };
  return new Intl.DateTimeFormat(language, format).format(date);
}

/** An amount of minor units (kopecks, cents) with its currency. */
export function money(amount, currency) {
  const format = { style: "currency", currencyDisplay: "narrowSymbol", currency };
  // Yen have no hundredths: CLDR knows how many minor units make one of a currency.
  const unit = 10 ** new Intl.NumberFormat(language, format).resolvedOptions().maximumFractionDigits;
  const whole = amount % unit === 0 ? { ...format, minimumFractionDigits: 0, maximumFractionDigits: 0 } : format;
  return new Intl.NumberFormat(language, whole).format(amount / unit);
}

/** A day, for what holds for weeks. */
export function dayOf(text) {
  return new Intl.DateTimeFormat(language, { day: "numeric", month: "long" }).format(new Date(text));
}
