/**
 * One interview as a value: where it is, what was answered, what comes next. No screen, no storage, no clock.
 */

import { problem } from "./answers.js";
import { BLOCK_MODE, PRESET, SENSITIVE, STOPS } from "./facts.js";
import { barred, inBlock, isAlone, withHandOvers } from "./handing.js";
import { answered, order, prune, reached } from "./path.js";
import { present } from "./present.js";

/** Marks of places that are no question. */
const FIRST = "";
export const FINISH = "#finish";
const AMONG_SENSITIVE = "#sensitive";
/** What goes before a question's name in the marks of a hand-over and a hand-back. */
const ASKED = /^#\S+ /;

/**
 * Why the interview must end: "refused", "under_age", or "".
 * @param {Answers} answers
 */
export function stops(answers) {
  const found = STOPS.find(([name, value]) => answers[name] === value);
  return found ? found[2] : "";
}

/**
 * Whether an answer may be in a draft, or be shown once its question was left: those of sensitive ones never are.
 * @param {Question} question
 */
export function keepable(question) {
  return !question.self_entry && question.sensitivity !== SENSITIVE;
}

/**
 * Begin: `facts` are `id`, `seed`, `answers` (the preset ones) and `practice`.
 * `handing` is "" (not decided), "alone" (the respondent holds the phone) or "aloud"; `hidden` names what the
 * respondent entered alone, which is not shown again. `chosen` holds by name what was chosen on a screen and not yet
 * confirmed by "Next": null where a choice was taken back.
 * @param {Pick<Interview, "id" | "seed" | "answers"> & Partial<Interview>} facts
 * @returns {Interview}
 */
export function begin(facts) {
  return { place: FIRST, handing: "", hidden: [], seconds: 0, chosen: {}, ...facts };
}

/**
 * The state after a choice on the screen that is not yet confirmed.
 * @param {Interview} state
 * @param {string} name
 * @param {Answer} value
 */
export function choose(state, name, value) {
  return { ...state, chosen: { ...state.chosen, [name]: value === undefined ? null : value } };
}

/**
 * What a screen marks as chosen: while the respondent has the phone alone, of a private question only what was chosen on
 * this very screen. Who takes the phone away and goes back finds nothing.
 * @param {Interview} state
 * @param {Question} question
 */
export function marked(state, { name, self_entry: sensitive }) {
  const unseen = state.handing === "alone" && sensitive;
  return unseen || name in state.chosen ? state.chosen[name] : state.answers[name];
}

/**
 * @param {Answers} chosen
 * @param {string[]} names
 */
const without = (chosen, names) =>
  Object.fromEntries(Object.entries(chosen).filter(([name]) => !names.includes(name)));

/**
 * Every step the answers reach, in the order of asking: `{ name, question, notes, page }`.
 * @param {Questionnaire} questionnaire
 * @param {Interview} state
 * @param {string} today
 * @returns {Step[]}
 */
export function steps(questionnaire, state, today) {
  const found = reached(questionnaire, state.answers, { today, current: "" });
  return found.flatMap((reachedPage) => stepsOf(reachedPage, state.seed));
}

/**
 * @param {ReachedPage} reachedPage
 * @param {number} seed
 * @returns {Step[]}
 */
function stepsOf(reachedPage, seed) {
  const { page, notes } = reachedPage;
  const questions = order(reachedPage, seed).filter((question) => !PRESET.includes(question.name));
  const asked = questions.map((question) => ({
    name: question.name,
    question,
    page,
    notes: notes.filter((note) => note.before === question.name),
  }));
  const names = questions.map((question) => question.name);
  const loose = notes.filter((note) => !note.before || !names.includes(note.before));
  return loose.length ? [...asked, { name: `#${loose[0].name}`, question: null, page, notes: loose }] : asked;
}

/**
 * @param {Questionnaire} questionnaire
 * @param {Interview} state
 * @param {string} today
 */
function visible(questionnaire, state, today) {
  return withHandOvers(steps(questionnaire, state, today), state);
}

/** @type {Step} */
const END = { name: FINISH, kind: "finish" };

/**
 * What is on the screen now; a place that is no longer reached falls forward to the next one.
 * @param {Questionnaire} questionnaire
 * @param {Interview} state
 * @param {string} today
 * @returns {Step}
 */
export function current(questionnaire, state, today) {
  const shown = visible(questionnaire, state, today);
  if (state.place === FIRST) return shown[0] || END;
  if (state.place === FINISH) return END;
  const here = shown.findIndex((step) => step.name === state.place);
  if (here < 0) return forward(questionnaire, shown, state) || END;
  // Nobody meets a sensitive question without having decided who reads it.
  const before = shown.slice(0, here).reverse();
  const undecided = state.handing === "" && isAlone(shown[here]);
  return undecided ? present(before.find((step) => step.kind === "hand-over")) : shown[here];
}

