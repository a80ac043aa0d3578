// Chance that hides an answer: the declared probabilities, without bias, from one draw of a source that nobody foretells.
import assert from "node:assert/strict";
import test from "node:test";

import { below, recorded } from "../../../static/js/core/garbled.js";

const WHOLE = 2 ** 32;
/** @type {any} */
const QUESTION = {
  name: "g",
  kind: "garbled",
  choices: [{ name: "yes" }, { name: "no" }],
  hidden_by: { one: "yes", no_to_yes: "1/6", yes_to_no: "1/4" },
};

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

test("what is recorded is the tap, or the other option when chance says so", () => {
  // Of no one draw in six turns it: those whose rest by six is 0. Of yes one in four.
  for (let drawn = 0; drawn < 12; drawn += 1) {
    assert.equal(recorded(QUESTION, "no", source(drawn).draw), drawn % 6 === 0 ? "yes" : "no");
    assert.equal(recorded(QUESTION, "yes", source(drawn).draw), drawn % 4 === 0 ? "no" : "yes");
  }
});

test("draws past the last whole multiple are made again, so that no rest is more likely", () => {
  const most = WHOLE - (WHOLE % 6);
  const { draw, left } = source(most, WHOLE - 1, most - 1);
  assert.equal(below(6, draw), 5);
  assert.equal(left.length, 0);
  assert.equal(below(4, source(WHOLE - 1).draw), 3);
});

test("an answer takes one draw, whichever was tapped", () => {
  for (const tapped of ["yes", "no"]) {
    const { draw, left } = source(7, 8);
    recorded(QUESTION, tapped, draw);
    assert.equal(left.length, 1);
  }
});

test("a probability may be a whole number", () => {
  const never = { ...QUESTION, hidden_by: { one: "yes", no_to_yes: "0", yes_to_no: "1" } };
  assert.equal(recorded(never, "no", source(0).draw), "no");
  assert.equal(recorded(never, "yes", source(5).draw), "no");
});

test("the source of the device gives the declared shares: sixty thousand draws, chi-square on one degree of freedom", () => {
  for (const [tapped, share] of /** @type {[string, number][]} */ ([["no", 1 / 6], ["yes", 1 / 4]])) {
    const draws = 60000;
    let turned = 0;
    for (let one = 0; one < draws; one += 1) turned += Number(recorded(QUESTION, tapped) !== tapped);
    const off = turned - share * draws;
    const square = (off * off) / (share * draws) + (off * off) / ((1 - share) * draws);
    // One run in ten million fails.
    assert.ok(square < 28.4, `${turned} of ${draws} for ${tapped}`);
  }
});

test("nothing but the device's own secure source is read", () => {
  const { random } = Math;
  Math.random = () => assert.fail("Math.random");
  try {
    assert.ok(["yes", "no"].includes(recorded(QUESTION, "yes")));
  } finally {
    Math.random = random;
  }
});
