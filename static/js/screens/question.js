/** The screens of an interview: one question each, the hand-over, the pause, the finish. */

import { problem, toggled, typedNumber } from "../core/answers.js";
import { back as backFrom, current, marked, progress } from "../core/interview.js";
import { answered, options } from "../core/path.js";
import { present } from "../core/present.js";
import { phone, questionnaire, today } from "../core/state.js";
import { _, said } from "../core/words.js";
import { button, h, heading, mistake, paragraph, show, stay } from "../device/page.js";
import { learn } from "../practice.js";
import * as taps from "../taps.js";
import { look } from "./question/look.js";
import { goOnAfterTap } from "./question/going_on.js";
import { alone, handBack, handOver, near, otherWay, unseen } from "./question/hands.js";
import { helplines } from "./helplines.js";
import { garbledInput, listInput } from "./question/hidden_inputs.js";
import { option, sound, tapped } from "./question/options.js";
import { practiceMark, toTryNext } from "./practice_mark.js";
import { bar, countOf, sure } from "./worker.js";

/** @type {Record<string, () => void>} */
const SCREENS = { "hand-over": () => frame(handOver()), "hand-back": () => frame(handBack(), stay), finish };

/** Draw what the interview has come to. */
export function ask(message = "") {
  const step = current(questionnaire(), present(phone.interview), today());
  if (step.kind) SCREENS[step.kind]();
  else question(step, message);
}

/**
 * @param {Child} main
 * @param {() => unknown} back
 */
function frame(main, back = taps.back) {
  const again = () => ask();
  const done = progress(questionnaire(), present(phone.interview), today());
  show({
    name: "question",
    back,
    bar: [
      bar(again),
      h("progress", { max: "1", value: done.toFixed(3), "aria-label": _("Progress") }),
      button(_("Pause and help"), pause, { class: "quiet pause" }),
    ],
    main: [phone.practice && [practiceMark(), toTryNext()], main],
  });
}

/**
 * @param {Step} step
 * @param {AnswerInput | null | undefined} input
 */
function actions(step, input) {
  const { question: asked } = step;
  const skippable = asked && !asked.required && !(input && input.state);
  return h(
    "div",
    { class: "actions foot" },
    button(_("Back"), taps.back, { class: "secondary" }),
    skippable && button(_("Skip"), taps.skip, { class: "secondary" }),
    h("button", { type: "submit", class: "wide" }, _("Next")),
  );
}

/**
 * @param {Step} step
 * @param {string} message
 */
function question(step, message) {
  const asked = step.question;
  const input = asked && INPUTS[asked.kind](asked);
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    advance(asked, input);
  };
  frame(
    h("form", { class: alone() ? "alone" : undefined, onsubmit: submit, autocomplete: "off", novalidate: true }, [
      present(step.notes).map(explained),
      asked && input ? asking(step, input, message) : heading(said(present(step.page).label, questionnaire())),
      actions(step, input),
    ]),
  );
  if (asked && input) goOnAfterTap(asked, input, () => advance(asked, input));
}

/** @param {Note} note */
function explained(note) {
  return h("div", { class: "note" }, paragraph(said(note.text, questionnaire())), sound(note.audio));
}

/**
 * @param {Step} step
 * @param {AnswerInput} input
 * @param {string} message
 */
function asking(step, input, message) {
  const [all, asked] = [questionnaire(), present(step.question)];
  const hint = [said(asked.hint, all), input.about].filter(Boolean).join(" ");
  return h(
    "div",
    { role: input.role, "aria-labelledby": "label", "aria-describedby": message ? "mistake" : hint ? "hint" : undefined },
    h("h1", { id: "label" }, said(asked.label, all)),
    hint && h("p", { id: "hint", class: "hint" }, hint),
    near(asked),
    sound(asked.audio),
    message && mistake(message),
    unseen(asked),
    input.element,
    otherWay(present(step.page)),
  );
}

/**
 * @param {Question | null | undefined} asked
 * @param {AnswerInput | null | undefined} input
 */
function advance(asked, input) {
  if (!asked || !input || input.state === "settled") {
    taps.next();
    return;
  }
  if (input.state === "closed") {
    taps.skip();
    return;
  }
  const value = input.value();
  // An answer that is kept and not shown stays as it is.
  if (!answered(value) && unseen(asked)) {
    taps.next();
    return;
  }
  const broken = problem(asked, value, present(phone.interview).answers, today()) || (!answered(value) && "nothing");
  if (broken) ask(complaint(asked, broken));
  else taps.answer(asked.name, value);
}

/**
 * @param {Question} asked
 * @param {string} broken
 */
