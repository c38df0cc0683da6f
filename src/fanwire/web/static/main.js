// The demo page: people side by side, each with a connection of their own, and the language of the page.

import { LANGUAGES, currentLanguage, onLanguage, setLanguage, t } from "./text/language.js";
import { ColumnView, USERS } from "./view/column-view.js";
import { el, setAttribute, setText, translate } from "./view/dom.js";

const NAMES = { ru: "Русский", en: "English" };
// Without an address of its own the page shows everybody, the creator at work.
const EVERYBODY = [
  { place: "first", userId: "anna", panel: "studio" },
  { place: "second", userId: "boris", panel: "feed" },
  { place: "third", userId: "clara", panel: "feed" },
];

/** Who stands where: those whom the address names (`?first=anna&second=boris`), else everybody. */
function chosen() {
  const query = new URLSearchParams(location.search);
  const named = EVERYBODY.map(({ place }) => ({ place, userId: query.get(place), panel: "feed" }));
  const known = named.filter(({ userId }) => Object.hasOwn(USERS, userId));
  return known.length > 0 ? known : EVERYBODY;
}

function remember() {
  const query = new URLSearchParams(location.search);
  for (const { place, userId } of columns) query.set(place, userId);
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

// On a phone one column is shown at a time, and these choose it. The style sheet hides them where there is room.
class PeopleTabs {
  constructor() {
    this.buttons = columns.map((column, index) => {
      const name = el("span");
      const badge = el("span", { class: "count-badge", "aria-hidden": "true" });
      const button = el("button", { type: "button", on: { click: () => this.show(index) } }, name, badge);
      return { button, name, badge };
    });
    this.element = el("nav", { class: "people", label: "page.people" }, ...this.buttons.map(({ button }) => button));
    this.show(0);
  }

  show(shown) {
    for (const [index, { element }] of columns.entries()) element.classList.toggle("is-shown", index === shown);
    for (const [index, { button }] of this.buttons.entries()) setAttribute(button, "aria-current", index === shown && "true");
  }

  render() {
    for (const [index, { name, badge }] of this.buttons.entries()) {
      const { unread } = columns[index].person.inbox;
      setText(name, columns[index].name);
      setText(badge, unread ? String(unread) : "");
      badge.hidden = unread === 0;
    }
  }
}

const columns = chosen().map(
  ({ place, userId, panel }) => new ColumnView({ place, userId, panel, onChoose: remember, onChange: () => tabs.render() }),
);
const tabs = new PeopleTabs();

function say() {
  document.title = t("page.title");
  translate(document);
  for (const column of columns) column.render();
  tabs.render();
}

document.querySelector("#languages").replaceWith(makeLanguages());
document.querySelector("#columns").before(tabs.element);
document.querySelector("#columns").append(...columns.map(({ element }) => element));
onLanguage(say);
say();
for (const column of columns) column.start();
