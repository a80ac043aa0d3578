/** The look over an interview before it is sealed: what was answered, and the way to one question and back. */

import { keepable, steps } from "./interview.js";
import { answered } from "./path.js";

/**
 * Every question that was reached, in the order of asking.
 * @param {Questionnaire} questionnaire
 * @param {Interview} state
 * @param {string} today
 * @returns {Line[]}
 */
export function review(questionnaire, state, today) {
  return steps(questionnaire, state, today).flatMap(({ question }) =>
    question ? [{ question, plain: isPlain(question), given: answered(state.answers[question.name]) }] : [],
  );
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
  if (!lines.some((line) => line.plain && line.question.name === name)) return state;
  return { ...state, place: name, looked: true, seen: lines.map((line) => line.question.name) };
}
