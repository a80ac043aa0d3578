/**
 * One interview as a value: where it stands, what was answered, what comes next. No screen, no storage, no clock.
 */

import { truth } from "./expressions.js";
import { answered, missing, order, prune, reached } from "./path.js";

/** Set before consent and never asked of the respondent. */
export const PRESET = ["round", "district", "p_group", "mode"];
export const CONSENT = "c_agree";
export const PRIVACY = "s_private";
/** Marks of places that are no question. */
export const FIRST = "";
export const FINISH = "#finish";

// The answers that end an interview, in the order of asking; nothing but a tally is kept of it.
const STOPS = [
  [CONSENT, "no", "refused"],
  ["p_age", "under_18", "under_age"],
];

/** Why the interview must end: "refused", "under_age", or "". */
export function stops(answers) {
  const found = STOPS.find(([name, value]) => answers[name] === value);
  return found ? found[2] : "";
}

/** Whether an answer may lie in a draft: those of sensitive questions never do. */
export function keepable(question) {
  return !question.self_entry && question.sensitivity !== "H";
}

/**
 * Begin: `facts` are `id`, `seed`, `answers` (the preset ones) and `practice`.
 * `handing` is "" (not decided), "alone" (the respondent holds the phone) or "aloud"; `hidden` names what the
 * respondent entered alone, which is not shown again.
 */
export function begin(facts) {
  return { place: FIRST, handing: "", hidden: [], seconds: 0, ...facts };
}

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

/** The steps with the hand-over before each run of questions that the respondent may enter alone. */
function withHandOvers(all, state) {
  return all.flatMap((step, place) => {
    const alone = isAlone(step);
    const first = alone && !isAlone(all[place - 1]);
    const last = alone && !isAlone(all[place + 1]);
    return [
      ...(first && state.handing === "" ? [{ name: `#hand-over ${step.name}`, kind: "hand-over", before: step.name }] : []),
      step,
      ...(last && state.handing === "alone" ? [{ name: `#hand-back ${step.name}`, kind: "hand-back", after: step.name }] : []),
    ];
  });
}

const isAlone = (step) => !!(step && step.question && step.question.self_entry);

function visible(questionnaire, state, today) {
  const shown = steps(questionnaire, state, today).filter((step) => !state.hidden.includes(step.name));
  return withHandOvers(shown, state);
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
  return { ...state, answers: prune(questionnaire, answers, { today, current: "" }) };
}

function moved(questionnaire, state, today, by) {
  const shown = visible(questionnaire, state, today);
  const here = shown.findIndex((step) => step.name === current(questionnaire, state, today).name);
  const from = here < 0 ? shown.length : here;
  const step = shown[Math.max(0, from + by)];
  return { ...state, place: step ? step.name : FINISH };
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

/** The phone comes back: what was entered alone is out of sight, and the next run is offered anew. */
export function handBack(questionnaire, state, today) {
  const { after } = current(questionnaire, state, today);
  const alone = aloneSteps(questionnaire, state, today);
  const given = alone.slice(0, alone.indexOf(after) + 1);
  return { ...next(questionnaire, state, today), handing: "", hidden: union(state.hidden, given) };
}

/** Put out of sight what the respondent has entered alone so far: before a lock, or when the interview ends early. */
export function covered(questionnaire, state, today) {
  if (state.handing !== "alone") return state;
  const given = aloneSteps(questionnaire, state, today).filter((name) => answered(state.answers[name]));
  return { ...state, handing: "", hidden: union(state.hidden, given) };
}

/** An interview out of a draft: answers that a draft never holds are asked for again. */
export function restored(questionnaire, state, today) {
  const whole = { ...state, hidden: [], handing: "" };
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

/** What is wrong with an answer: "" or the name of the broken rule. */
export function problem(question, value, answers, today) {
  if (!answered(value)) return question.required ? "required" : "";
  if (question.kind === "integer" && !(Number.isInteger(value) && Math.abs(value) <= 32767)) return "integer";
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

/** What of the interview may lie in a draft. */
export function draft(questionnaire, state) {
  const keep = { ...state.answers };
  questionnaire.pages.forEach((page) =>
    page.questions.filter((question) => !keepable(question)).forEach((question) => delete keep[question.name]),
  );
  return { ...state, answers: keep };
}

/** Whether the minutes of a clock lie outside the hours in which interviews are held (07:00 to 20:59). */
export function oddHour(hour) {
  return hour < 7 || hour > 20;
}
