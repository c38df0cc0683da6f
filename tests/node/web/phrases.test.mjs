import assert from "node:assert/strict";
import { test } from "node:test";
import { PHRASES } from "../../../src/fanwire/web/static/text/phrases.js";

const { en, ru } = PHRASES;

const names = (phrase) => [...new Set([...JSON.stringify(phrase).matchAll(/\{(\w+)\}/g)].map((match) => match[1]))].sort();

test("both languages have the same phrases", () => {
  assert.deepEqual(Object.keys(ru).sort(), Object.keys(en).sort());
});

test("both languages fill in the same values", () => {
  for (const key of Object.keys(en)) assert.deepEqual(names(ru[key]), names(en[key]), key);
});

test("a phrase that counts has every form that its language asks for", () => {
  for (const [language, phrases, numbers] of [["ru", ru, [0, 1, 2, 5, 11, 21, 22, 111]], ["en", en, [0, 1, 2]]]) {
    const rules = new Intl.PluralRules(language);
    for (const [key, phrase] of Object.entries(phrases)) {
      if (typeof phrase === "string") continue;
      for (const n of numbers) assert.ok(phrase[rules.select(n)], `${language} ${key} ${n}`);
    }
  }
});
