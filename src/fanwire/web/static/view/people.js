// Whom everybody at this page can write to and tip: the three people of `fanwire dev`.

const PEOPLE = { anna: "Анна", boris: "Борис", clara: "Клара" };

/** The others, as options: `{id, text}`. */
export function othersThan(person) {
  const others = Object.keys(PEOPLE).filter((id) => id !== person.userId);
  return others.map((id) => ({ id, text: person.feed.name(id, PEOPLE[id]) }));
}
