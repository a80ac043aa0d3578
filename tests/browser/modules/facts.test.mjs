// What both halves know: the browser's half of tests/test_facts.py.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import * as answers from "../../../static/js/core/answers.js";
import * as facts from "../../../static/js/core/facts.js";
import * as interview from "../../../static/js/core/interview.js";

const read = (name) => JSON.parse(readFileSync(new URL(`../../cases/${name}.json`, import.meta.url), "utf-8"));

test("every fact is the one that stands in tests/cases/facts.json", () => {
  assert.deepEqual({ ...facts }, read("facts"));
});

test("an hour is odd as the server says", () => {
  const [first, last] = read("facts").USUAL_HOURS;
  for (let minutes = 0; minutes < 24 * 60; minutes += 1) {
    const odd = interview.oddHour(Date.UTC(2026, 10, 23, 0, minutes) - read("facts").PAKISTAN * 3600000);
    assert.equal(odd, minutes < first * 60 || minutes >= last * 60, String(minutes));
  }
});

test("a number is read as the server reads it", () => {
  /** @type {Question} */
  const question = { name: "n", kind: "integer", label: {} };
  for (const [typed, expected] of read("typed_numbers")) {
    const value = answers.typedNumber(typed);
    const found = answers.problem(question, value, {}, "2026-11-23") ? "refused" : value;
    assert.equal(found, expected, JSON.stringify(typed));
  }
});
