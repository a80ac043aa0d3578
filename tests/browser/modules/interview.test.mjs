// One interview as a value: order, hand-over, privacy, drafts, progress.
import assert from "node:assert/strict";
import test from "node:test";

import * as answers from "../../../static/js/core/answers.js";
import * as interview from "../../../static/js/core/interview.js";

const DAY = "2026-11-23";
const scale = [{ name: "good" }, { name: "bad" }, { name: "99" }];
/** @returns {any} */
const choice = (name, more = {}) => ({ name, kind: "choice", choices: scale, ...more });
/** @type {Question} */
const NUMBER = { name: "n", kind: "integer", label: {} };
const alone = ["=", ["$", "s_private"], "alone"];

/** @type {any} */
const QUESTIONNAIRE = {
  pages: [
    { name: "start", questions: [choice("district"), choice("p_group", { sensitivity: "H" })] },
    {
      name: "consent",
      notes: [{ name: "script", before: "c_agree" }],
      questions: [choice("c_agree", { required: true, choices: [{ name: "yes" }, { name: "no" }] })],
    },
    {
      name: "trust",
      relevant: ["=", ["$", "c_agree"], "yes"],
      questions: [
        choice("s_private", { choices: [{ name: "alone" }, { name: "others_near" }] }),
        choice("police"),
        choice("body", { self_entry: true, relevant: alone }),
        choice("report", { self_entry: true, relevant: alone }),
        choice("help"),
      ],
      notes: [{ name: "end" }],
    },
    { name: "harm", questions: [choice("effect", { self_entry: true, relevant: alone })] },
  ],
};

/** @returns {any} */
const question = (name) => QUESTIONNAIRE.pages.flatMap((page) => page.questions).find((one) => one.name === name) || { name };

const started = () =>
  interview.begin({ id: "i", seed: 1, answers: { district: "zhob", p_group: "woman", round: "r" } });
