// The demo page: two people side by side, and the language of the page.

import { LANGUAGES, currentLanguage, onLanguage, setLanguage, t } from "./text/language.js";
import { el, setAttribute, translate } from "./view/dom.js";
import { HalfView, USERS } from "./view/half-view.js";

const NAMES = { ru: "Русский", en: "English" };
// A creator and a reader who is not subscribed yet: everything can be tried without changing a name.
const HALVES = { first: "anna", second: "clara" };

function chosen(half) {
  const userId = new URLSearchParams(location.search).get(half);
  return Object.hasOwn(USERS, userId) ? userId : HALVES[half];
}

function remember(half, userId) {
  const query = new URLSearchParams(location.search);
  query.set(half, userId);
  history.replaceState(null, "", `?${query}`);
}

function makeLanguages() {
  const buttons = LANGUAGES.map((language) =>
    el("button", { type: "button", lang: language, on: { click: () => setLanguage(language) } }, NAMES[language]),
  );
  const show = () => {
    for (const button of buttons) setAttribute(button, "aria-pressed", String(button.lang === currentLanguage()));
  };
  onLanguage(show);
  show();
  return el("div", { class: "languages", role: "group", label: "page.language" }, ...buttons);
}

const halves = Object.keys(HALVES).map(
  (half) => new HalfView(`half.${half}`, chosen(half), (userId) => remember(half, userId)),
);

function say() {
  document.title = t("page.title");
  translate(document);
  for (const half of halves) half.render();
}

document.querySelector("#languages").replaceWith(makeLanguages());
document.querySelector("#halves").append(...halves.map(({ element }) => element));
onLanguage(say);
say();
