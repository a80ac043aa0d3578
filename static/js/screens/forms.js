/** Which form is for whom: folded, so that a glance at the phone does not say it; and which one a worker does not have. */

import { GROUP, WOMAN } from "../core/facts.js";
import { present } from "../core/present.js";
import { phone, questionnaire } from "../core/state.js";
import { _, N_, said } from "../core/words.js";
import { h, paragraph } from "../device/page.js";

/** @type {Record<string, string>} */
const FOR_WHOM = {
  member: N_("people who have a role in the local committee or jirga"),
  woman: N_("women; only a woman asks them"),
  youth: N_("women and men of 18 to 29 years"),
};

/** @param {Question} question */
export function formsForWhom(question) {
  if (question.name !== GROUP) return null;
  const choices = question.choices || [];
  const label = (/** @type {Choice} */ choice) => said(choice.label, questionnaire());
  const known = choices.filter(({ name }) => FOR_WHOM[name]);
  const missing = present(phone.pack).woman ? undefined : choices.find(({ name }) => name === WOMAN);
  return [
    missing && paragraph(_("{form} is for women and is asked by women only: it is not among your forms.", { form: label(missing) })),
    known.length > 0 &&
      h(
        "details",
        { class: "look" },
        h("summary", {}, _("Which form is for whom?")),
        h("ul", {}, known.map((choice) => h("li", {}, `${label(choice)}: ${_(FOR_WHOM[choice.name])}`))),
      ),
  ];
}
