/** The screens of an interview: one question each, the hand-over, the pause, the finish. */

import { bar, countOf, practiceMark, sure } from "./worker.js";
import { current, given, problem, progress, toggled, typedNumber } from "../core/interview.js";
import { answered, options } from "../core/path.js";
import { button, h, heading, mistake, paragraph, show } from "./page.js";
import { _, chosen, said } from "../core/words.js";

const SCREENS = { "hand-over": handOver, "hand-back": handBack, finish };

/** Draw what the interview has come to. */
export function ask(app, told = "") {
  const step = current(app.pack.questionnaire, app.state, app.today());
  const draw = SCREENS[step.kind] || question;
  draw(app, step, told);
}

function frame(app, step, main) {
  const again = () => ask(app);
  const done = progress(app.pack.questionnaire, app.state, app.today());
  const pause = button(_("Pause and help"), app.pause, { class: "quiet pause" });
  show({
    name: "question",
    title: app.name,
    bar: [
      bar(app, again),
      h("progress", { max: "1", value: done.toFixed(3), "aria-label": _("Progress") }),
      pause,
    ],
    main: [app.practice && practiceMark(), main],
  });
}

function sound(app, texts) {
  const file = texts && texts[chosen().code];
  if (!file || !app.pack.sounds || !app.pack.sounds.includes(file)) return null;
  return button(_("Listen"), () => app.play(file), { class: "secondary listen" });
}

function actions(app, step, required) {
  return h(
    "div",
    { class: "actions" },
    h("button", { type: "submit", class: "wide" }, _("Next")),
    button(_("Back"), app.back, { class: "secondary" }),
    step.question && !required && button(_("Skip"), app.skip, { class: "secondary" }),
  );
}

function question(app, step, told) {
  const asked = step.question;
  const input = asked && INPUTS[asked.kind](app, asked);
  const submit = (event) => {
    event.preventDefault();
    advance(app, asked, input);
  };
  frame(
    app,
    step,
    h("form", { onsubmit: submit, autocomplete: "off", novalidate: true }, [
      step.notes.map((note) => note_(app, note)),
      asked ? asking(app, asked, input, told) : heading(said(step.page.label, app.pack.questionnaire)),
      actions(app, step, asked && asked.required),
    ]),
  );
}

function note_(app, note) {
  return h("div", { class: "note" }, paragraph(said(note.text, app.pack.questionnaire)), sound(app, note.audio));
}

function asking(app, asked, input, told) {
  const all = app.pack.questionnaire;
  const hint = said(asked.hint, all);
  return h(
    "div",
    { role: input.role, "aria-labelledby": "label", "aria-describedby": told ? "mistake" : hint ? "hint" : undefined },
    h("h1", { id: "label" }, said(asked.label, all)),
    hint && h("p", { id: "hint", class: "hint" }, hint),
    asked.self_entry && app.state.handing !== "alone" && near(app),
    sound(app, asked.audio),
    told && mistake(told),
    input.element,
  );
}

/** Someone came near: sensitive questions disappear with what was answered to them. */
function near(app) {
  return button(_("Someone came near"), app.othersNear, { class: "secondary" });
}

function advance(app, asked, input) {
  if (!asked) {
    app.next();
    return;
  }
  const value = input.value();
  const broken = problem(asked, value, app.state.answers, app.today()) || (!answered(value) && "nothing");
  if (broken) ask(app, complaint(app, asked, broken));
  else app.answer(asked.name, value);
}

function complaint(app, asked, broken) {
  const own = { required: asked.required_message, constraint: asked.constraint_message }[broken];
  const plain = {
    required: _("Please answer before going on."),
    nothing: _("Please answer, or tap “Skip” to leave the question out."),
    constraint: _("Please check this answer, or skip the question."),
    integer: _("Please type a whole number."),
  };
  return said(own, app.pack.questionnaire) || plain[broken];
}

/** How much of an option there is, as a bar: never a face, never colour alone. */
function amount(choice) {
  if (choice.score === undefined) return null;
  const width = choice.score;
  const bar = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  bar.setAttribute("class", "amount");
  bar.setAttribute("viewBox", "0 0 100 12");
  bar.setAttribute("preserveAspectRatio", "none");
  bar.setAttribute("aria-hidden", "true");
  const filled = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  Object.entries({ width, height: 12 }).forEach(([name, value]) => filled.setAttribute(name, value));
  if (document.documentElement.dir === "rtl") filled.setAttribute("x", 100 - width);
  bar.append(filled);
  return bar;
}

