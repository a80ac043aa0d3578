/** The digits that people type. */

const DIGITS = /[۰-۹٠-٩]/g;

/**
 * The text with ۰–۹ and ٠–٩ written as 0–9.
 * @param {string} text
 */
export function asciiDigits(text) {
  return text.replace(DIGITS, (digit) => String(digit.charCodeAt(0) & 15));
}
