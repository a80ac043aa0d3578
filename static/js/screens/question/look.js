/** The look over all answers before they are sealed: plain ones with the way to each, of sensitive ones only whether they are there. */

import { review } from "../../core/review.js";
import { present } from "../../core/present.js";
import { phone, questionnaire, today } from "../../core/state.js";
import { _, said } from "../../core/words.js";
import { button, h, paragraph } from "../../device/page.js";
import * as taps from "../../taps.js";

/** Folded, so that nobody who glances at the phone sees a whole interview. */
export function look() {
  const interview = present(phone.interview);
  const lines = review(questionnaire(), interview, today());
  const open = lines.filter((line) => !line.given).length;
  return h(
    "details",
    { class: "look", open: interview.looked === true, ontoggle: fold },
    h("summary", {}, _("Look over the answers")),
    open > 0 && paragraph(_("Without an answer: {count}.", { count: open })),
    h("ol", {}, lines.map((line) => h("li", {}, line.plain ? plain(line) : sensitive(line)))),
  );
}

/**
 * Another language finds it as it was left.
 * @param {Event} event
 */
const fold = (event) => taps.fold(/** @type {HTMLDetailsElement} */ (event.target).open);

/** @param {Line} line */
function plain(line) {
  const question = present(line.question);
  const answer = h("strong", {}, line.given ? valueOf(question) : _("left out"));
  return button([label(line), answer], () => taps.lookAt(question.name), { class: "line" });
}

/** @param {Line} line */
function sensitive(line) {
  return h("div", { class: "line" }, [label(line), h("strong", {}, line.given ? _("answered") : _("left out"))]);
}

/** @param {Line} line */
const label = (line) => h("span", {}, said(line.label, questionnaire()));

/**
 * The answer in words.
 * @param {Question} question
 */
function valueOf({ name, choices }) {
  const value = present(phone.interview).answers[name];
  const texts = [value].flat().map((one) => {
    const choice = (choices || []).find((known) => known.name === one);
    return choice ? said(choice.label, questionnaire()) : String(one);
  });
  return texts.join(_(", "));
}
