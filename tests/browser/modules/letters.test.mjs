// Names of districts are found however a keyboard of the region writes them.
import assert from "node:assert/strict";
import test from "node:test";

import { folded } from "../../../static/js/core/letters.js";

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
