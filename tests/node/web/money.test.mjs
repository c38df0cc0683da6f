import assert from "node:assert/strict";
import { test } from "node:test";

// What a page has and Node has not, as far as the module asks for it.
globalThis.document = { documentElement: {} };
globalThis.localStorage = { getItem: () => "en", setItem: () => {} };
const { money } = await import("../../../src/fanwire/web/static/text/language.js");

test("minor units are those of the currency", () => {
  assert.equal(money(49_900, "USD"), "$499");
  assert.equal(money(49_950, "USD"), "$499.50");
  assert.equal(money(500, "JPY"), "¥500");
});
