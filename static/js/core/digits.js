/** The digits that people type: those of the app's languages, each as the server knows it. */

import { offered } from "./words.js";

/** @param {string} numerals the digits of a language, from zero on */
const entries = (numerals) => Array.from(numerals, (digit, value) => [digit, String(value)]);

/**
 * The text with the digits of every language written as 0–9.
 * @param {string} text
 */
export function asciiDigits(text) {
  /** @type {Record<string, string>} */
  const ascii = Object.fromEntries(offered().flatMap((language) => language.numerals.flatMap(entries)));
  return Array.from(text, (sign) => ascii[sign] || sign).join("");
}
