/** Telephone lines for somebody who needs help: those of the district's own province, each a link that dials. */

import { DISTRICT } from "../core/facts.js";
import { present } from "../core/present.js";
import { phone, questionnaire } from "../core/state.js";
import { _, said } from "../core/words.js";
import { h, paragraph } from "../device/page.js";

/** Those of the province where the interview is held; all where a server of before did not name it. */
function near() {
  const { referrals, provinces } = present(phone.pack);
  const here = (provinces || {})[String(present(phone.interview).answers[DISTRICT])];
  return referrals.filter(({ province }) => !here || !province || province === here);
}

/** @param {Pack["referrals"][number]} referral */
const line = ({ number, label }) =>
  h(
    "li",
    {},
    h(
      "a",
      { href: `tel:${number.replace(/\D/g, "")}` },
      h("bdi", { dir: "ltr", class: "number" }, number),
      " ",
      h("span", {}, said(label, questionnaire())),
    ),
  );

/** The lines, and what a call leaves behind. */
export function helplines() {
  const lines = near();
  return lines.length > 0 && [
    h("h2", {}, _("Who can help")),
    h("ul", { class: "referrals" }, lines.map(line)),
    paragraph(_("Tap a number to call. The call stays in the phone's list of calls."), { class: "small" }),
  ];
}
