// Every compiled rule of the file named by SURVEY_EXPRESSION_CASES has its expected value in the browser's code.
// tests/browser/modules/test_expressions.py writes that file and runs this one.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

// As data, for older versions of Node.js take a file named .js for CommonJS.
const source = readFileSync(new URL("../../../static/js/core/expressions.js", import.meta.url), "utf-8");
const { evaluate, truth } = await import(`data:text/javascript,${encodeURIComponent(source)}`);

const NOT_IN_JSON = { "#NaN": NaN, "#Infinity": Infinity, "#-Infinity": -Infinity, "#-0": -0 };

const revived = (value) =>
  Array.isArray(value) ? value.map(revived) : value in NOT_IN_JSON ? NOT_IN_JSON[value] : value;

const context = (entry) => ({ today: entry.today || "", current: revived(entry.current) });

function answers(entry) {
  // defineProperty, for assigning to a name such as __proto__ would set no property.
  const found = {};
  for (const name of Object.keys(entry.answers || {})) {
    Object.defineProperty(found, name, { value: revived(entry.answers[name]), enumerable: true });
  }
  return found;
}

const entries = JSON.parse(readFileSync(String(process.env.SURVEY_EXPRESSION_CASES), "utf-8"));

test(`${entries.length} rules have their values`, () => {
  const wrong = entries
    .map((entry) => [entry, evaluate(entry.tree, answers(entry), context(entry))])
    .filter(([entry, value]) => !Object.is(value, revived(entry.value)))
    .map(([entry, value]) => `${entry.name}: ${entry.expression} gave ${value}, not ${entry.value}`);
  assert.deepEqual(wrong, []);
});

test("truth follows boolean()", () => {
  const wrong = entries.filter(
    (entry) => truth(entry.tree, answers(entry), context(entry)) !== evaluate(["boolean", entry.tree], answers(entry), context(entry)),
  );
  assert.deepEqual(wrong, []);
  assert.equal(truth(["$", "a"], { a: "0" }, {}), true);
  assert.equal(truth(["number", "x"], {}, {}), false);
});

test("absent answers, days and current answers are empty", () => {
  assert.deepEqual([["$", "a"], ["."], ["today"]].map((tree) => evaluate(tree, { a: null }, {})), ["", "", ""]);
});
