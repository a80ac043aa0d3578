// Every case of the file named by SURVEY_PATH_CASES has the same way through the questionnaire as in Python, and
// every case of tests/cases/rotation.json its order. tests/browser/modules/test_path.py writes the file and runs this one.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { problem } from "../../../static/js/core/answers.js";
import { options, order, prune, reached, shuffle } from "../../../static/js/core/path.js";

const read = (path) => JSON.parse(readFileSync(path, "utf-8"));
const names = (items) => items.map((item) => item.name);

test("rotated items have the orders of tests/cases/rotation.json", () => {
  const cases = read(new URL("../../cases/rotation.json", import.meta.url));
  assert.ok(cases.length > 5);
  for (const { seed, name, items, shuffled } of cases) assert.deepEqual(shuffle(items, seed, name), shuffled);
});

const written = process.env.SURVEY_PATH_CASES;
test("drawn answers reach the same questions in the same order as in Python", { skip: !written }, () => {
  const several = [read(written)].flat().flatMap((one) => one.cases.map((each) => [one.questionnaire, each]));
  for (const [questionnaire, { answers, seed, pages, pruned, shown, allowed }] of several) {
    const context = { today: "2026-11-23", current: "" };
    const found = reached(questionnaire, answers, context);
    assert.deepEqual(found.map((one) => [one.page.name, names(order(one, seed)), names(one.notes)]), pages);
    assert.deepEqual(prune(questionnaire, answers, context), pruned);
    const questions = found.flatMap((one) => one.questions);
    assert.deepEqual(Object.fromEntries(questions.map((one) => [one.name, names(options(one, seed))])), shown);
    if (allowed) for (const one of questions) assert.equal(problem(one, answers[one.name], answers, context.today), "");
  }
});
