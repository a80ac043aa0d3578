/** What must be there. */

/**
 * The value, which must be there by now.
 * @template Value
 * @param {Value | null | undefined} value
 * @returns {Value}
 */
export function present(value) {
  if (value === null || value === undefined) throw new TypeError("what must be there is not");
  return value;
}
