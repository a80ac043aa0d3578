/** What of the round a worker has done, and what is wanted: only behind the PIN, numbers only, never a list of interviews. */

import { GROUP } from "../core/facts.js";
import { present } from "../core/present.js";
import { phone, questionnaire } from "../core/state.js";
import { _, N_, chosen, said } from "../core/words.js";
import { h, paragraph } from "../device/page.js";

/** So many lines are open on the home screen; more are folded. */
const FEW = 6;

/** The numbers of the round, as the server said them last; those of another round are none of this one. */
export function ownPart() {
  const { counts } = phone;
  if (!counts || counts.round !== present(phone.pack).round) return null;
  const lines = counts.parts.map((part) => h("li", {}, line(part)));
  return h(
    "details",
    { class: "look own", open: lines.length <= FEW },
    h("summary", {}, _("Your part of this round")),
    paragraph(_("Your interviews that have arrived: {count}.", { count: counts.stored })),
    lines.length > 0 && h("ul", {}, lines),
  );
}

/** @param {OwnPart} part */
function line({ district, group, stored, target }) {
  const holes = { district: district[chosen().code] || district.en, form: formOf(group), stored, target };
  return target ? _("{district}, {form}: {stored} of {target}", holes) : _("{district}, {form}: {stored}", holes);
}

/**
 * What the form of a group is called on this phone.
 * @param {string} group
 */
function formOf(group) {
  const all = questionnaire();
  const asked = all.pages.flatMap((page) => page.questions).filter((question) => question.name === GROUP);
  const known = asked.flatMap((question) => question.choices || []).find((choice) => choice.name === group);
  return known ? said(known.label, all) : group;
}

/**
 * Who ends what a record needs help with, by the code of the refusal.
 * @type {Record<string, string>}
 */
const WHO = {
  broken_envelope: N_("You: tap “Send now”. If that does not help, tell your coordinator."),
};
const ADMINISTRATOR = N_("An administrator ends it; your coordinator passes it on.");

/** @param {string} code */
export const whoEnds = (code) => _(WHO[code] || ADMINISTRATOR);
