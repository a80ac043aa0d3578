/** What leads through a practice: the mark on each of its screens, what to try next, and what is left. */

import { present } from "../core/present.js";
import { phone } from "../core/state.js";
import { _, N_ } from "../core/words.js";
import { h, paragraph } from "../device/page.js";
import { untried } from "../practice.js";

/**
 * How each thing is tried. The way back from the harmless page is said here and in the guide, and never on that page.
 * @type {Record<string, string>}
 */
const HOW = {
  pause: N_("Tap “Pause and help”, read what it says, and go on."),
  hide: N_("Tap “Hide”. No label shows the way back: tap the heading three times, quickly, then type your PIN."),
  pin: N_("Hide again, and type one wrong PIN on purpose: the phone says how many tries are left. Then type the right one."),
  offline: N_("Switch on flight mode and answer a question: no network is needed. Then switch it off again."),
  hand: N_("At “Give the phone to the person” tap “The person answers alone”, answer as the person, and take the phone back."),
  end: N_("Go to the end and tap “Finish”. “Pause and help” ends it early."),
};

/** What is shown above every practice screen. */
export function practiceMark() {
  return h("p", { class: "practice", role: "note" }, _("Practice: this interview does not count."));
}

const left = () => untried(present(phone.safe));

/** The next thing to try, while there is one. */
export function toTryNext() {
  const [task] = left();
  return task && paragraph(_(HOW[task]), { class: "practice next" });
}

/** What is left to try, or that nothing is. */
export function toTry() {
  const tasks = left();
  if (!tasks.length) return paragraph(_("You have tried everything. Your coordinator sees that you have practised, and nothing else of it."));
  return [
    paragraph(_("Still to try in another practice:")),
    h("ul", {}, tasks.map((task) => h("li", {}, _(HOW[task])))),
  ];
}

/** On the home screen of a worker who has not practised. */
export function toTryFirst() {
  const count = left().length;
  return count > 0 && paragraph(_("Practise before the first interview. Things to try: {count}.", { count }));
}
