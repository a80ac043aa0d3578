/** What the screens say where the phone changes hands: before the private questions, while they are asked, and after them. */

import { marked } from "../../core/interview.js";
import { answered } from "../../core/path.js";
import { present } from "../../core/present.js";
import { phone } from "../../core/state.js";
import { _ } from "../../core/words.js";
import { button, h, heading, paragraph } from "../../device/page.js";
import * as taps from "../../taps.js";

/** The way that was chosen last is marked; each keeps its place, where the hand knows it. */
export function handOver() {
  const aloud = present(phone.safe).aloud === true;
  const way = (/** @type {boolean} */ usual) => ({ class: usual ? "wide" : "wide secondary" });
  return [
    heading(_("Give the phone to the person")),
    paragraph(_("The next questions are for the person alone. Show how to tap, then turn away.")),
    paragraph(_("When they are over, nobody can look back at the answers.")),
    h(
      "div",
      { class: "actions" },
      button(_("The person answers alone"), () => taps.hand("alone"), way(!aloud)),
      button(_("I read them aloud"), () => taps.hand("aloud"), way(aloud)),
      button(_("Back"), taps.back, { class: "secondary" }),
    ),
  ];
}

export function handBack() {
  return [
    heading(_("Give the phone back")),
    paragraph(_("Thank you. Your answers are hidden now: nobody can go back to them on this phone.")),
    h("div", { class: "actions" }, button(_("The worker has the phone"), taps.next, { class: "wide" })),
  ];
}

/** Whether the person has the phone, and no one else. */
export const alone = () => present(phone.interview).handing === "alone";

/**
 * Somebody comes near while a private question is read aloud: such questions go, with what was answered to them.
 * @param {Question} asked
 */
export const near = (asked) =>
  asked.self_entry && !alone() && button(_("Someone came near"), taps.othersNear, { class: "secondary" });

/**
 * Within the block the phone may change hands at any question.
 * @param {QuestionPage} page
 */
export function otherWay(page) {
  if (!page.self_entry_block) return null;
  const [text, how] = alone() ? [_("Let the worker read the rest aloud"), "aloud"] : [_("The person answers alone"), "alone"];
  return button(text, () => taps.hand(/** @type {"alone" | "aloud"} */ (how)), { class: "secondary way" });
}

/**
 * To who went back alone: what was answered is there, and is not shown to somebody who takes the phone.
 * @param {Question} asked
 */
export function unseen(asked) {
  const state = present(phone.interview);
  const kept = answered(state.answers[asked.name]) && !asked.hidden_by && !answered(marked(state, asked));
  return kept && alone() && asked.self_entry && h("p", { class: "note" }, _("Your answer is kept and is not shown. To change it, answer again."));
}
