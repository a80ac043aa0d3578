// What the app holds in memory: only its verbs change it, and a lock leaves nothing there that the PIN opens.
import assert from "node:assert/strict";
import test from "node:test";

import * as state from "../../../static/js/core/state.js";

/** @type {any} */
const writable = state.phone;
/** @type {any} */
const thing = { id: "i", seconds: 1, answers: {} };
/** @type {any} */
const safe = { token: "t", code: "", skew: 3 };
/** @type {any} */
const pack = { questionnaire: { name: "q" }, round: "r" };

/** Everything that is in memory while an interview is under way. */
function fill() {
  state.unlock(thing);
  state.holdSafe(safe);
  state.useToken("t");
  state.takePack(pack);
  state.holdComing(pack);
  state.countSent({ day: "2026-11-01", count: 1 });
  state.beginSetup({ mode: "phone" }, { resumed: thing });
  state.openInterview(thing);
  state.beginSetup({ mode: "phone" }, { resumed: thing });
  state.keepDraftsWith(async () => {});
  state.holdDraft(thing);
  state.holdDraftKey(thing);
}

/** The names of what is neither nothing, nor false, nor empty. */
const full = () => Object.keys(state.phone).filter((name) => writable[name]);

test("nobody writes to the state, adds to it or takes from it", () => {
  assert.throws(() => (writable.pack = pack), TypeError);
  assert.throws(() => Object.assign(writable, { pack }), TypeError);
  assert.throws(() => (writable.more = 1), TypeError);
  assert.throws(() => delete writable.pack, TypeError);
  assert.equal(state.phone.pack, null);
});

test("a verb changes what is read at once, and a copy of before stays as it was", () => {
  const before = { ...state.phone };
  state.receiveLink("abc", "ur");
  assert.deepEqual([state.phone.code, state.phone.speaks, before.code], ["abc", "ur", ""]);
  state.spendLink();
  assert.deepEqual([state.phone.code, state.phone.speaks], ["", "ur"]);
  state.receiveLink("", "");
});

test("what is chosen before consent is a new value each time", () => {
  state.beginSetup({ round: "r" }, { practice: true });
  const first = state.phone.setup;
  state.chooseSetup("district", "zhob");
  assert.deepEqual([first, state.phone.setup], [{ round: "r" }, { round: "r", district: "zhob" }]);
  assert.equal(state.phone.practice, true);
  state.comeHome();
  assert.deepEqual([state.phone.setup, state.phone.practice], [null, false]);
});

test("a lock leaves how wrong the clock is, the token that sends, the count of the day, and the locked interview", () => {
  fill();
  /** @type {any} */
  const suspended = { iv: 1, data: 2 };
  state.lock(suspended);
  assert.deepEqual(state.phone.safe, { skew: 3 });
  assert.deepEqual(full().sort(), ["safe", "sent", "since", "suspended", "token"]);
});

test("a phone that is signed out holds nothing of the worker's", () => {
  fill();
  state.forget();
  assert.deepEqual(full().sort(), ["since"]);
});

test("the end of a practice leaves the draft of another interview, and the end of an interview does not", () => {
  fill();
  state.endInterview(true);
  assert.equal(state.phone.draft, thing);
  state.endInterview(false);
  assert.equal(state.phone.draft, null);
});

test("seconds are measured without being lost or counted twice", async () => {
  fill();
  state.openInterview({ ...thing, seconds: 5 });
  await new Promise((done) => setTimeout(done, 30));
  const [once, twice] = [state.timed().seconds, state.timed().seconds];
  assert.ok(once >= 5.02 && twice >= once && twice < once + 0.02, `${once}, ${twice}`);
  assert.ok(state.measure().seconds >= once);
  assert.ok(state.timed().seconds < 5.5);
});
