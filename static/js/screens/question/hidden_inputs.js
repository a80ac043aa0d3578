/** Questions that the phone itself hides: what was tapped is in the variables of one call, and nothing else is kept of it. */

import { drawnList, recorded, recordedNumber } from "../../core/garbled.js";
import { answered, options } from "../../core/path.js";
import { present } from "../../core/present.js";
import { phone, questionnaire } from "../../core/state.js";
import { _, said } from "../../core/words.js";
import { h } from "../../device/page.js";
import * as taps from "../../taps.js";
import { option, sound } from "./options.js";

/**
 * What is tapped stays on this screen until "Next" hides it, and is noted nowhere: not when the language is switched, not
 * in a draft, not on the way back. An answer is never drawn again.
 * @param {Question} asked
 * @returns {AnswerInput}
 */
export function garbledInput(asked) {
  const closed = notAsked(asked);
  if (closed) return closed;
  const one = (/** @type {Choice} */ choice) => option(asked, choice, "radio", false, () => {});
  const element = h("div", { class: "choices" }, options(asked, present(phone.interview).seed).map(one));
  const value = takenOnce(element, (tapped) => recorded(asked, tapped));
  const about = _("The phone changes some answers by chance before it keeps them. Nobody can tell from what is kept what you tapped.");
  return { role: "radiogroup", element, value, about };
}

/**
 * A list of which the person says how many are true. Which list it is stays the same on this screen, and is noted for that; the
 * number is noted nowhere, and kept as the other one is: once, with "Next".
 * @param {Question} asked
 * @returns {AnswerInput}
 */
export function listInput(asked) {
  const closed = notAsked(asked);
  if (closed) return closed;
  const letter = letterOf(asked, present(phone.interview));
  taps.choose(asked.name, letter);
  const items = present(asked.items).filter((item) => letter === "b" || item.name !== present(asked.hidden_by).one);
  const numbers = h("div", { class: "choices" }, [0, ...items.map((_item, place) => place + 1)].map((number) => numberOption(asked, number)));
  const value = takenOnce(numbers, (tapped) => recordedNumber(asked, letter, Number(tapped)));
  const about = _("Tap only how many, not which. The phone replaces some numbers by others by chance before it keeps them, so nobody can tell from what is kept what is true of you.");
  return { role: "radiogroup", element: h("div", {}, h("ul", { class: "items" }, items.map(itemLine)), numbers), value, about };
}

/**
 * Why a hidden question is not asked now: its answer is kept already, or somebody else holds the phone.
 * @param {Question} asked
 */
function notAsked(asked) {
  const { answers, handing } = present(phone.interview);
  if (answered(answers[asked.name])) return notice("settled", _("Your answer is kept, hidden by chance. It is not shown and cannot be changed."));
  return handing === "alone" ? null : notice("closed", _("Only a person who taps alone can answer this question. Go on."));
}

/**
 * What is kept of what was tapped, worked out once: the tap is taken off the screen with it.
 * @param {HTMLElement} element
 * @param {(tapped: string) => string} hide
 */
const takenOnce = (element, hide) => () => {
  const input = /** @type {HTMLInputElement | null} */ (element.querySelector("input:checked"));
  if (!input) return undefined;
  const found = hide(input.value);
  input.checked = false;
  return found;
};

/**
 * The list that was drawn for this screen, or now is; who was given one of two lists with the sensitive item is given the other
 * without.
 * @param {Question} asked
 * @param {Interview} state
 */
function letterOf(asked, state) {
  const noted = String(state.chosen[asked.name] || "");
  const first = String(state.answers[present(asked.hidden_by).first] || "");
  return noted || (first ? (first[0] === "b" ? "a" : "b") : drawnList());
}

/** @param {Choice} item */
const itemLine = (item) => h("li", {}, said(item.label, questionnaire()), sound(item.audio, said(item.label, questionnaire())));

/**
 * @param {Question} asked
 * @param {number} number
 */
function numberOption(asked, number) {
  const label = Object.fromEntries(questionnaire().languages.map((language) => [language, String(number)]));
  return option(asked, { name: String(number), label }, "radio", false, () => {});
}

/**
 * @param {"settled" | "closed"} state
 * @param {string} text
 * @returns {AnswerInput}
 */
const notice = (state, text) => ({ role: "group", element: h("p", { class: "note" }, text), value: () => undefined, state });
