/** One answer: how it is typed, tapped and checked. */

import { asciiDigits } from "./digits.js";
import { truth } from "./expressions.js";
import { KINDS } from "./kinds.js";
import { answered, missing } from "./path.js";
import { present } from "./present.js";

// Keyboards for right-to-left scripts leave such marks around a number.
const MARKS = /[\u200e\u200f\u061c\u202a-\u202c]/g;

/**
 * A whole number as it was typed: null where nothing was, NaN where it cannot be read.
 * @param {string} text
 */
export function typedNumber(text) {
  const typed = asciiDigits(text).replace(MARKS, "").trim();
  if (typed === "") return null;
  return /^[-+]?\d{1,9}$/.test(typed) ? Number(typed) : NaN;
}

/**
 * What is wrong with an answer: "" or the name of the broken rule.
 * @param {Question} question
 * @param {Answer} value
 * @param {Answers} answers
 * @param {string} today
 */
export function problem(question, value, answers, today) {
  if (!answered(value)) return question.required ? "required" : "";
  const broken = present(KINDS[question.kind]).problem(value);
  if (broken) return broken;
  const rule = question.constraint;
  const live = { ...answers, [question.name]: value };
  return rule != null && !truth(rule, live, { today, current: value }) ? "constraint" : "";
}

/**
 * Whether an option is chosen alone, also where several may be.
 * @param {Choice} choice
 */
export const alone = (choice) => !!choice.exclusive || missing(choice);

/**
 * The chosen options after a tap on one of them: exclusive ones and 97, 98, 99 are chosen alone.
 * @param {Question} question
 * @param {readonly string[]} chosen
 * @param {string} name
 */
export function toggled(question, chosen, name) {
  if (chosen.includes(name)) return chosen.filter((other) => other !== name);
  const choices = present(question.choices);
  if (alone(present(choices.find((choice) => choice.name === name)))) return [name];
  const together = choices.filter((choice) => !alone(choice)).map((choice) => choice.name);
  return together.filter((other) => other === name || chosen.includes(other));
}
