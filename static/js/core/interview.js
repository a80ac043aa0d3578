/**
 * One interview as a value: where it is, what was answered, what comes next. No screen, no storage, no clock.
 */

import { problem } from "./answers.js";
import { PRESET, SENSITIVE, STOPS } from "./facts.js";
import { answered, order, prune, reached } from "./path.js";
import { present } from "./present.js";

/** Marks of places that are no question. */
const FIRST = "";
export const FINISH = "#finish";

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
 * What the screen of a question shows as chosen.
 * @param {Interview} state
 * @param {string} name
 */
export function given(state, name) {
  return name in state.chosen ? state.chosen[name] : state.answers[name];
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
 * The steps with the hand-over before each run of questions that the respondent may enter alone; hidden ones left out.
 * @param {Step[]} all
 * @param {Interview} state
 * @returns {Step[]}
 */
function withHandOvers(all, state) {
  const shown = all.filter((step) => !state.hidden.includes(step.name));
  return all.flatMap((step) => (shown.includes(step) ? around(shown, step, state) : leftBehind(step, state)));
}

/**
 * @param {Step[]} shown
 * @param {Step} step
 * @param {Interview} state
 * @returns {Step[]}
 */
function around(shown, step, state) {
  const place = shown.indexOf(step);
  const alone = isAlone(step);
  const offered = alone && !isAlone(shown[place - 1]) && state.handing === "";
  const last = alone && !isAlone(shown[place + 1]) && state.handing === "alone";
  /** @type {Step} */
  const handOver = { name: `#hand-over ${step.name}`, kind: "hand-over", before: step.name };
  return [...(offered ? [handOver] : []), step, ...(last ? [handBackAfter(step)] : [])];
}

/**
 * @param {Step} step
 * @returns {Step}
 */
const handBackAfter = (step) => ({ name: `#hand-back ${step.name}`, kind: "hand-back", after: step.name });

/**
 * Of what is hidden only the hand-back remains, while it is on the screen.
 * @param {Step} step
 * @param {Interview} state
 * @returns {Step[]}
 */
function leftBehind(step, state) {
  const handBack = handBackAfter(step);
  return state.place === handBack.name ? [handBack] : [];
}

/** @param {Step | undefined} step */
const isAlone = (step) => !!(step && step.question && step.question.self_entry);

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
  if (here < 0) return forward(questionnaire, shown, state.place) || END;
  // Nobody meets a sensitive question without having decided who reads it.
  const before = shown.slice(0, here).reverse();
  const undecided = state.handing === "" && isAlone(shown[here]);
  return undecided ? present(before.find((step) => step.kind === "hand-over")) : shown[here];
}

/**
 * @param {Questionnaire} questionnaire
 * @param {Step[]} shown
 * @param {string} place
 */
function forward(questionnaire, shown, place) {
  const names = questionnaire.pages.flatMap((page) => page.questions.map((question) => question.name));
  const left = names.indexOf(place.replace(/^#\S+ /, ""));
  return shown.find((step) => names.indexOf(step.before || step.after || step.name) > left);
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
  const changed = { ...state, answers: prune(questionnaire, answers, { today, current: "" }) };
  const asked = steps(questionnaire, changed, today).map((step) => step.name);
  const gone = Object.keys(state.chosen).filter((other) => other === name || !asked.includes(other));
  return { ...changed, chosen: without(state.chosen, gone) };
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
  const left = step && isAlone(step) ? state : handedBack(questionnaire, state, step, today);
  return step ? { ...left, place: step.name } : ended(left);
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
 * Decide at the hand-over: "alone" gives the phone away, "aloud" keeps it; both go to the first such question.
 * @param {Questionnaire} questionnaire
 * @param {Interview} state
 * @param {string} how
 * @param {string} today
 */
export function hand(questionnaire, state, how, today) {
  const step = current(questionnaire, state, today);
  return { ...state, handing: how, place: step.before || state.place };
}

/**
 * Put out of sight what the respondent has entered alone so far: before a lock, when the interview ends early, and
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
  const entered = alone.filter((name) => answered(kept.answers[name]));
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
  const keep = { ...state.answers };
  questionnaire.pages.forEach((page) =>
    page.questions.filter((question) => !keepable(question)).forEach((question) => delete keep[question.name]),
  );
  // Which questions were reached may say how a sensitive one was answered.
  return { ...state, answers: keep, chosen: {}, seen: undefined };
}
