/** The look over an interview before it is sealed: what was answered, and the way to one question and back. */

import { inBlock } from "./handing.js";
import { keepable, steps } from "./interview.js";
import { answered } from "./path.js";
import { present } from "./present.js";

/**
 * Every question that was reached, in the order of asking. The block is one line: how many of its questions were asked,
 * or answered, may tell an answer.
 * @param {Questionnaire} questionnaire
 * @param {Interview} state
 * @param {string} today
 * @returns {Line[]}
 */
export function review(questionnaire, state, today) {
  const all = steps(questionnaire, state, today).filter((step) => step.question);
  const given = (/** @type {Step} */ step) => answered(state.answers[step.name]);
  const block = all.filter(inBlock);
  /** @returns {Line[]} */
  const lines = (/** @type {Step} */ step) => {
    if (step === block[0]) return [{ question: null, label: present(step.page).label, plain: false, given: block.some(given) }];
    const question = present(step.question);
    return inBlock(step) ? [] : [{ question, label: question.label, plain: isPlain(question), given: given(step) }];
  };
  return all.flatMap(lines);
}

/**
 * Whether an answer is shown again; what chance hid never is.
 * @param {Question} question
 */
const isPlain = (question) => keepable(question) && !question.hidden_by;

/**
 * To that question; the next step leads back to the end. A sensitive one is not gone to: who answered it alone may
 * have given the phone back.
 * @param {Questionnaire} questionnaire
 * @param {Interview} state
 * @param {string} name
 * @param {string} today
 * @returns {Interview}
 */
export function lookAt(questionnaire, state, name, today) {
  const lines = review(questionnaire, state, today);
  if (!lines.some((line) => line.plain && present(line.question).name === name)) return state;
  return { ...state, place: name, looked: true, seen: steps(questionnaire, state, today).map((step) => step.name) };
}
