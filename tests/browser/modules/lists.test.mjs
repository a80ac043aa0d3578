// A list and the number of its items that are true: which list is drawn, and what chance puts in the place of some numbers.
import assert from "node:assert/strict";
import test from "node:test";

import { drawnList, recordedNumber } from "../../../static/js/core/garbled.js";
import { KINDS } from "../../../static/js/core/kinds.js";

/** @type {any} */
const QUESTION = { name: "l", kind: "list_count", hidden_by: { items: "4", replaced: "1/4", one: "paid" } };

/**
 * A source that gives these numbers, and fails when asked for more.
 * @param {number[]} numbers
 */
function source(...numbers) {
  const left = [...numbers];
  return {
    draw: () => {
      assert.ok(left.length, "one draw too many");
      return /** @type {number} */ (left.shift());
    },
    left,
  };
}

/**
 * Chi-square of these counts where all are as likely.
 * @param {number[]} counts
 */
function square(counts) {
  const even = counts.reduce((sum, one) => sum + one, 0) / counts.length;
  return counts.reduce((sum, one) => sum + (one - even) ** 2 / even, 0);
}

test("what is recorded is the letter and the number, or one that chance puts in its place", () => {
  // The first draw is the other number, the second one says whether it takes the place: in one draw of four.
  for (let drawn = 0; drawn < 8; drawn += 1) {
    assert.equal(recordedNumber(QUESTION, "b", 3, source(5, drawn).draw), drawn % 4 === 0 ? "b5" : "b3");
    assert.equal(recordedNumber(QUESTION, "a", 0, source(5, drawn).draw), drawn % 4 === 0 ? "a5" : "a0");
  }
});

test("two draws are made, whichever it is", () => {
  for (const decides of [0, 1]) {
    const { draw, left } = source(2, decides, 9);
    recordedNumber(QUESTION, "a", 1, draw);
    assert.equal(left.length, 1);
  }
});

test("the source of the device gives both lists, and each number in the declared share", () => {
  const draws = 60000;
  const lists = [0, 0];
  const numbers = [0, 0, 0, 0, 0, 0];
  for (let one = 0; one < draws; one += 1) {
    lists[Number(drawnList() === "b")] += 1;
    numbers[Number(recordedNumber(QUESTION, "b", 2)[1])] += 1;
  }
  // One run in ten million fails.
  assert.ok(square(lists) < 28.4, String(lists));
  const [other] = numbers.splice(2, 1);
  assert.ok(square(numbers) < 40, String(numbers));
  // Three quarters are left, and of the others one in six is the same number.
  const share = 3 / 4 + 1 / 24;
  assert.ok(Math.abs(other - share * draws) < 5.4 * Math.sqrt(draws * share * (1 - share)), String(other));
});

test("the letter alone is no answer", () => {
  for (const value of ["a", "b", "", "3", "c2"]) assert.equal(KINDS.list_count.problem(value), "nothing");
  for (const value of ["a0", "b5"]) assert.equal(KINDS.list_count.problem(value), "");
});

test("nothing but the device's own secure source is read", () => {
  const { random } = Math;
  Math.random = () => assert.fail("Math.random");
  try {
    assert.ok(["a", "b"].includes(drawnList()));
    assert.match(recordedNumber(QUESTION, "a", 1), /^a[0-5]$/);
  } finally {
    Math.random = random;
  }
});