function complaint(asked, broken) {
  const own = broken === "required" ? asked.required_message : broken === "constraint" ? asked.constraint_message : undefined;
  /** @type {Record<string, string>} */
  const plain = {
    required: _("Please answer before going on."),
    nothing: _("Please answer, or tap “Skip” to leave the question out."),
    constraint: _("Please check this answer, or skip the question."),
    integer: _("Please type a whole number."),
  };
  return said(own, questionnaire()) || plain[broken];
}

/** @param {Question} asked */
function choiceInput(asked) {
  const before = marked(present(phone.interview), asked);
  const change = (/** @type {Event} */ event) => taps.choose(asked.name, tapped(event));
  const one = (/** @type {Choice} */ choice) => option(asked, choice, "radio", choice.name === before, change);
  const element = h("div", { class: "choices" }, options(asked, present(phone.interview).seed).map(one));
  const value = () => {
    const input = /** @type {HTMLInputElement | null} */ (element.querySelector("input:checked"));
    return input ? input.value : undefined;
  };
  return { role: "radiogroup", element, value };
}

/** @param {Question} asked */
function multipleInput(asked) {
  const before = marked(present(phone.interview), asked);
  let now = Array.isArray(before) ? [...before] : [];
  const change = (/** @type {Event} */ event) => {
    now = toggled(asked, now, tapped(event));
    for (const input of element.querySelectorAll("input")) input.checked = now.includes(input.value);
    taps.choose(asked.name, now);
  };
  const one = (/** @type {Choice} */ choice) => option(asked, choice, "checkbox", now.includes(choice.name), change);
  const element = h("div", { class: "choices" }, options(asked, present(phone.interview).seed).map(one));
  return { role: "group", element, value: () => (now.length ? now : undefined) };
}

/**
 * What the person says after something done in private: chance decided, and nobody here saw it.
 * @param {Question} asked
 */
const hiddenInput = (asked) => ({
  ...choiceInput(asked),
  about: _("Only the answer below is kept. What chance decided is kept nowhere, so nobody can tell from the answer what is true."),
});

/** @param {Question} asked */
function integerInput(asked) {
  const before = marked(present(phone.interview), asked);
  const oninput = () => Number.isNaN(value()) || taps.choose(asked.name, value());
  const properties = { oninput, type: "text", inputmode: "numeric", id: "number", "aria-labelledby": "label", maxlength: "12" };
  const element = h("input", { ...properties, value: answered(before) ? String(before) : "" });
  const value = () => {
    const typed = typedNumber(element.value);
    return typed === null ? undefined : typed;
  };
  return { role: "group", element, value };
}

/** @type {Record<string, (asked: Question) => AnswerInput>} */
const INPUTS = {
  choice: choiceInput,
  multiple: multipleInput,
  integer: integerInput,
  forced_response: hiddenInput,
  mirrored: hiddenInput,
  crosswise: hiddenInput,
  garbled: garbledInput,
  list_count: listInput,
};

function finish() {
  const state = present(phone.interview);
  const count = countOf(state.answers);
  // Behind the block there is no way back: the look over the answers leads to what may be seen again.
  const leads = backFrom(questionnaire(), state, today()) !== state;
  frame([
    heading(_("The interview is complete")),
    paragraph(_("Answers: {count}. After this nobody can open them on this phone.", { count })),
    look(),
    h(
      "div",
      { class: "actions foot" },
      button(_("Finish"), taps.finish, { class: "wide" }),
      leads && button(_("Back"), taps.back, { class: "secondary" }),
    ),
  ]);
}

/** The pause: calm words, people who can help, and three ways on. */
export function pause() {
  learn("pause");
  show({
    name: "pause",
    back: () => ask(),
    bar: bar(() => pause()),
    main: [
      heading(_("Pause and help")),
      paragraph(_("Stop asking. Sit quietly and give the person time. Offer water.")),
      paragraph(
        _("“We can stop now, take a break, or leave out any question. Nothing happens if you stop. You do not have to tell me why.”"),
        { class: "said" },
      ),
      paragraph(
        _("Do not ask what happened, do not write anything down and do not promise help. If the person wants help, tell these numbers and let the person decide."),
      ),
      helplines(),
      h(
        "div",
        { class: "actions" },
        button(_("Go on with the interview"), () => ask(), { class: "wide" }),
        button(_("End here and keep the answers given"), taps.endHere, { class: "secondary" }),
        button(_("Stop and throw all answers away"), () => throwAway(), { class: "danger" }),
      ),
    ],
  });
}

function throwAway() {
  sure({
    text: () => _("Throw all answers away ({count})?", { count: countOf(present(phone.interview).answers) }),
    yes: () => _("Yes, throw them away"),
    act: taps.drop,
    no: () => pause(),
  });
}