/**
 * @param {Questionnaire} questionnaire
 * @param {Step[]} shown
 * @param {Interview} state
 */
function forward(questionnaire, shown, { place, handing }) {
  const names = questionnaire.pages.flatMap((page) => page.questions.map((question) => question.name));
  const left = names.indexOf(place.replace(ASKED, ""));
  const decided = (/** @type {Step} */ step) => step.kind === "hand-over" && handing !== "";
  return shown.find((step) => names.indexOf(step.before || step.after || step.name) > left && !decided(step));
}

/**
 * The state after an answer; what it puts out of reach is dropped. `undefined` takes the answer away.
 * @param {Questionnaire} questionnaire
 * @param {Interview} state
 * @param {string} name
 * @param {Answer} value
 * @param {string} today
 * @returns {Interview}
 */
export function answer(questionnaire, state, name, value, today) {
  const answers = { ...state.answers };
  if (answered(value)) answers[name] = value;
  else delete answers[name];
  const live = prune(questionnaire, answers, { today, current: "" });
  const all = steps(questionnaire, { ...state, answers: live }, today);
  const asked = all.map((step) => step.name);
  const gone = Object.keys(state.chosen).filter((other) => other === name || !asked.includes(other));
  // Nobody enters a block that is not asked, and an answer that is gone is no longer hidden: it is asked for again.
  const kept = all.some(inBlock) ? live : without(live, [BLOCK_MODE]);
  const hidden = state.hidden.filter((other) => asked.includes(other));
  return { ...state, answers: kept, hidden, chosen: without(state.chosen, gone) };
}

/**
 * The choice on the screen taken as the answer, where "Next" would take it.
 * @param {Questionnaire} questionnaire
 * @param {Interview} state
 * @param {string} today
 * @returns {Interview}
 */
export function confirmed(questionnaire, state, today) {
  const { question } = current(questionnaire, state, today);
  if (!question || !(question.name in state.chosen)) return state;
  const value = state.chosen[question.name];
  if (problem(question, value, state.answers, today)) return state;
  return answer(questionnaire, state, question.name, value, today);
}

/**
 * @param {Questionnaire} questionnaire
 * @param {Interview} state
 * @param {string} today
 * @param {number} by
 */
function moved(questionnaire, state, today, by) {
  const shown = visible(questionnaire, state, today);
  const here = shown.findIndex((step) => step.name === current(questionnaire, state, today).name);
  const from = here < 0 ? shown.length : here;
  const step = state.seen ? lookedAt(shown, state, from, by) : shown[Math.max(0, from + by)];
  if (by < 0 && barred(questionnaire, state, shown[here], step)) return state;
  const left = isAlone(step) ? state : leaving(questionnaire, inBlock(shown[here]) && by > 0, state, step, today);
  // Of what the person chose alone no mark stays behind: who goes back there finds nothing. A list that was drawn stays.
  const { question } = shown[here] || {};
  const unseen = state.handing === "alone" && question && isAlone(shown[here]) && !question.hidden_by ? [question.name] : [];
  return step ? { ...left, place: step.name, chosen: without(left.chosen, unseen) } : ended(left);
}

/**
 * At the end, where nothing is looked at any more.
 * @param {Interview} state
 * @returns {Interview}
 */
export const ended = (state) => ({ ...state, place: FINISH, seen: undefined });

/**
 * From the question that was looked at again: to one that its new answer brought, or back to the end.
 * @param {Step[]} shown
 * @param {Interview} state
 * @param {number} from
 * @param {number} by
 */
function lookedAt(shown, state, from, by) {
  if (by < 0) return undefined;
  const later = shown.slice(from + 1);
  // The phone is handed back first.
  if (later[0] && later[0].kind === "hand-back") return later[0];
  return later.find(({ question, name }) => question && !present(state.seen).includes(name) && !answered(state.answers[name]));
}

/**
 * A block that was read aloud is closed at its end as well: nobody looks back into it.
 * @param {Questionnaire} questionnaire
 * @param {boolean} closes
 * @param {Interview} state
 * @param {Step | undefined} step
 * @param {string} today
 */
function leaving(questionnaire, closes, state, step, today) {
  if (state.handing === "alone" || !closes) return handedBack(questionnaire, state, step, today);
  const entered = steps(questionnaire, state, today).filter(inBlock).map(({ name }) => name);
  return { ...state, hidden: union(state.hidden, entered), chosen: without(state.chosen, entered) };
}

/**
 * Leaving what is answered alone hides it: before the screen that says so is there, and whichever way one leaves.
 * @param {Questionnaire} questionnaire
 * @param {Interview} state
 * @param {Step | undefined} step
 * @param {string} today
 */
