/** A choice that a finger or a pen made goes on to the next question by itself. */

import { alone } from "../../core/answers.js";
import { AGE, CONSENT, PRIVACY } from "../../core/facts.js";
import { answered } from "../../core/path.js";
import { present } from "../../core/present.js";
import { phone } from "../../core/state.js";
import { untilLeft } from "../../device/page.js";
import { onTap } from "../../device/touch.js";

/** Questions whose answer ends an interview or leaves questions out: a slip of the finger must not. */
const CONFIRMED = [CONSENT, AGE, PRIVACY];

/** Milliseconds in which a choice is seen before the next question comes. */
const MOMENT = 450;

/**
 * Whether a tap on that option says all there is to say.
 * @param {Question} asked
 * @param {string} name
 */
function final(asked, name) {
  const chosenAlone = (asked.choices || []).some((choice) => choice.name === name && alone(choice));
  // An answer that chance hides is confirmed: it is drawn once, and nobody can look at it again.
  return asked.kind === "choice" || (asked.kind === "multiple" && chosenAlone);
}

/**
 * One choice that a finger or a pen made goes on by itself, unless that is switched off on this phone.
 * @param {Question} asked
 * @param {AnswerInput} input
 * @param {() => void} advance
 */
export function goOnAfterTap(asked, input, advance) {
  if (CONFIRMED.includes(asked.name) || present(phone.safe).still) return;
  let timer = 0;
  const start = () => clearTimeout(timer);
  const goOn = () => answered(input.value()) && advance();
  onTap(input.element, { start, tapped: (name) => void (final(asked, name) && (timer = setTimeout(goOn, MOMENT))) });
  untilLeft(start);
}
