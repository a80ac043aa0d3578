/**
 * Chance that hides an answer before anything keeps it. What was tapped and what was drawn live in the variables of one
 * call here: nothing of either is stored, noted or logged, and a recorded answer is the same value whichever way it came.
 */

/** As many numbers as one draw can be. */
const DRAWS = 2 ** 32;

/** A number from 0 to 2³² − 1 that nobody can foretell. */
const secure = () => crypto.getRandomValues(new Uint32Array(1))[0];

/**
 * A whole number from 0 to below the bound, each as likely: draws past the last whole multiple are made again.
 * @param {number} bound
 * @param {() => number} draw
 */
export function below(bound, draw = secure) {
  const most = DRAWS - (DRAWS % bound);
  let drawn = draw();
  while (drawn >= most) drawn = draw();
  return drawn % bound;
}

/**
 * Whether what has a probability, written as a fraction such as "1/6", happens this time.
 * @param {string} probability
 * @param {() => number} draw
 */
function happens(probability, draw) {
  const [part, whole = "1"] = probability.split("/");
  return below(Number(whole), draw) < Number(part);
}

/** Which list a person is given, each as likely: "a" without the sensitive item, "b" with it. */
export const drawnList = (draw = secure) => (below(2, draw) ? "b" : "a");

/**
 * What is recorded of a number of items: the letter of the list and that number, or one that chance puts in its place, any
 * that the longer list can give. Two draws are made, whichever it is.
 * @param {Question} question
 * @param {string} letter
 * @param {number} number
 * @param {() => number} draw
 */
export function recordedNumber(question, letter, number, draw = secure) {
  const { items, replaced } = question.hidden_by || {};
  const byChance = below(Number(items) + 2, draw);
  return `${letter}${happens(replaced, draw) ? byChance : number}`;
}

/**
 * What is recorded of a tap: the option itself, or the other one.
 * @param {Question} question
 * @param {string} tapped
 * @param {() => number} draw
 */
export function recorded(question, tapped, draw = secure) {
  const { one, no_to_yes, yes_to_no } = question.hidden_by || {};
  const turned = happens(tapped === one ? yes_to_no : no_to_yes, draw);
  const other = (question.choices || []).find((choice) => choice.name !== tapped);
  return turned && other ? other.name : tapped;
}
