/** Who holds the phone: the hand-over before what the respondent may enter alone, the hand-back after it, and the block. */

import { MODE } from "./facts.js";
import { answered } from "./path.js";

/**
 * The page that is handed over as a whole, if the questionnaire has one.
 * @param {Questionnaire} questionnaire
 */
export const blockOf = (questionnaire) => questionnaire.pages.find((page) => page.self_entry_block);

/** @param {Step | undefined} step */
export const inBlock = (step) => !!(step && step.page && step.page.self_entry_block);

/** @param {Step | undefined} step */
export const isAlone = (step) => inBlock(step) || !!(step && step.question && step.question.self_entry);

/**
 * The steps with the hand-over before each run of questions that the respondent may enter alone; hidden ones left out.
 * @param {Step[]} all
 * @param {Interview} state
 * @returns {Step[]}
 */
export function withHandOvers(all, state) {
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
  // At the door of a block one may decide again; between other runs of such questions "aloud" holds for all.
  const open = state.handing === "" || inBlock(step);
  const offered = alone && !isAlone(shown[place - 1]) && open;
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

/**
 * Whether a step back leads over a block that was entered: there it ends, and nothing of the block comes to the screen.
 * @param {Questionnaire} questionnaire
 * @param {Interview} state
 * @param {Step | undefined} from
 * @param {Step | undefined} to
 */
export function barred(questionnaire, state, from, to) {
  const block = blockOf(questionnaire);
  if (!block || !to || !block.questions.some(({ name }) => state.hidden.includes(name))) return false;
  const door = questionnaire.pages.indexOf(block);
  return placeOf(questionnaire, from) > door && placeOf(questionnaire, to) < door;
}

/**
 * The number of a step's page; the end comes after all pages.
 * @param {Questionnaire} questionnaire
 * @param {Step | undefined} step
 */
function placeOf({ pages }, step) {
  if (!step || step.kind === "finish") return pages.length;
  const name = step.before || step.after || step.name;
  return step.page ? pages.indexOf(step.page) : pages.findIndex((page) => page.questions.some((one) => one.name === name));
}

/**
 * Whether the person counts as having entered the block alone: only who entered alone all that was entered of it.
 * @param {Questionnaire} questionnaire
 * @param {Interview} state before it is decided again
 * @param {string} how
 */
export function entersAlone(questionnaire, state, how) {
  const block = blockOf(questionnaire);
  const heard = (/** @type {Question} */ { name }) => answered(state.answers[name]) && !state.hidden.includes(name);
  return how === "alone" && !(state.handing !== "alone" && !!block && block.questions.some(heard));
}

/**
 * The mode at that place of the questionnaire's, as an answer; none where it does not ask.
 * @param {Questionnaire} questionnaire
 * @param {number} place 0 where the worker enters the answers, 1 where the person does
 * @param {string} name
 * @returns {Record<string, string>}
 */
export function modeOf({ pages }, place, name = MODE) {
  const mode = pages.flatMap((page) => page.questions).find((question) => question.name === MODE);
  const choices = (mode && mode.choices) || [];
  const chosen = choices[place] || choices[0];
  return chosen ? { [name]: chosen.name } : {};
}
