/** What differs between kinds of questions, apart from their screens: the check of an answer, and the longest one. */

import { LARGEST } from "./facts.js";
import { present } from "./present.js";

/** @param {Question} question */
const names = (question) => (question.choices || []).map((choice) => choice.name);

const CHOICE = { problem: () => "", longest: (/** @type {Question} */ question) => longestOf(names(question)) };

/**
 * By kind: `problem` names the broken rule of an answer, "" for none; `longest` is an answer that takes most room.
 * @type {Record<string, { problem(value: Answer): string, longest(question: Question): Answer }>}
 */
export const KINDS = {
  choice: CHOICE,
  multiple: { problem: () => "", longest: names },
  forced_response: CHOICE,
  mirrored: CHOICE,
  crosswise: CHOICE,
  garbled: CHOICE,
  // The letter of a list alone is noted while its screen is open, and is no answer.
  list_count: { ...CHOICE, problem: (value) => (/^[ab]\d$/.test(String(value)) ? "" : "nothing") },
  integer: {
    problem: (value) => (Number.isInteger(value) && Math.abs(Number(value)) <= LARGEST ? "" : "integer"),
    longest: () => -LARGEST,
  },
};

/**
 * The text that takes most room.
 * @param {readonly string[]} texts
 */
export const longestOf = (texts) => present([...texts].sort((one, other) => one.length - other.length).pop());
