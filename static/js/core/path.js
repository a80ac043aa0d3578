/**
 * Which pages and questions given answers reach, and the order of rotated ones: the browser's half of
 * survey/questionnaire/path.py; both pass tests/cases/rotation.json and tests/cases/path.json.
 *
 * The questionnaire is the slimmed JSON of the server: members that hold nothing are left out.
 */

import { truth } from "./expressions.js";
import { MISSING } from "./facts.js";

/**
 * Whether a value says anything: no answer is absent, an empty text or an empty list.
 * @param {Answer} value
 */
export function answered(value) {
  return value !== undefined && value !== null && value !== "" && !(Array.isArray(value) && !value.length);
}

/**
 * Whether an option says that there is no substantive answer.
 * @param {Choice} choice
 */
export function missing(choice) {
  return MISSING.includes(choice.name);
}

/**
 * @param {{ relevant?: Tree }} item
 * @param {Answers} live
 * @param {RuleContext} context
 */
const open = (item, live, context) => item.relevant == null || truth(item.relevant, live, context);

/**
 * @param {Questionnaire} questionnaire
 * @param {Answers} answers
 */
function before(questionnaire, answers) {
  const asked = new Set();
  questionnaire.pages.forEach((page) => page.questions.forEach((question) => asked.add(question.name)));
  return Object.fromEntries(Object.entries(answers).filter(([name]) => !asked.has(name)));
}

/**
 * @param {Questionnaire} questionnaire
 * @param {Answers} answers
 * @param {RuleContext} context
 */
function walk(questionnaire, answers, context) {
  const live = before(questionnaire, answers);
  const asked = (/** @type {Question} */ question) => {
    if (!open(question, live, context)) return false;
    // Later rules see an answer only when its question was reached.
    if (answered(answers[question.name])) live[question.name] = answers[question.name];
    return true;
  };
  /** @type {ReachedPage[]} */
  const pages = [];
  for (const page of questionnaire.pages) {
    if (!open(page, live, context)) continue;
    const questions = page.questions.filter(asked);
    const notes = (page.notes || []).filter((note) => open(note, live, context));
    if (questions.length || notes.length) pages.push({ page, questions, notes });
  }
  return { pages, live };
}

/**
 * The pages that answers reach, each with its questions and notes, without those on which nothing is left.
 * @param {Questionnaire} questionnaire
 * @param {Answers} answers
 * @param {RuleContext} context
 */
export function reached(questionnaire, answers, context) {
  return walk(questionnaire, answers, context).pages;
}

/**
 * The answers without those that are not reached; fields that are no questions stay.
 * @param {Questionnaire} questionnaire
 * @param {Answers} answers
 * @param {RuleContext} context
 */
export function prune(questionnaire, answers, context) {
  return walk(questionnaire, answers, context).live;
}

/**
 * The questions of a reached page in the order of asking; the same seed gives the same order.
 * @param {Pick<ReachedPage, "page" | "questions">} reachedPage
 * @param {number} seed
 */
export function order({ page, questions }, seed) {
  if (!page.rotated) return questions;
  return shuffle(page.questions, seed, page.name).filter((question) => questions.includes(question));
}

/**
 * The options of a question in the order of showing: exclusive ones, then 97, 98 and 99 stay last.
 * @param {Question} question
 * @param {number} seed
 */
export function options(question, seed) {
  const choices = question.choices || [];
  if (!question.rotated) return choices;
  const moving = choices.filter((choice) => !choice.exclusive && !missing(choice));
  const last = choices.filter((choice) => choice.exclusive && !missing(choice));
  return [...shuffle(moving, seed, question.name), ...last, ...choices.filter(missing)];
}

/**
 * Shuffle by Fisher and Yates, from the end, with draws of mulberry32; path.py describes it.
 * @param {any[]} items
 * @param {number} seed
 * @param {string} name
 */
export function shuffle(items, seed, name) {
  const draw = mulberry32((seed ^ fnv1a(name)) >>> 0);
  const shuffled = [...items];
  for (let last = shuffled.length - 1; last > 0; last -= 1) {
    const other = Math.floor((draw() * (last + 1)) / 2 ** 32);
    [shuffled[last], shuffled[other]] = [shuffled[other], shuffled[last]];
  }
  return shuffled;
}

/** @param {string} text */
function fnv1a(text) {
  return new TextEncoder().encode(text).reduce((value, byte) => Math.imul(value ^ byte, 0x01000193), 0x811c9dc5);
}

/** @param {number} seed */
function mulberry32(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}
