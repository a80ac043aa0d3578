// What both halves know: the browser's half of tests/test_facts.py.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import * as answers from "../../../static/js/core/answers.js";
import { oddHour } from "../../../static/js/core/clock.js";
import { asciiDigits } from "../../../static/js/core/digits.js";
import * as facts from "../../../static/js/core/facts.js";
import { know } from "../../../static/js/core/words.js";
import { folded } from "../../../static/js/screens/letters.js";

const read = (name) => JSON.parse(readFileSync(new URL(`../../cases/${name}.json`, import.meta.url), "utf-8"));

test("every fact is the one in tests/cases/facts.json", () => {
  assert.deepEqual({ ...facts }, read("facts"));
});

test("an hour is odd as the server says", () => {
  const [first, last] = read("facts").USUAL_HOURS;
  for (let minutes = 0; minutes < 24 * 60; minutes += 1) {
    const odd = oddHour(Date.UTC(2026, 10, 23, 0, minutes) - read("facts").PAKISTAN * 3600000);
    assert.equal(odd, minutes < first * 60 || minutes >= last * 60, String(minutes));
  }
});

/** @param {string[]} numerals */
const language = (numerals) => ({ code: "x", tag: "x", name: "x", direction: "ltr", numerals, words: {} });

test("digits are those of the app's languages, and of no other", () => {
  know([language([]), language(["०१२३४५६७८९", "𞥐𞥑𞥒𞥓𞥔𞥕𞥖𞥗𞥘𞥙"])]);
  assert.equal(asciiDigits("९ 𞥐𞥙 7 ٣"), "9 09 7 ٣");
});

const written = process.env.SURVEY_NUMERALS;
test("a number is read as the server reads it", { skip: !written }, () => {
  know(JSON.parse(String(written)).map(language));
  /** @type {Question} */
  const question = { name: "n", kind: "integer", label: {} };
  for (const [typed, expected] of read("typed_numbers")) {
    const value = answers.typedNumber(typed);
    const found = answers.problem(question, value, {}, "2026-11-23") ? "refused" : value;
    assert.equal(found, expected, JSON.stringify(typed));
  }
});

const alike = (one, other) => assert.equal(folded(one), folded(other));

test("letters that keyboards write in several ways are one letter", () => {
  alike("لکی مروت", "لكي مروت");
  alike("لکی مروت", "لکي‌مروت");
  alike("هنګو", "ہنگو");
  alike("آواران", "اواران");
  alike("قلعہ", "قلعه");
  alike("بنّوں", "بنون");
  alike("D.I. Khan", "di khan");
  alike("Māstung", "mastung");
});

test("other letters stay apart", () => {
  assert.notEqual(folded("ژوب"), folded("زوب"));
  assert.notEqual(folded("کرم"), folded("کرک"));
  assert.equal(folded("Zhob"), "zhob");
});