function handedBack(questionnaire, state, step, today) {
  if (state.handing !== "alone" || !step || step.kind !== "hand-back") return covered(questionnaire, state, today);
  const alone = aloneSteps(questionnaire, state, today);
  const entered = alone.slice(0, alone.indexOf(present(step.after)) + 1);
  const left = covered(questionnaire, state, today);
  return { ...left, hidden: union(left.hidden, entered) };
}

/**
 * One step on.
 * @param {Questionnaire} questionnaire
 * @param {Interview} state
 * @param {string} today
 */
export function next(questionnaire, state, today) {
  return moved(questionnaire, state, today, 1);
}

/**
 * One step back; the first one stays.
 * @param {Questionnaire} questionnaire
 * @param {Interview} state
 * @param {string} today
 */
export function back(questionnaire, state, today) {
  return moved(questionnaire, state, today, -1);
}

/**
 * Decide at the hand-over, or later in a block: "alone" gives the phone away, "aloud" keeps it or takes it back, when
 * what was entered alone is put out of sight.
 * @param {Questionnaire} questionnaire
 * @param {Interview} state
 * @param {string} how
 * @param {string} today
 */
export function hand(questionnaire, state, how, today) {
  const step = current(questionnaire, state, today);
  // What is chosen on the screen and not confirmed may be what the person wants to hear first.
  const kept = how === "aloud" ? covered(questionnaire, { ...state, chosen: {} }, today) : state;
  return { ...kept, handing: how, place: step.before || step.name };
}

/**
 * Put out of sight what the respondent has entered or passed alone so far: before a lock, when the interview ends early, and
 * when the phone is given back. The choice on the screen is kept, as an answer that nobody sees again.
 * @param {Questionnaire} questionnaire
 * @param {Interview} state
 * @param {string} today
 * @returns {Interview}
 */
export function covered(questionnaire, state, today) {
  if (state.handing !== "alone") return state;
  const kept = confirmed(questionnaire, state, today);
  const alone = aloneSteps(questionnaire, kept, today);
  // What was passed over without an answer too: that it alone were asked again would tell who looks which it was.
  const passed = alone.slice(0, Math.max(alone.indexOf(kept.place), 0));
  const entered = alone.filter((name) => answered(kept.answers[name]) || passed.includes(name));
  return { ...kept, handing: "", hidden: union(kept.hidden, entered), chosen: without(kept.chosen, alone) };
}

/**
 * An interview out of a draft: answers that a draft never holds are asked for again.
 * @param {Questionnaire} questionnaire
 * @param {Interview} state
 * @param {string} today
 * @returns {Interview}
 */
export function restored(questionnaire, state, today) {
  const whole = { ...state, hidden: [], handing: "", chosen: {} };
  const all = steps(questionnaire, whole, today);
  const missed = all.find((step) => step.question && !keepable(step.question));
  const here = all.findIndex((step) => step.name === state.place);
  const passed = missed && (state.place === FINISH || state.place.startsWith("#") || all.indexOf(missed) < here);
  return passed ? { ...whole, place: missed.name } : whole;
}

/**
 * @param {Questionnaire} questionnaire
 * @param {Interview} state
 * @param {string} today
 */
const aloneSteps = (questionnaire, state, today) =>
  steps(questionnaire, state, today).filter(isAlone).map((step) => step.name);

/**
 * @param {string[]} some
 * @param {string[]} others
 */
const union = (some, others) => [...new Set([...some, ...others])];

/**
 * How far the interview is, from 0 to 1.
 * @param {Questionnaire} questionnaire
 * @param {Interview} state
 * @param {string} today
 */
export function progress(questionnaire, state, today) {
  const all = steps(questionnaire, state, today);
  const place = current(questionnaire, state, today);
  if (place.name === FINISH) return 1;
  const here = all.findIndex((step) => step.name === (place.before || place.after || place.name));
  return here < 0 ? 0 : here / all.length;
}

/**
 * How many answers are not reached with these presets: those of another form than the one that was begun.
 * @param {Questionnaire} questionnaire
 * @param {Answers} answers
 * @param {string} today
 */
export function lost(questionnaire, answers, today) {
  const live = prune(questionnaire, answers, { today, current: "" });
  return Object.keys(answers).filter((name) => !(name in live)).length;
}

/**
 * What of the interview may be in a draft.
 * @param {Questionnaire} questionnaire
 * @param {Interview} state
 * @returns {Interview}
 */
export function draft(questionnaire, state) {
  const all = questionnaire.pages.flatMap((page) => page.questions);
  const apart = all.filter((question) => !keepable(question)).map((question) => question.name);
  // Which sensitive questions were reached may say how one of them was answered.
  const place = apart.includes(state.place.replace(ASKED, "")) ? AMONG_SENSITIVE : state.place;
  const answers = without(state.answers, [...apart, BLOCK_MODE]);
  return { ...state, answers, place, handing: "", hidden: [], chosen: {}, seen: undefined };
}
