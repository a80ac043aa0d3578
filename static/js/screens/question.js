/** The screens of an interview: one question each, the hand-over, the pause, the finish. */

import { problem, toggled, typedNumber } from "../core/answers.js";
import { recorded } from "../core/garbled.js";
import { current, given, progress } from "../core/interview.js";
import { answered, options } from "../core/path.js";
import { present } from "../core/present.js";
import { phone, questionnaire, today } from "../core/state.js";
import { _, chosen, said } from "../core/words.js";
import { button, h, heading, mistake, paragraph, show, stay } from "../device/page.js";
import { learn } from "../practice.js";
import { play } from "../recordings.js";
import * as taps from "../taps.js";
import { look } from "./look.js";
import { goOnAfterTap } from "./going_on.js";
import { helplines } from "./helplines.js";
import { practiceMark, toTryNext } from "./practice_mark.js";
import { bar, countOf, sure } from "./worker.js";

/** @type {Record<string, () => void>} */
const SCREENS = { "hand-over": handOver, "hand-back": handBack, finish };

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
 * A button that plays a recording, where it is on the phone; tapped again it begins again.
 * @param {Texts | undefined} texts
 * @param {string} [what] what is heard, where several can be
 */
function sound(texts, what) {
  const name = texts && texts[chosen().code];
  if (!name || !phone.recordings || !phone.recordings.names.includes(name)) return null;
  const listen = _("Listen");
  return button(listen, () => play(name), { class: "secondary listen", "aria-label": what && `${listen}: ${what}` });
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
    h("form", { onsubmit: submit, autocomplete: "off", novalidate: true }, [
      present(step.notes).map(explained),
      asked && input ? asking(asked, input, message) : heading(said(present(step.page).label, questionnaire())),
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
 * @param {Question} asked
 * @param {AnswerInput} input
 * @param {string} message
 */
function asking(asked, input, message) {
  const all = questionnaire();
  const hint = [said(asked.hint, all), input.about].filter(Boolean).join(" ");
  return h(
    "div",
    { role: input.role, "aria-labelledby": "label", "aria-describedby": message ? "mistake" : hint ? "hint" : undefined },
    h("h1", { id: "label" }, said(asked.label, all)),
    hint && h("p", { id: "hint", class: "hint" }, hint),
    asked.self_entry && present(phone.interview).handing !== "alone" && near(),
    sound(asked.audio),
    message && mistake(message),
    input.element,
  );
}

/** Someone came near: sensitive questions disappear with what was answered to them. */
function near() {
  return button(_("Someone came near"), taps.othersNear, { class: "secondary" });
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

/**
 * How much of an option there is, as a bar: never a face, never colour alone.
 * @param {Choice} choice
 */
function amount(choice) {
  if (choice.score === undefined) return null;
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
function option(asked, choice, type, checked, change) {
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
const tapped = (event) => /** @type {HTMLInputElement} */ (event.target).value;

/** @param {Question} asked */
function choiceInput(asked) {
  const before = given(present(phone.interview), asked.name);
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
  const before = given(present(phone.interview), asked.name);
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

/**
 * What is tapped stays on this screen until "Next" hides it, and is noted nowhere: not when the language is switched, not
 * in a draft, not on the way back. An answer is never drawn again.
 * @param {Question} asked
 * @returns {AnswerInput}
 */
function garbledInput(asked) {
  const state = present(phone.interview);
  const kept = state.answers[asked.name];
  if (answered(kept)) return notice("settled", _("Your answer is kept, hidden by chance. It is not shown and cannot be changed."));
  if (state.handing !== "alone") return notice("closed", _("Only a person who taps alone can answer this question. Go on."));
  const one = (/** @type {Choice} */ choice) => option(asked, choice, "radio", false, () => {});
  const element = h("div", { class: "choices" }, options(asked, state.seed).map(one));
  const value = () => {
    const input = /** @type {HTMLInputElement | null} */ (element.querySelector("input:checked"));
    if (!input) return undefined;
    const found = recorded(asked, input.value);
    input.checked = false;
    return found;
  };
  const about = _("The phone changes some answers by chance before it keeps them. Nobody can tell from what is kept what you tapped.");
  return { role: "radiogroup", element, value, about };
}

/**
 * @param {"settled" | "closed"} state
 * @param {string} text
 * @returns {AnswerInput}
 */
const notice = (state, text) => ({ role: "group", element: h("p", { class: "note" }, text), value: () => undefined, state });

/** @param {Question} asked */
function integerInput(asked) {
  const before = given(present(phone.interview), asked.name);
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
};

function handOver() {
  frame([
    heading(_("Give the phone to the person")),
    paragraph(_("The next questions are for the person alone. Show how to tap, then turn away.")),
    h(
      "div",
      { class: "actions" },
      button(_("The person answers alone"), () => taps.hand("alone"), { class: "wide" }),
      button(_("I read them aloud"), () => taps.hand("aloud"), { class: "secondary" }),
      button(_("Back"), taps.back, { class: "secondary" }),
    ),
  ]);
}

function handBack() {
  frame([
    heading(_("Give the phone back")),
    paragraph(_("Thank you. Your answers are hidden now: nobody can go back to them on this phone.")),
    h(
      "div",
      { class: "actions" },
      button(_("The worker has the phone"), taps.next, { class: "wide" }),
    ),
  ], stay);
}

function finish() {
  const count = countOf(present(phone.interview).answers);
  frame([
    heading(_("The interview is complete")),
    paragraph(_("Answers: {count}. After this nobody can open them on this phone.", { count })),
    look(),
    h(
      "div",
      { class: "actions foot" },
      button(_("Finish"), taps.finish, { class: "wide" }),
      button(_("Back"), taps.back, { class: "secondary" }),
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
