// The look over an interview before it is sealed: what it shows, and the way to a question and back to the end.
import assert from "node:assert/strict";
import test from "node:test";

import * as interview from "../../../static/js/core/interview.js";
import { lookAt, review } from "../../../static/js/core/review.js";

const DAY = "2026-11-23";
const scale = [{ name: "good" }, { name: "bad" }];
/** @returns {any} */
const choice = (name, more = {}) => ({ name, kind: "choice", choices: scale, ...more });

/** @type {any} */
const ASKED = {
  pages: [
    { name: "start", questions: [choice("district")] },
    {
      name: "all",
      questions: [
        choice("police"),
        choice("body", { self_entry: true }),
        choice("role", { sensitivity: "H" }),
        choice("got"),
        choice("time", { relevant: ["=", ["$", "got"], "good"] }),
        choice("told", { self_entry: true, relevant: ["=", ["$", "got"], "good"] }),
        choice("help"),
        choice("drawn", { relevant: ["=", ["$", "got"], "never"], hidden_by: { one: "good" } }),
      ],
    },
  ],
};
const reply = (state, name, value) => interview.answer(ASKED, state, name, value, DAY);
const on = (state) => interview.next(ASKED, state, DAY);
const back = (state) => interview.back(ASKED, state, DAY);
const place = (state) => interview.current(ASKED, state, DAY).name.replace(/^(#\S+) .*/, "$1");
const at = (state, name) => lookAt(ASKED, state, name, DAY);

/**
 * At the end of an interview that was read aloud, or whose respondent entered `body` alone.
 * @param {any} answers
 */
function finished(answers = { police: "good", role: "bad", body: "bad", got: "bad", help: "good" }, more = {}) {
  const state = interview.begin({ id: "i", seed: 1, answers: { district: "zhob", ...answers } });
  return interview.ended({ ...state, handing: "aloud", ...more });
}

test("every question that was reached is there, and of sensitive ones only whether they have an answer", () => {
  const lines = review(ASKED, finished({ police: "good", role: "bad", got: "bad" }), DAY);
  assert.deepEqual(
    lines.map(({ question, plain, given }) => [question?.name, plain, given]),
    [
      ["police", true, true],
      ["body", false, false],
      ["role", false, true],
      ["got", true, true],
      ["help", true, false],
    ],
  );
});

test("what chance hid is not shown, nor gone to", () => {
  const state = finished({ got: "never", drawn: "good" });
  const line = review(ASKED, state, DAY).find(({ question }) => question?.name === "drawn");
  assert.deepEqual([line?.plain, line?.given], [false, true]);
  assert.equal(place(at(state, "drawn")), "#finish");
});

test("one step leads back to the end, with the answer, without it and by Back", () => {
  for (const leave of [(state) => on(reply(state, "police", "bad")), (state) => on(reply(state, "police", undefined)), back]) {
    const looking = at(finished(), "police");
    assert.equal(place(looking), "police");
    const left = leave(looking);
    assert.equal(place(left), "#finish");
    // Back from the end is the usual one again.
    assert.equal(place(back(left)), "help");
  }
});

test("nobody is led to a sensitive question, nor to one that was not reached", () => {
  for (const name of ["body", "role", "time", "district", "nothing"]) assert.equal(place(at(finished(), name)), "#finish");
});

test("a question that the new answer brings is asked before the end, a sensitive one at a hand-over", () => {
  let state = on(reply(at(finished(undefined, { handing: "" }), "got"), "got", "good"));
  assert.equal(place(state), "time");
  state = on(reply(state, "time", "good"));
  assert.equal(place(state), "#hand-over");
  state = interview.hand(ASKED, state, "alone", DAY);
  assert.equal(place(state), "told");
  state = on(reply(state, "told", "good"));
  assert.equal(place(state), "#hand-back");
  state = on(state);
  assert.equal(place(state), "#finish");
  assert.equal(place(back(state)), "help");
});

test("a question that was brought and left out does not come again", () => {
  const state = on(reply(at(finished({ got: "bad", help: "good" }), "got"), "got", "good"));
  assert.equal(place(state), "time");
  assert.equal(place(on(on(state))), "#finish");
});

test("a draft does not say which questions were reached", () => {
  const draft = interview.draft(ASKED, at(finished(), "got"));
  assert.equal(JSON.parse(JSON.stringify(draft)).seen, undefined);
  assert.equal(JSON.stringify(draft).includes("told"), false);
});
