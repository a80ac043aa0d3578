/** What differs between kinds of questions, apart from their screens: the check of an answer, and the longest one. */

import { LARGEST } from "./facts.js";

const names = (question) => (question.choices || []).map((choice) => choice.name);
const longestOf = (texts) => texts.reduce((one, other) => (other.length > one.length ? other : one));

/** By kind: `problem` names the broken rule of an answer, "" for none; `longest` is an answer that takes most room. */
export const KINDS = {
  choice: { problem: () => "", longest: (question) => longestOf(names(question)) },
  multiple: { problem: () => "", longest: names },
  integer: {
    problem: (value) => (Number.isInteger(value) && Math.abs(value) <= LARGEST ? "" : "integer"),
    longest: () => -LARGEST,
  },
};
