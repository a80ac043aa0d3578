/** One option on the screen of a question: its words, how much of it there is, and its recording. */

import { phone, questionnaire } from "../../core/state.js";
import { _, chosen, said } from "../../core/words.js";
import { button, h } from "../../device/page.js";
import { play } from "../../recordings.js";
import { alone } from "./hands.js";

/**
 * A button that plays a recording, where it is on the phone; tapped again it begins again.
 * @param {Texts | undefined} texts
 * @param {string} [what] what is heard, where several can be
 */
export function sound(texts, what) {
  const name = texts && texts[chosen().code];
  if (!name || !phone.recordings || !phone.recordings.names.includes(name)) return null;
  const listen = _("Listen");
  return button(listen, () => play(name), { class: "secondary listen", "aria-label": what && `${listen}: ${what}` });
}

/**
 * Signs for who does not read, of what every list offers.
 * @type {Record<string, string>}
 */
const SIGNS = { 97: "–", 98: "?", 99: "✕" };

/**
 * How much of an option there is, as a bar: never a face, never colour alone.
 * @param {Choice} choice
 */
function amount(choice) {
  if (choice.score === undefined) return alone() && choice.name in SIGNS ? h("span", { class: "sign", "aria-hidden": "true" }, SIGNS[choice.name]) : null;
  const width = choice.score;
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "amount");
  svg.setAttribute("viewBox", "0 0 100 12");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  const filled = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  Object.entries({ width, height: 12 }).forEach(([name, value]) => filled.setAttribute(name, String(value)));
  if (document.documentElement.dir === "rtl") filled.setAttribute("x", String(100 - width));
  svg.append(filled);
  return svg;
}

/**
 * @param {Question} asked
 * @param {Choice} choice
 * @param {string} type
 * @param {boolean} checked
 * @param {(event: Event) => void} change
 */
export function option(asked, choice, type, checked, change) {
  const id = `o-${choice.name}`;
  const input = h("input", { type, id, name: asked.name, value: choice.name, checked, onchange: change });
  const text = h("span", {}, said(choice.label, questionnaire()));
  const label = h("label", { for: id, class: "choice" }, input, text, amount(choice));
  const listen = sound(choice.audio, said(choice.label, questionnaire()));
  return listen ? h("div", { class: "with-sound" }, label, listen) : label;
}

/**
 * The name of the choice that was tapped.
 * @param {Event} event
 */
export const tapped = (event) => /** @type {HTMLInputElement} */ (event.target).value;
