/**
 * One interview as a value: where it stands, what was answered, what comes next. No screen, no storage, no clock.
 */

import { truth } from "./expressions.js";
import { PAKISTAN, PRESET, SENSITIVE, STOPS, USUAL_HOURS } from "./facts.js";
import { KINDS } from "./kinds.js";
import { answered, missing, order, prune, reached } from "./path.js";
import { asciiDigits } from "./digits.js";

/** Marks of places that are no question. */
export const FIRST = "";
export const FINISH = "#finish";

/** Why the interview must end: "refused", "under_age", or "". */
export function stops(answers) {
  const found = STOPS.find(([name, value]) => answers[name] === value);
  return found ? found[2] : "";
}

/** Whether an answer may lie in a draft: those of sensitive questions never do. */
export function keepable(question) {
  return !question.self_entry && question.sensitivity !== SENSITIVE;
}

/**
 * Begin: `facts` are `id`, `seed`, `answers` (the preset ones) and `practice`.
 * `handing` is "" (not decided), "alone" (the respondent holds the phone) or "aloud"; `hidden` names what the
 * respondent entered alone, which is not shown again. `chosen` holds by name what was chosen on a screen and not yet
 * confirmed by "Next": null where a choice was taken back.
 */
export function begin(facts) {
  return { place: FIRST, handing: "", hidden: [], seconds: 0, chosen: {}, ...facts };
}

/** The state after a choice on the screen that is not yet confirmed. */
export function choose(state, name, value) {
  return { ...state, chosen: { ...state.chosen, [name]: value === undefined ? null : value } };
}

/** What the screen of a question shows as chosen. */
export function given(state, name) {
  return name in state.chosen ? state.chosen[name] : state.answers[name];
}

const without = (chosen, names) =>
  Object.fromEntries(Object.entries(chosen).filter(([name]) => !names.includes(name)));

/** Every step the answers reach, in the order of asking: `{ name, question, notes, page }`. */
export function steps(questionnaire, state, today) {
  const found = reached(questionnaire, state.answers, { today, current: "" });
  return found.flatMap((reachedPage) => stepsOf(reachedPage, state.seed));
}

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
  const loose = notes.filter((note) => !names.includes(note.before));
  return loose.length ? [...asked, { name: `#${loose[0].name}`, question: null, page, notes: loose }] : asked;
}

/** The steps with the hand-over before each run of questions that the respondent may enter alone; hidden ones left out. */
function withHandOvers(all, state) {
  const shown = all.filter((step) => !state.hidden.includes(step.name));
  return all.flatMap((step) => (shown.includes(step) ? around(shown, step, state) : leftBehind(step, state)));
}

function around(shown, step, state) {
  const place = shown.indexOf(step);
  const alone = isAlone(step);
  const offered = alone && !isAlone(shown[place - 1]) && state.handing === "";
  const last = alone && !isAlone(shown[place + 1]) && state.handing === "alone";
  const handOver = { name: `#hand-over ${step.name}`, kind: "hand-over", before: step.name };
  return [...(offered ? [handOver] : []), step, ...(last ? [handBackAfter(step)] : [])];
}

const handBackAfter = (step) => ({ name: `#hand-back ${step.name}`, kind: "hand-back", after: step.name });

/** Of what is hidden only the hand-back remains, while it is on the screen. */
function leftBehind(step, state) {
  const handBack = handBackAfter(step);
  return state.place === handBack.name ? [handBack] : [];
}

const isAlone = (step) => !!(step && step.question && step.question.self_entry);

function visible(questionnaire, state, today) {
  return withHandOvers(steps(questionnaire, state, today), state);
}

const END = { name: FINISH, kind: "finish" };

/** What is on the screen now; a place that is no longer reached falls forward to the next one. */
export function current(questionnaire, state, today) {
  const shown = visible(questionnaire, state, today);
  if (state.place === FIRST) return shown[0] || END;
  if (state.place === FINISH) return END;
  const here = shown.findIndex((step) => step.name === state.place);
  if (here < 0) return forward(questionnaire, shown, state.place) || END;
  // Nobody meets a sensitive question without having decided who reads it.
  const offer = (step) => step.kind === "hand-over";
  return state.handing === "" && isAlone(shown[here]) ? shown.slice(0, here).reverse().find(offer) : shown[here];
}

