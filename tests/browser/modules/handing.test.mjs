// The block that the respondent enters alone: one hand-over, one back, who entered it, and nobody who looks back into it.
import assert from "node:assert/strict";
import test from "node:test";

import { blockOf, entersAlone, modeOf } from "../../../static/js/core/handing.js";
import * as interview from "../../../static/js/core/interview.js";
import { lookAt, review } from "../../../static/js/core/review.js";

const DAY = "2026-11-23";
const scale = [{ name: "good" }, { name: "bad" }];
/** @returns {any} */
const choice = (name, more = {}) => ({ name, kind: "choice", choices: scale, ...more });
const private_ = (name, more = {}) => choice(name, { self_entry: true, ...more });
const alone = ["=", ["$", "s_private"], "alone"];

/** @returns {any} */
const asking = (rotated = false, after = [choice("wish")]) => ({
  pages: [
    { name: "start", questions: [choice("district"), choice("mode", { choices: [{ name: "worker" }, { name: "person" }] })] },
    { name: "all", questions: [choice("police"), choice("s_private", { choices: [{ name: "alone" }, { name: "others_near" }] })] },
    {
      name: "block",
      label: { en: "For the person" },
      self_entry_block: true,
      relevant: alone,
      rotated,
      questions: [private_("body"), private_("report"), private_("more", { relevant: ["=", ["$", "report"], "bad"] })],
    },
    { name: "last", questions: after },
  ],
});
const ASKED = asking();
const PRIVATE = ["body", "report", "more"];

const begun = () =>
  interview.begin({ id: "i", seed: 3, answers: { district: "zhob", mode: "worker", police: "good", s_private: "alone" }, place: "s_private" });