const reply = (state, name, value) => interview.answer(QUESTIONNAIRE, state, name, value, DAY);
const on = (state) => interview.next(QUESTIONNAIRE, state, DAY);
const back = (state) => interview.back(QUESTIONNAIRE, state, DAY);
const place = (state) => interview.current(QUESTIONNAIRE, state, DAY).name.replace(/^(#\S+) .*/, "$1");
const asked = (state) => interview.steps(QUESTIONNAIRE, state, DAY).map((step) => step.name);

const agreed = () => reply(reply(started(), "c_agree", "yes"), "s_private", "alone");

const isSensitive = (name) => ["body", "report", "effect"].includes(name);
const entering = (state) => state.handing === "alone" && isSensitive(interview.current(QUESTIONNAIRE, state, DAY).name);

/** Numbers below a bound, the same for the same seed. */
function drawn(seed) {
  let value = seed;
  return (bound) => {
    value = (value * 48271) % 2147483647;
    return value % bound;
  };
}

function walked(state, count) {
  let here = state;
  for (let step = 0; step < count; step += 1) here = on(here);
  return here;
}

test("consent comes first with its script, and nothing behind it before yes", () => {
  const state = started();
  assert.equal(place(state), "c_agree");
  assert.deepEqual(interview.current(QUESTIONNAIRE, state, DAY).notes?.map((note) => note.name), ["script"]);
  assert.deepEqual(asked(state), ["c_agree"]);
  assert.equal(interview.stops({ c_agree: "no" }), "refused");
  assert.equal(interview.stops({ c_agree: "yes", p_age: "under_18" }), "under_age");
  assert.equal(interview.stops({ c_agree: "yes" }), "");
});

test("sensitive questions appear only when the respondent is alone, and their answers go when others come", () => {
  let state = agreed();
  assert.deepEqual(asked(state), ["c_agree", "s_private", "police", "body", "report", "help", "#end", "effect"]);
  state = reply(state, "body", "bad");
  state = reply(state, "s_private", "others_near");
  assert.deepEqual(asked(state), ["c_agree", "s_private", "police", "help", "#end"]);
  assert.equal("body" in state.answers, false);
});

test("the phone is handed over before the first sensitive question and comes back after the last", () => {
  let state = walked(agreed(), 3);
  assert.equal(place(state), "#hand-over");
  state = interview.hand(QUESTIONNAIRE, state, "alone", DAY);
  assert.equal(place(state), "body");
  state = on(on(reply(state, "body", "bad")));
  assert.equal(place(state), "#hand-back");
  assert.deepEqual(state.hidden, ["body", "report"]);
  assert.equal(place(back(state)), "police");
  state = on(state);
  assert.equal(place(state), "help");
  assert.deepEqual(state.hidden, ["body", "report"]);
  assert.equal(state.answers.body, "bad");
});

test("what was entered alone cannot be walked back to", () => {
  let state = interview.hand(QUESTIONNAIRE, walked(agreed(), 3), "alone", DAY);
  state = on(walked(state, 2));
  assert.equal(place(back(state)), "police");
  assert.equal(place(on(back(state))), "help");
});

test("whichever way the phone is handed back, no later tap of the worker shows what was entered alone", () => {
  const options = ["good", "bad"];
  const seen = { entered: 0, back: 0 };
  for (let seed = 1; seed <= 400; seed += 1) {
    const draw = drawn(seed);
    let state = interview.hand(QUESTIONNAIRE, walked(agreed(), 3), "alone", DAY);
    const entered = new Set();
    // The person answers, leaves out, chooses without going on, goes back, and at some point the screen is no longer theirs.
    for (let tap = 0; tap < 12 && entering(state); tap += 1) {
      const { name } = interview.current(QUESTIONNAIRE, state, DAY);
      const act = draw(4);
      if (act < 3) entered.add(name);
      if (act === 0) state = on(reply(state, name, options[draw(2)]));
      else if (act === 1) state = interview.choose(state, name, options[draw(2)]);
      else state = act === 2 ? back(interview.choose(state, name, "bad")) : on(state);
    }
    if (entering(state)) state = interview.covered(QUESTIONNAIRE, state, DAY);
    seen.entered += entered.size;
    // Now the worker taps, as it comes, and never lets the person enter anything.
    for (let tap = 0; tap < 25; tap += 1) {
      const { name } = interview.current(QUESTIONNAIRE, state, DAY);
      const shown = interview.marked(state, question(name));
      assert.ok(!(isSensitive(name) && shown !== undefined && shown !== null), `seed ${seed}: ${name} is shown`);
      const act = draw(3);
      if (act === 0) seen.back += 1;
      if (name.startsWith("#hand-over")) state = interview.hand(QUESTIONNAIRE, state, ["alone", "aloud"][draw(2)], DAY);
      else state = act === 0 ? back(state) : on(state);
    }
  }
  assert.ok(seen.entered > 400 && seen.back > 1000);
});

test("the next run of sensitive questions is offered again; asked aloud there is no more offer", () => {
  let state = interview.hand(QUESTIONNAIRE, walked(agreed(), 3), "alone", DAY);
  state = on(walked(state, 2));
  state = on(on(state));
  assert.equal(place(state), "#hand-over");
  state = interview.hand(QUESTIONNAIRE, state, "aloud", DAY);
  assert.equal(place(state), "effect");
  assert.equal(place(on(state)), interview.FINISH);
  assert.deepEqual(state.hidden, ["body", "report"]);
});

test("back from the finish goes to the last question, and the first question stays", () => {
  const state = { ...agreed(), place: interview.FINISH, handing: "aloud" };
  assert.equal(place(back(state)), "effect");
  assert.equal(place(back({ ...state, place: "c_agree" })), "c_agree");
});

test("a draft holds no answer to a sensitive question and not the form type", () => {
  let state = reply(reply(agreed(), "body", "bad"), "police", "good");
  state = interview.draft(QUESTIONNAIRE, state);
  assert.deepEqual(Object.keys(state.answers).sort(), ["c_agree", "district", "police", "round", "s_private"]);
});

test("progress grows from 0 to 1", () => {
  let state = agreed();
  const seen = [interview.progress(QUESTIONNAIRE, state, DAY)];
  for (let step = 0; step < 9; step += 1) {
    state = place(state) === "#hand-over" ? interview.hand(QUESTIONNAIRE, state, "aloud", DAY) : on(state);
    seen.push(interview.progress(QUESTIONNAIRE, state, DAY));
  }
  assert.equal(seen[0], 0);
  assert.equal(seen[seen.length - 1], 1);
  assert.deepEqual([...seen].sort((left, right) => left - right), seen);
});

test("a lock in the middle of a hand-over hides what was entered and offers the rest again", () => {
  let state = interview.hand(QUESTIONNAIRE, walked(agreed(), 3), "alone", DAY);
  state = interview.covered(QUESTIONNAIRE, on(reply(state, "body", "bad")), DAY);
  assert.deepEqual(state.hidden, ["body"]);
  assert.equal(place(state), "#hand-over");
  assert.equal(place(back(state)), "police");
  state = interview.hand(QUESTIONNAIRE, state, "alone", DAY);
  assert.equal(place(state), "report");
});

test("an interview out of a draft asks again for what a draft does not hold", () => {
  let state = interview.hand(QUESTIONNAIRE, walked(agreed(), 3), "alone", DAY);
  state = on(walked(reply(state, "body", "bad"), 2));
  state = interview.restored(QUESTIONNAIRE, interview.draft(QUESTIONNAIRE, state), DAY);
  assert.equal(place(state), "#hand-over");
  assert.equal(interview.current(QUESTIONNAIRE, state, DAY).before, "body");
  const early = interview.restored(QUESTIONNAIRE, interview.draft(QUESTIONNAIRE, walked(agreed(), 2)), DAY);
  assert.equal(place(early), "police");
});

test("a place that is no longer reached falls forward to the next question", () => {
  let state = { ...agreed(), handing: "aloud", place: "body" };
  state = reply(state, "s_private", "others_near");
  assert.equal(place(state), "help");
});

test("only what is required must be answered, and a broken constraint is named", () => {
  const [consent] = QUESTIONNAIRE.pages[1].questions;
  assert.equal(answers.problem(consent, undefined, {}, DAY), "required");
  assert.equal(answers.problem(choice("x"), undefined, {}, DAY), "");
  const second = choice("second", { constraint: ["!=", ["."], ["$", "first"]] });
  assert.equal(answers.problem(second, "good", { first: "good" }, DAY), "constraint");
  assert.equal(answers.problem(second, "bad", { first: "good" }, DAY), "");
  assert.equal(answers.problem(NUMBER, 40000, {}, DAY), "integer");
  assert.equal(answers.problem(NUMBER, 40, {}, DAY), "");
});

test("none of these, do not know and prefer not to say are chosen alone", () => {
  /** @type {any} */
  const asking = { choices: [{ name: "a" }, { name: "b" }, { name: "none", exclusive: true }, { name: "99" }] };
  assert.deepEqual(answers.toggled(asking, ["b"], "a"), ["a", "b"]);
  assert.deepEqual(answers.toggled(asking, ["a", "b"], "none"), ["none"]);
  assert.deepEqual(answers.toggled(asking, ["none"], "a"), ["a"]);
  assert.deepEqual(answers.toggled(asking, ["a"], "99"), ["99"]);
  assert.deepEqual(answers.toggled(asking, ["a"], "a"), []);
});

test("a choice that was not confirmed is shown again, and is no answer before it is", () => {
  let state = interview.choose(walked(agreed(), 2), "police", "bad");
  assert.equal(interview.marked(state, question("police")), "bad");
  assert.equal("police" in state.answers, false);
  assert.equal(interview.marked(on(back(state)), question("police")), "bad");
  state = interview.confirmed(QUESTIONNAIRE, state, DAY);
  assert.equal(state.answers.police, "bad");
  assert.deepEqual(state.chosen, {});
  state = interview.choose(state, "police", undefined);
  assert.equal(interview.marked(state, question("police")), null);
  assert.equal(interview.confirmed(QUESTIONNAIRE, state, DAY).answers.police, undefined);
});

test("a choice that breaks a rule is not taken, and a draft holds no choice that was not confirmed", () => {
  /** @type {any} */
  const other = { pages: [{ name: "a", questions: [choice("second", { constraint: ["=", ["."], "good"] })] }] };
  let state = interview.begin({ id: "i", seed: 1, answers: {} });
  state = interview.choose(state, "second", "bad");
  assert.deepEqual(interview.confirmed(other, state, DAY).answers, {});
  assert.deepEqual(interview.draft(other, state).chosen, {});
});

test("a choice at a lock in the middle of a hand-over is kept and not shown again", () => {
  let state = interview.hand(QUESTIONNAIRE, walked(agreed(), 3), "alone", DAY);
  state = interview.covered(QUESTIONNAIRE, interview.choose(state, "body", "bad"), DAY);
  assert.deepEqual([state.answers.body, state.hidden, state.chosen], ["bad", ["body"], {}]);
});