function forward(questionnaire, shown, place) {
  const names = questionnaire.pages.flatMap((page) => page.questions.map((question) => question.name));
  const left = names.indexOf(place.replace(/^#\S+ /, ""));
  return shown.find((step) => names.indexOf(step.before || step.after || step.name) > left);
}

/** The state after an answer; what it puts out of reach is dropped. `undefined` takes the answer away. */
export function answer(questionnaire, state, name, value, today) {
  const answers = { ...state.answers };
  if (answered(value)) answers[name] = value;
  else delete answers[name];
  const next = { ...state, answers: prune(questionnaire, answers, { today, current: "" }) };
  const asked = steps(questionnaire, next, today).map((step) => step.name);
  const gone = Object.keys(state.chosen).filter((other) => other === name || !asked.includes(other));
  return { ...next, chosen: without(state.chosen, gone) };
}

/** The choice on the screen taken as the answer, where "Next" would take it. */
export function confirmed(questionnaire, state, today) {
  const { question } = current(questionnaire, state, today);
  if (!question || !(question.name in state.chosen)) return state;
  const value = state.chosen[question.name];
  if (problem(question, value, state.answers, today)) return state;
  return answer(questionnaire, state, question.name, value, today);
}

function moved(questionnaire, state, today, by) {
  const shown = visible(questionnaire, state, today);
  const here = shown.findIndex((step) => step.name === current(questionnaire, state, today).name);
  const from = here < 0 ? shown.length : here;
  const step = shown[Math.max(0, from + by)];
  const left = step && isAlone(step) ? state : handedBack(questionnaire, state, step, today);
  return { ...left, place: step ? step.name : FINISH };
}

/** Leaving what is answered alone hides it: before the screen that says so is there, and whichever way one leaves. */
function handedBack(questionnaire, state, step, today) {
  if (state.handing !== "alone" || !step || step.kind !== "hand-back") return covered(questionnaire, state, today);
  const alone = aloneSteps(questionnaire, state, today);
  const entered = alone.slice(0, alone.indexOf(step.after) + 1);
  const left = covered(questionnaire, state, today);
  return { ...left, hidden: union(left.hidden, entered) };
}

/** One step on. */
export function next(questionnaire, state, today) {
  return moved(questionnaire, state, today, 1);
}

/** One step back; the first one stays. */
export function back(questionnaire, state, today) {
  return moved(questionnaire, state, today, -1);
}

/** Decide at the hand-over: "alone" gives the phone away, "aloud" keeps it; both go to the first such question. */
export function hand(questionnaire, state, how, today) {
  const step = current(questionnaire, state, today);
  return { ...state, handing: how, place: step.before || state.place };
}

/**
 * Put out of sight what the respondent has entered alone so far: before a lock, when the interview ends early, and
 * when the phone is given back. The choice on the screen is kept, as an answer that nobody sees again.
 */
export function covered(questionnaire, state, today) {
  if (state.handing !== "alone") return state;
  const kept = confirmed(questionnaire, state, today);
  const alone = aloneSteps(questionnaire, kept, today);
  const entered = alone.filter((name) => answered(kept.answers[name]));
  return { ...kept, handing: "", hidden: union(kept.hidden, entered), chosen: without(kept.chosen, alone) };
}

/** An interview out of a draft: answers that a draft never holds are asked for again. */
export function restored(questionnaire, state, today) {
  const whole = { ...state, hidden: [], handing: "", chosen: {} };
  const all = steps(questionnaire, whole, today);
  const lost = all.find((step) => step.question && !keepable(step.question));
  const here = all.findIndex((step) => step.name === state.place);
  const passed = lost && (state.place === FINISH || state.place.startsWith("#") || all.indexOf(lost) < here);
  return passed ? { ...whole, place: lost.name } : whole;
}

const aloneSteps = (questionnaire, state, today) =>
  steps(questionnaire, state, today).filter(isAlone).map((step) => step.name);

const union = (some, others) => [...new Set([...some, ...others])];

/** How far the interview is, from 0 to 1. */
export function progress(questionnaire, state, today) {
  const all = steps(questionnaire, state, today);
  const place = current(questionnaire, state, today);
  if (place.name === FINISH) return 1;
  const here = all.findIndex((step) => step.name === (place.before || place.after || place.name));
  return here < 0 ? 0 : here / all.length;
}

// Keyboards for right-to-left scripts leave such marks around a number.
const MARKS = /[\u200e\u200f\u061c\u202a-\u202c]/g;

/** A whole number as it was typed: null where nothing was, NaN where it cannot be read. */
export function typedNumber(text) {
  const typed = asciiDigits(text).replace(MARKS, "").trim();
  if (typed === "") return null;
  return /^[-+]?\d{1,9}$/.test(typed) ? Number(typed) : NaN;
}

/** What is wrong with an answer: "" or the name of the broken rule. */
export function problem(question, value, answers, today) {
  if (!answered(value)) return question.required ? "required" : "";
  const broken = KINDS[question.kind].problem(value);
  if (broken) return broken;
  const rule = question.constraint;
  const live = { ...answers, [question.name]: value };
  return rule != null && !truth(rule, live, { today, current: value }) ? "constraint" : "";
}

/** The chosen options after a tap on one of them: exclusive ones and 97, 98, 99 stand alone. */
export function toggled(question, chosen, name) {
  if (chosen.includes(name)) return chosen.filter((other) => other !== name);
  const alone = (choice) => !!choice.exclusive || missing(choice);
  const tapped = question.choices.find((choice) => choice.name === name);
  if (alone(tapped)) return [name];
  const together = question.choices.filter((choice) => !alone(choice)).map((choice) => choice.name);
  return together.filter((other) => other === name || chosen.includes(other));
}

/** How many answers are not reached with these presets: those of another form than the one that was begun. */
export function lost(questionnaire, answers, today) {
  const live = prune(questionnaire, answers, { today, current: "" });
  return Object.keys(answers).filter((name) => !(name in live)).length;
}

/** What of the interview may lie in a draft. */
export function draft(questionnaire, state) {
  const keep = { ...state.answers };
  questionnaire.pages.forEach((page) =>
    page.questions.filter((question) => !keepable(question)).forEach((question) => delete keep[question.name]),
  );
  return { ...state, answers: keep, chosen: {} };
}

/** Whether a moment, in milliseconds, lies outside the hours in which interviews are held, on Pakistan's clock. */
export function oddHour(moment) {
  const hour = new Date(moment + PAKISTAN * 3600000).getUTCHours();
  return hour < USUAL_HOURS[0] || hour >= USUAL_HOURS[1];
}
