/** What must be known before consent: the district and the form, one choice each. */

import { formsForWhom } from "./forms.js";
import { folded } from "./letters.js";
import { phone, questionnaire } from "../core/state.js";
import { _, said } from "../core/words.js";
import { button, h, heading, paragraph, show } from "../device/page.js";
import { goHome } from "../home.js";
import * as taps from "../taps.js";
import { practiceMark } from "./practice_mark.js";
import { bar } from "./worker.js";

/** More choices than this are searched. */
const SHORT = 9;

/**
 * One preset choice before consent; `choices` are the options this worker has.
 * @param {Question} question
 * @param {Choice[]} choices
 */
export function preset(question, choices) {
  const again = () => preset(question, choices);
  const rows = choices.map((choice) => row(question, choice));
  show({
    name: "preset",
    back: goHome,
    bar: bar(again),
    main: [
      phone.practice && practiceMark(),
      heading(said(question.label, questionnaire())),
      phone.resumed && paragraph(_("You were in the middle of an interview. Which form was it?")),
      choices.length > SHORT && search(choices, rows),
      h("div", { class: "choices" }, rows),
      formsForWhom(question),
      h("div", { class: "actions foot" }, button(_("Back"), () => goHome(), { class: "secondary" })),
    ],
  });
}

/**
 * @param {Question} question
 * @param {Choice} choice
 */
function row(question, choice) {
  const take = () => taps.preset(question, choice.name);
  return button(said(choice.label, questionnaire()), take, { class: "choice" });
}

/**
 * A field that leaves the choices in whose name, of any language, its letters are.
 * @param {Choice[]} choices
 * @param {HTMLElement[]} rows
 */
function search(choices, rows) {
  const names = choices.map((choice) => Object.values(choice.label).map(folded));
  const look = () => {
    const sought = folded(input.value);
    rows.forEach((one, place) => one.toggleAttribute("hidden", !names[place].some((name) => name.includes(sought))));
  };
  const input = h("input", { id: "search", type: "text", autocomplete: "off", maxlength: "40", oninput: look });
  return h("div", { class: "field" }, h("label", { for: "search" }, _("Search")), input);
}