function option(app, asked, choice, type, checked, change) {
  const id = `o-${choice.name}`;
  const input = h("input", { type, id, name: asked.name, value: choice.name, checked, onchange: change });
  const text = h("span", {}, said(choice.label, app.pack.questionnaire));
  const label = h("label", { for: id, class: "choice" }, input, text, amount(choice));
  const play = sound(app, choice.audio);
  return play ? h("div", { class: "with-sound" }, label, play) : label;
}

function choiceInput(app, asked) {
  const before = given(app.state, asked.name);
  const change = (event) => app.chose(asked.name, event.target.value);
  const one = (choice) => option(app, asked, choice, "radio", choice.name === before, change);
  const element = h("div", { class: "choices" }, options(asked, app.state.seed).map(one));
  const value = () => {
    const input = element.querySelector("input:checked");
    return input ? input.value : undefined;
  };
  return { role: "radiogroup", element, value };
}

function multipleInput(app, asked) {
  let now = [...(given(app.state, asked.name) || [])];
  const change = (event) => {
    now = toggled(asked, now, event.target.value);
    element.querySelectorAll("input").forEach((input) => (input.checked = now.includes(input.value)));
    app.chose(asked.name, now);
  };
  const one = (choice) => option(app, asked, choice, "checkbox", now.includes(choice.name), change);
  const element = h("div", { class: "choices" }, options(asked, app.state.seed).map(one));
  return { role: "group", element, value: () => (now.length ? now : undefined) };
}

function integerInput(app, asked) {
  const before = given(app.state, asked.name);
  const oninput = () => Number.isNaN(value()) || app.chose(asked.name, value());
  const properties = { oninput, type: "text", inputmode: "numeric", id: "number", "aria-labelledby": "label", maxlength: "12" };
  const element = h("input", { ...properties, value: answered(before) ? String(before) : "" });
  const value = () => {
    const typed = typedNumber(element.value);
    return typed === null ? undefined : typed;
  };
  return { role: "group", element, value };
}

const INPUTS = { choice: choiceInput, multiple: multipleInput, integer: integerInput };

function handOver(app, step) {
  frame(app, step, [
    heading(_("Give the phone to the person")),
    paragraph(_("The next questions are for the person alone. Show how to tap, then turn away.")),
    h(
      "div",
      { class: "actions" },
      button(_("The person answers alone"), () => app.hand("alone"), { class: "wide" }),
      button(_("I read them aloud"), () => app.hand("aloud"), { class: "secondary" }),
      button(_("Back"), app.back, { class: "secondary" }),
    ),
  ]);
}

function handBack(app, step) {
  frame(app, step, [
    heading(_("Give the phone back")),
    paragraph(_("Thank you. Your answers are hidden now: nobody can go back to them on this phone.")),
    h(
      "div",
      { class: "actions" },
      button(_("The worker has the phone"), app.next, { class: "wide" }),
    ),
  ]);
}

function finish(app, step) {
  const count = countOf(app.state.answers);
  frame(app, step, [
    heading(_("The interview is complete")),
    paragraph(_("{count} answers. After this nobody can open them on this phone.", { count })),
    h(
      "div",
      { class: "actions" },
      button(_("Finish"), app.finish, { class: "wide" }),
      button(_("Back"), app.back, { class: "secondary" }),
    ),
  ]);
}

/** The pause: calm words, people who can help, and three ways on. */
export function pause(app) {
  const line = (referral) =>
    h(
      "li",
      {},
      h("bdi", { dir: "ltr", class: "number" }, referral.number),
      " ",
      h("span", {}, said(referral.label, app.pack.questionnaire)),
    );
  show({
    name: "pause",
    title: app.name,
    bar: bar(app, () => pause(app)),
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
      app.pack.referrals.length && h("h2", {}, _("Who can help")),
      app.pack.referrals.length && h("ul", { class: "referrals" }, app.pack.referrals.map(line)),
      h(
        "div",
        { class: "actions" },
        button(_("Go on with the interview"), () => ask(app), { class: "wide" }),
        button(_("End here and keep the answers given"), app.toFinish, { class: "secondary" }),
        button(_("Stop and throw all answers away"), () => throwAway(app), { class: "danger" }),
      ),
    ],
  });
}

function throwAway(app) {
  sure(app, {
    text: () => _("Throw away {count} answers?", { count: countOf(app.state.answers) }),
    yes: () => _("Yes, throw them away"),
    act: app.drop,
    no: () => pause(app),
  });
}