const reply = (state, name, value, asked = ASKED) => interview.answer(asked, state, name, value, DAY);
const on = (state, asked = ASKED) => interview.next(asked, state, DAY);
const back = (state, asked = ASKED) => interview.back(asked, state, DAY);
const name = (state, asked = ASKED) => interview.current(asked, state, DAY).name;
const place = (state, asked = ASKED) => name(state, asked).replace(/^(#\S+) .*/, "$1");
/** As the app does it: who enters is noted, and then the phone changes hands. */
function hand(state, how, asked = ASKED) {
  const mode = modeOf(asked, entersAlone(asked, state, how) ? 1 : 0, "block_mode");
  const changed = interview.hand(asked, state, how, DAY);
  return { ...changed, answers: { ...changed.answers, ...mode } };
}
const entered = (how) => hand(on(begun()), how);

test("there is one hand-over and one hand-back", () => {
  let state = on(begun());
  assert.equal(name(state), "#hand-over body");
  state = hand(state, "alone");
  const seen = [place(state)];
  for (const given of ["good", "bad", "good"]) {
    state = on(reply(state, place(state), given));
    seen.push(place(state));
  }
  assert.deepEqual(seen, ["body", "report", "more", "#hand-back"]);
  assert.deepEqual(state.hidden, PRIVATE);
  assert.equal(place(on(state)), "wish");
  assert.equal(state.answers.block_mode, "person");
  assert.equal(state.answers.mode, "worker");
});

test("read aloud it takes one decision, and is closed at its end as well", () => {
  let state = entered("aloud");
  state = on(reply(on(reply(state, "body", "good")), "report", "good"));
  assert.equal(place(state), "wish");
  assert.deepEqual(state.hidden, ["body", "report"]);
  assert.equal(state.answers.block_mode, "worker");
});

test("back ends at the end of the block, from the question after it and from the end", () => {
  for (const how of ["alone", "aloud"]) {
    let state = on(reply(on(reply(entered(how), "body", "good")), "report", "good"));
    state = how === "alone" ? on(state) : state;
    assert.equal(place(state), "wish");
    assert.equal(back(state), state);
    assert.equal(place(back(on(state))), "wish");
    const short = asking(false, []);
    const end = on({ ...state, place: "report", hidden: state.hidden.slice(0, 1), handing: "aloud" }, short);
    assert.equal(place(end, short), interview.FINISH);
    assert.equal(back(end, short), end);
  }
});

test("where the block is not asked, back leads as ever, and nobody entered it", () => {
  let state = reply(reply(entered("alone"), "body", "good"), "s_private", "others_near");
  assert.equal("block_mode" in state.answers, false);
  state = on({ ...state, place: "s_private" });
  assert.equal(place(state), "wish");
  assert.equal(place(back(state)), "s_private");
});

test("who is near and goes away again loses the answers, and is asked anew", () => {
  let state = on(on(reply(on(reply(entered("alone"), "body", "good")), "report", "good")));
  state = reply(state, "s_private", "others_near");
  state = reply(state, "s_private", "alone");
  assert.equal(place(on({ ...state, place: "s_private" })), "#hand-over");
  assert.equal("body" in state.answers, false);
});

test("the person who goes back finds nothing marked, and what was answered stays", () => {
  const body = ASKED.pages[2].questions[0];
  const state = back(on(reply(entered("alone"), "body", "good")));
  assert.equal(place(state), "body");
  assert.equal(interview.marked(state, body), undefined);
  assert.equal(on(state).answers.body, "good");
  assert.equal(interview.marked(interview.choose(state, "body", "bad"), body), "bad");
  const aloud = back(on(reply(entered("aloud"), "body", "good")));
  assert.equal(interview.marked(aloud, body), "good");
});

test("back at the first question is the door again, where one may decide anew", () => {
  for (const how of ["alone", "aloud"]) {
    const door = back(entered(how));
    assert.equal(name(door), "#hand-over body");
    assert.equal(place(back(door)), "s_private");
    assert.equal(place(hand(door, "aloud")), "body");
  }
});

test("the phone changes hands within the block: what was entered alone is put out of sight", () => {
  let state = on(reply(entered("alone"), "body", "good"));
  state = hand(interview.choose(state, "report", "bad"), "aloud");
  // A choice that was not confirmed is none: it may be what the person wants to hear first.
  assert.deepEqual([state.hidden, state.answers.report, place(state)], [["body"], undefined, "report"]);
  assert.equal(interview.marked(state, ASKED.pages[2].questions[1]), undefined);
  assert.equal(name(back(state)), "#hand-over report");
  // Part of it was not entered alone.
  assert.equal(state.answers.block_mode, "worker");
});

test("what is chosen and not confirmed leaves no mark where the person goes back", () => {
  let state = interview.choose(on(reply(entered("alone"), "body", "good")), "report", "bad");
  state = on(back(state));
  assert.equal(place(state), "report");
  assert.equal(interview.marked(state, ASKED.pages[2].questions[1]), undefined);
  // A choice that was not confirmed is none.
  assert.equal(state.answers.report, undefined);
});

test("what was passed over is not asked again after a lock: that would tell which it was", () => {
  const skipped = on(on(entered("alone")));
  const first = ASKED.pages[2].questions[0].name;
  const state = interview.covered(ASKED, on(reply(on(entered("alone")), "report", "good")), DAY);
  assert.ok(state.hidden.includes(first), String(state.hidden));
  assert.equal(skipped.answers[first], undefined);
});

test("who hears an answer of the block has not left the person alone with it", () => {
  let state = on(reply(entered("aloud"), "body", "good"));
  state = hand(state, "alone");
  assert.deepEqual([state.answers.block_mode, place(state)], ["worker", "report"]);
  // Nothing was heard before the phone was given away after all.
  assert.equal(hand(entered("aloud"), "alone").answers.block_mode, "person");
  assert.equal(hand(on(entered("aloud")), "alone").answers.block_mode, "person");
  const lost = interview.covered(ASKED, on(reply(entered("alone"), "body", "good")), DAY);
  assert.equal(hand(lost, "alone").answers.block_mode, "person");
  assert.equal(hand(lost, "aloud").answers.block_mode, "worker");
});

test("in the look over the answers the block is one line, however many of its questions were asked", () => {
  for (const report of ["good", "bad"]) {
    let state = reply(entered("alone"), "report", report);
    state = interview.ended(interview.covered(ASKED, state, DAY));
    const lines = review(ASKED, state, DAY);
    assert.deepEqual(
      lines.map(({ question, label, plain, given }) => [question?.name, label?.en, plain, given]),
      [
        ["district", undefined, true, true],
        ["mode", undefined, true, true],
        ["police", undefined, true, true],
        ["s_private", undefined, true, true],
        [undefined, "For the person", false, true],
        ["wish", undefined, true, false],
      ].filter(([asked]) => asked !== "district" && asked !== "mode"),
    );
    assert.equal(lookAt(ASKED, state, "body", DAY), state);
  }
});

test("the questions of a rotated block come in the drawn order, and who entered them is one thing", () => {
  const rotated = asking(true);
  rotated.pages[2].questions = [private_("body"), private_("report"), private_("third"), private_("fourth")];
  const orders = new Set();
  for (let seed = 0; seed < 12; seed += 1) {
    let state = hand(on({ ...begun(), seed }, rotated), "alone", rotated);
    const seen = [];
    while (!place(state, rotated).startsWith("#")) {
      seen.push(place(state, rotated));
      state = on(reply(state, place(state, rotated), "good", rotated), rotated);
    }
    assert.deepEqual([...seen].sort(), ["body", "fourth", "report", "third"]);
    assert.equal(state.answers.block_mode, "person");
    orders.add(seen.join());
  }
  assert.ok(orders.size > 3);
});

test("a draft holds neither an answer of the block nor who entered it, and looks the same wherever it is in the block", () => {
  const first = entered("alone");
  const within = [first];
  for (const [asked, given] of [["body", "good"], ["report", "bad"], ["more", "good"]]) within.push(on(reply(within[within.length - 1], asked, given)));
  within.push(entered("aloud"), on(reply(entered("aloud"), "body", "bad")), on(begun()));
  assert.equal(place(within[3]), "#hand-back");
  const drafts = within.map((state) => JSON.stringify(interview.draft(ASKED, state)));
  assert.equal(new Set(drafts).size, 1, drafts.join("\n"));
  const kept = interview.draft(ASKED, within[1]);
  assert.deepEqual(Object.keys(kept.answers).sort(), ["district", "mode", "police", "s_private"]);
  assert.equal(name(interview.restored(ASKED, kept, DAY)), "#hand-over body");
});

test("a questionnaire without a block knows of none", () => {
  assert.equal(blockOf({ ...ASKED, pages: ASKED.pages.filter((page) => !page.self_entry_block) }), undefined);
});

/** Numbers below a bound, the same for the same seed. */
function drawn(seed) {
  let value = seed;
  return (bound) => {
    value = (value * 48271) % 2147483647;
    return value % bound;
  };
}

test("whatever anybody taps, what was entered alone is never marked on a screen again", () => {
  let shownAlone = 0;
  for (let seed = 1; seed <= 500; seed += 1) {
    const draw = drawn(seed);
    let state = begun();
    const secret = new Set();
    for (let tap = 0; tap < 40; tap += 1) {
      const step = interview.current(ASKED, state, DAY);
      const act = draw(9);
      if (step.question && PRIVATE.includes(step.name)) {
        const value = interview.marked(state, step.question);
        assert.ok(!secret.has(step.name) || value === undefined, `seed ${seed}: ${step.name} is marked`);
        if (state.handing === "alone") shownAlone += 1;
      }
      if (step.kind === "hand-over") state = act < 5 ? hand(state, ["alone", "aloud"][act % 2]) : act < 7 ? back(state) : state;
      else if (step.question && act < 4) {
        if (PRIVATE.includes(step.name) && state.handing === "alone") secret.add(step.name);
        else secret.delete(step.name);
        const value = step.name === "s_private" ? "alone" : ["good", "bad"][act % 2];
        state = on(reply(state, step.name, value));
      } else if (act < 6) state = step.kind === "hand-back" ? state : back(state);
      else if (act < 7) state = on(state);
      else if (act < 8 && step.question && PRIVATE.includes(step.name)) state = hand(state, state.handing === "alone" ? "aloud" : "alone");
      else state = interview.covered(ASKED, state, DAY);
    }
  }
  assert.ok(shownAlone > 500);
});
