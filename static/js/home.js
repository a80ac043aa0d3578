/** The screens of the worker between interviews: counts, the choice of district and form, the end of an interview. */

import { languageButtons } from "./door.js";
import { button, h, heading, mistake, paragraph, show } from "./page.js";
import { _, N_, said } from "./words.js";

// A name such as 2026-1 keeps its order inside a text that runs from right to left.
const LEFT_TO_RIGHT = "\u2066";
const END = "\u2069";

/** What a refusal of the server means for the worker, by its code. */
const HELP = {
  conflict: N_("Another interview is stored under its number."),
  round_closed: N_("Its round is closed."),
  unknown_round: N_("Its round is not known to the server."),
  unknown_version: N_("Its questionnaire is not known to the server."),
  unknown_district: N_("Its district is not known to the server."),
  district_not_yours: N_("Its district is not given to you."),
  unknown_key: N_("The server has lost the key it was sealed to."),
  broken_envelope: N_("It was damaged on the way."),
};
// Apart, because the collector of texts does not look inside another call.
const REFUSED = N_("The server did not understand it. The app on this phone may be too old.");

/** The top bar of unlocked screens: languages, and the harmless page one tap away. */
export function bar(app, again) {
  return [languageButtons(again), button(_("Hide"), app.hide, { class: "quiet hide" })];
}

function counted(app, counts) {
  const { waiting, sent, help } = counts;
  return [
    paragraph(_("{waiting} waiting, {sent} sent today", { waiting, sent }), { class: "counts", role: "status" }),
    help > 0 &&
      h(
        "div",
        { class: "help", role: "status" },
        paragraph(_("{count} need help. Nothing is lost; tell your coordinator.", { count: help })),
        h("ul", {}, counts.codes.map((code) => h("li", {}, _(HELP[code] || REFUSED)))),
      ),
    app.full && mistake(_("This phone is almost full. Send what waits, or free some space.")),
  ];
}

/** The screen after unlocking. */
export function home(app, counts, focus = true) {
  const again = () => app.home();
  const some = counts.waiting + counts.help > 0;
  const quiet = (text, act) => button(text, act, { class: "secondary" });
  show({
    name: "home",
    title: app.name,
    focus,
    bar: bar(app, again),
    main: [
      heading(app.name),
      counted(app, counts),
      app.told && paragraph(app.told, { role: "status", class: "told" }),
      h(
        "div",
        { class: "actions" },
        app.draft && button(_("Go on with the interview"), app.resume, { class: "wide" }),
        button(_("New interview"), () => app.begin(false), { class: app.draft ? "secondary wide" : "wide" }),
        some && quiet(_("Send now"), app.sendNow),
        quiet(_("Practice"), () => app.begin(true)),
        some && quiet(_("Save as a file"), app.save),
        app.install && quiet(_("Put on the home screen"), app.addToHomeScreen),
        quiet(_("Lock"), app.lock),
      ),
      app.draft && paragraph(_("A new interview removes the unfinished one."), { class: "small" }),
      paragraph(_("Round {round}", { round: `${LEFT_TO_RIGHT}${app.pack.round}${END}` }), { class: "small" }),
    ],
  });
}

/** One preset choice before consent; `choices` are the options this worker has. */
export function preset(app, question, choices) {
  const again = () => preset(app, question, choices);
  const take = (choice) =>
    button(said(choice.label, app.pack.questionnaire), () => app.preset(question.name, choice.name), {
      class: "choice",
    });
  show({
    name: "preset",
    title: app.name,
    bar: bar(app, again),
    main: [
      app.practice && practiceMark(),
      heading(said(question.label, app.pack.questionnaire)),
      h("div", { class: "choices" }, choices.map(take)),
      h("div", { class: "actions" }, button(_("Back"), () => app.home(), { class: "secondary" })),
    ],
  });
}

/** What stands over every practice screen. */
export function practiceMark() {
  return h("p", { class: "practice", role: "note" }, _("Practice: this interview does not count."));
}

/** The interview is sealed and waits; the withdrawal code is shown this once. */
export function done(app, code) {
  const again = () => done(app, code);
  show({
    name: "done",
    title: app.name,
    bar: bar(app, again),
    main: [
      app.practice && practiceMark(),
      heading(_("Thank you")),
      paragraph(
        app.practice
          ? _("The practice is over. Nothing of it is kept.")
          : _("The interview is sealed. This phone can no longer open it."),
      ),
      code && h("h2", {}, _("If the person changes their mind")),
      code && paragraph(_("With this code the answers can be deleted until the round closes. It is shown only now.")),
      code && h("p", { class: "code", dir: "ltr" }, code.replace(/^(...)(...)(....)$/, "$1 $2 $3")),
      code && paragraph(_("Let the person learn it by heart. It is safer not to write it down and not to carry it.")),
      h("div", { class: "actions" }, button(_("Done"), () => app.home(), { class: "wide" })),
    ],
  });
}

/** The interview stops: consent refused, or under 18. Only a tally is kept. */
export function stopped(app, reason) {
  const again = () => stopped(app, reason);
  const why = {
    refused: _("No answer is kept, only that one person said no."),
    under_age: _("This survey is for adults. No answer is kept, only that one person was under 18."),
    dropped: _("All answers of this interview are thrown away."),
  };
  show({
    name: "stopped",
    title: app.name,
    bar: bar(app, again),
    main: [
      app.practice && practiceMark(),
      heading(_("Thank you. We stop here.")),
      paragraph(why[reason]),
      h("div", { class: "actions" }, button(_("Done"), () => app.home(), { class: "wide" })),
    ],
  });
}

/** The finished interview could not be written: it stays on the screen until it can. */
export function notKept(app, again) {
  show({
    name: "not-kept",
    title: app.name,
    bar: languageButtons(() => notKept(app, again)),
    main: [
      heading(_("Not saved yet")),
      mistake(_("This phone is full. Free some space, for example by deleting photos, then try again.")),
      h("div", { class: "actions" }, button(_("Try again"), again, { class: "wide" })),
    ],
  });
}
