/**
 * The value of a compiled rule for given answers: the browser's half of survey/questionnaire/expressions/values.py.
 *
 * Rules are compiled on the server (docs/expressions.md describes the tree); both halves pass
 * tests/cases/expressions.json. Written for browsers of 2018.
 */

const NUMBER = /^[ \t\r\n]*-?(?:\d+(?:\.\d*)?|\.\d+)[ \t\r\n]*$/;
const DAY = /^[ \t\r\n]*(\d{4}-\d\d-\d\d)[ \t\r\n]*$/;
const MILLISECONDS_PER_DAY = 864e5;

/** @param {any} value */
const isText = (value) => typeof value === "string";
/**
 * @param {object} object
 * @param {string} name
 */
const has = (object, name) => Object.prototype.hasOwnProperty.call(object, name);

/** @param {number} days */
const toDay = (days) => new Date(days * MILLISECONDS_PER_DAY).toISOString().slice(0, 10);

/**
 * XPath's number(); the text of a day counts the days since 1970-01-01.
 * @param {any} value
 */
function number(value) {
  if (!isText(value) || NUMBER.test(value)) return Number(value);
  const day = DAY.exec(value);
  if (!day) return NaN;
  const days = Date.parse(day[1] + "T00:00:00Z") / MILLISECONDS_PER_DAY;
  // Date.parse takes 30 February for a day of March, and the year 0000 is no year.
  return !Number.isNaN(days) && toDay(days) === day[1] && day[1] > "0001" ? days : NaN;
}

/**
 * XPath's string(): JavaScript's, with the exponent written out.
 * @param {any} value
 */
function text(value) {
  const parts = typeof value === "number" && /^(-?)(\d)\.?(\d*)e(.+)$/.exec(String(value));
  if (!parts) return String(value);
  const [, sign, whole, fraction] = parts;
  const exponent = Number(parts[4]);
  return exponent < 0
    ? sign + "0." + "0".repeat(-exponent - 1) + whole + fraction
    : sign + whole + fraction + "0".repeat(exponent - fraction.length);
}

/**
 * @param {any} left
 * @param {any} right
 */
function equal(left, right) {
  if (typeof left === "boolean" || typeof right === "boolean") return !left === !right;
  return isText(left) && isText(right) ? left === right : number(left) === number(right);
}

/** @param {any} value */
const scalar = (value) => (value == null ? "" : Array.isArray(value) ? value.join(" ") : value);

/** @param {any} value */
const words = (value) => text(value).split(/[ \t\r\n]+/).filter(Boolean);

/** @param {(...values: any[]) => Scalar} calculate */
const onNumbers = (calculate) => (/** @type {any[]} */ ...values) => calculate(...values.map(number));

/** @param {(...values: any[]) => Scalar} calculate */
const onTexts = (calculate) => (/** @type {any[]} */ ...values) => calculate(...values.map(text));

/** @param {any} value */
function date(value) {
  const days = Math.floor(number(value));
  return days >= -719162 && days <= 2932896 ? toDay(days) : "";
}

/** @type {Record<string, (tree: any, answers: Answers, context: RuleContext) => Scalar>} */
const READERS = {
  $: (tree, answers) => scalar(has(answers, tree[1]) ? answers[tree[1]] : ""),
  ".": (tree, answers, context) => scalar(context.current),
  today: (tree, answers, context) => scalar(context.today),
};

/** @type {Record<string, (...values: any[]) => Scalar>} */
const OPERATIONS = {
  or: (left, right) => !!left || !!right,
  and: (left, right) => !!left && !!right,
  "=": equal,
  "!=": (left, right) => !equal(left, right),
  "<": onNumbers((left, right) => left < right),
  "<=": onNumbers((left, right) => left <= right),
  ">": onNumbers((left, right) => left > right),
  ">=": onNumbers((left, right) => left >= right),
  "+": onNumbers((left, right) => left + right),
  "-": onNumbers((left, right) => left - right),
  "*": onNumbers((left, right) => left * right),
  div: onNumbers((left, right) => left / right),
  mod: onNumbers((left, right) => left % right),
  negate: onNumbers((value) => -value),
  selected: (chosen, code) => words(chosen).includes(text(code)),
  "selected-at": (chosen, place) => words(chosen)[Math.trunc(number(place))] || "",
  "count-selected": (chosen) => words(chosen).length,
  if: (condition, then, otherwise) => (condition ? then : otherwise),
  coalesce: (first, second) => (first === "" ? second : first),
  not: (value) => !value,
  boolean: Boolean,
  number,
  string: text,
  int: onNumbers(Math.trunc),
  round: onNumbers(Math.round),
  abs: onNumbers(Math.abs),
  min: onNumbers(Math.min),
  max: onNumbers(Math.max),
  sum: onNumbers((...values) => values.reduce((left, right) => left + right, 0)),
  concat: onTexts((...texts) => texts.join("")),
  "string-length": (value) => Array.from(text(value)).length,
  contains: onTexts((whole, part) => whole.includes(part)),
  "starts-with": onTexts((whole, part) => whole.startsWith(part)),
  "ends-with": onTexts((whole, part) => whole.endsWith(part)),
  substr: (value, start, end = Infinity) =>
    Array.from(text(value)).slice(number(start), number(end)).join(""),
  "normalize-space": (value) => words(value).join(" "),
  date,
};

/**
 * The value of a compiled tree: a text, a number or a boolean; an absent answer counts as "".
 * @param {Tree} tree
 * @param {Answers} answers
 * @param {RuleContext} context
 * @returns {any}
 */
export function evaluate(tree, answers, context) {
  if (!Array.isArray(tree)) return tree;
  const [operation, ...parts] = tree;
  if (has(READERS, operation)) return READERS[operation](tree, answers, context);
  return OPERATIONS[operation](...parts.map((part) => evaluate(part, answers, context)));
}

/**
 * Whether a compiled tree holds, as boolean() would say: 0, NaN and "" do not.
 * @param {Tree} tree
 * @param {Answers} answers
 * @param {RuleContext} context
 */
export function truth(tree, answers, context) {
  return !!evaluate(tree, answers, context);
}
