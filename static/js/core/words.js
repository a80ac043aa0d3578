/** The interface's texts in the chosen language, and the questionnaire's texts with their holes filled. */

/** @type {Language[]} */
let languages = [];
let picked = false;
/** @type {Record<string, Texts>} */
let own = {};
/** @type {Pick<Language, "code" | "tag" | "direction" | "words">} */
let language = { code: "en", tag: "en", direction: "ltr", words: {} };

/**
 * Take up the languages of the app: `{ code, tag, name, direction, numerals, words }` each.
 * @param {Language[]} found
 */
export function know(found) {
  languages = found;
  choose(found[0].code);
}

/** The languages in the order in which they are offered. */
export function offered() {
  return languages;
}

/**
 * Use a language from now on; an unknown one changes nothing.
 * @param {string} code
 */
export function choose(code) {
  language = languages.find((one) => one.code === code) || language;
}

/**
 * Use a language because somebody tapped it.
 * @param {string} code
 */
export function pick(code) {
  picked = true;
  choose(code);
}

/**
 * Use the language that a phone was invited in, unless somebody picked one.
 * @param {string} code
 */
export function suggest(code) {
  if (!picked) choose(code);
}

/** The chosen language. */
export function chosen() {
  return language;
}

/**
 * A text of the interface in the chosen language, its holes such as `{count}` filled.
 * @param {string} text
 * @param {Record<string, unknown>} holes
 */
export function _(text, holes = {}) {
  const found = language.words[text] || text;
  return found.replace(/\{(\w+)\}/g, (hole, name) => (name in holes ? String(holes[name]) : hole));
}

/**
 * Mark a text that is translated where it is shown.
 * @param {string} text
 */
export const N_ = (text) => text;

/**
 * Fill holes with a district's own words from now on.
 * @param {Record<string, Texts> | undefined} texts
 */
export function fillWith(texts) {
  own = texts || {};
}

/**
 * The language in which a questionnaire is shown: the chosen one, or its first where it lacks that.
 * @param {Pick<Questionnaire, "languages" | "fills">} questionnaire
 */
export function spoken(questionnaire) {
  return questionnaire.languages.includes(language.code) ? language.code : questionnaire.languages[0];
}

/**
 * A text of the questionnaire in the chosen language, else in its first, with holes such as `${local_body}` filled.
 * @param {Texts | undefined} texts
 * @param {Pick<Questionnaire, "languages" | "fills">} questionnaire
 */
export function said(texts, questionnaire) {
  if (!texts) return "";
  const inOne = (/** @type {Texts | undefined} */ some) => (some && (some[language.code] || some[questionnaire.languages[0]])) || "";
  const filling = (/** @type {string} */ name) => inOne({ ...(questionnaire.fills || {})[name], ...own[name] });
  return inOne(texts).replace(/\$\{\s*([^{}\s]+)\s*\}/g, (hole, name) => filling(name) || hole);
}
