/** The screens of the worker between interviews: counts, the choice of district and form, the end of an interview. */

import { languageButtons, unwritten } from "./lock.js";
import { PRESET } from "../core/facts.js";
import { answered } from "../core/path.js";
import { button, h, heading, mistake, paragraph, show } from "./page.js";
import { _, N_, said } from "../core/words.js";

// A name such as 2026-1 keeps its order inside a text that runs from right to left.
const LEFT_TO_RIGHT = "\u2066";
const END = "\u2069";
const isolated = (name) => `${LEFT_TO_RIGHT}${name}${END}`;

const UNSEALABLE = N_("Nothing can be sealed in round {round} as it is set up, so no interview begins. Tell your coordinator. What waits here is still sent.");
const OVER = N_("Round {round} takes no new interviews. What waits here is still sent.");

/** What a refusal of the server means for the worker, by its code. */
const HELP = {
  conflict: N_("Another interview is stored under its number."),
  unknown_round: N_("Its round is not known to the server."),
  unknown_version: N_("Its questionnaire is not known to the server."),
  unknown_district: N_("Its district is not known to the server."),
  district_not_yours: N_("Its district is not given to you."),
  unknown_key: N_("The server has lost the key it was sealed to."),
  broken_envelope: N_("It was damaged on the way."),
  too_large: N_("It is larger than the server takes."),
};
/** What became of records that came after their round was over, as the server tells it. */
const LATE = {
  late: N_("{count} came after their round was over. The server keeps them sealed; an administrator decides."),
  left_out: N_("{count} were left out, because their round is over."),
  expired: N_("{count} came after their round was deleted. They are not kept."),
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
    ...Object.entries(counts.late).map(
      ([kept, count]) => LATE[kept] && paragraph(_(LATE[kept], { count }), { class: "late", role: "status" }),
    ),
    help > 0 &&
      h(
        "div",
        { class: "help", role: "status" },
        paragraph(_("{count} need help. Nothing is lost; tell your coordinator.", { count: help })),
        h("ul", {}, counts.codes.map((code) => h("li", {}, _(HELP[code] || REFUSED)))),
      ),
    app.sender.unknown() &&
      mistake(_("The server does not know this phone: ask your coordinator for a new link. What waits stays here.")),
    app.full && mistake(_("This phone is almost full. Send what waits, or free some space.")),
  ];
}

const LACKING = N_("This browser cannot destroy what it wrote, so it keeps no unfinished interview: if the app is closed, it is lost.");
const SILENT = N_("Part of this app did not start, so it keeps no unfinished interview. Close this page and open it again.");

/** Why no new interview begins, if none does. */
function closed(app) {
  if (app.taking()) return null;
  const { round, sealable } = app.coming || app.pack;
  if (sealable === false) return mistake(_(UNSEALABLE, { round: isolated(round) }), "unsealable");
  return paragraph(_(OVER, { round: isolated(app.pack.round) }), { role: "status", class: "over" });
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
      closed(app),
      app.undestroyed && mistake(_("The draft of the last interview could not be overwritten yet. It is tried again here.")),
      h(
        "div",
        { class: "actions" },
        app.draft && button(_("Go on with the interview"), app.resume, { class: "wide" }),
        app.taking() &&
          button(_("New interview"), app.draft ? () => replace(app) : () => app.begin(false), { class: app.draft ? "secondary wide" : "wide" }),
        some && quiet(_("Send now"), app.sendNow),
        quiet(_("Practice"), () => app.begin(true)),
        some && quiet(_("Save as a file"), () => app.save()),
        app.install && quiet(_("Put on the home screen"), app.addToHomeScreen),
        quiet(_("Lock"), app.lock),
      ),
      app.draft && app.taking() && paragraph(_("A new interview removes the unfinished one."), { class: "small" }),
      !app.secrets.possible && paragraph(_(app.secrets.lacking ? LACKING : SILENT)),
      paragraph(_("Round {round}", { round: isolated(app.pack.round) }), { class: "small" }),
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
      app.resumed && paragraph(_("You were in the middle of an interview. Which form was it?")),
      h("div", { class: "choices" }, choices.map(take)),
      h("div", { class: "actions" }, button(_("Back"), () => app.home(), { class: "secondary" })),
    ],
  });
}

/** Answers that were given, without what the worker had set before. */
export const countOf = (answers) =>
  Object.keys(answers).filter((name) => answered(answers[name]) && !PRESET.includes(name)).length;

/** Ask once more before something is gone that cannot be brought back. */
export function sure(app, { text, yes, act, no }) {
  show({
    name: "sure",
    title: app.name,
    bar: bar(app, () => sure(app, { text, yes, act, no })),
    main: [
      heading(text()),
      paragraph(_("This cannot be undone.")),
      h("div", { class: "actions" }, button(_("No, go back"), no, { class: "wide" }), button(yes(), act, { class: "danger" })),
    ],
  });
}

function replace(app) {
  sure(app, {
    text: () => _("Remove the unfinished interview? It has {count} answers.", { count: countOf(app.draft.answers) }),
    yes: () => _("Yes, remove it and begin a new one"),
    act: () => app.begin(false),
    no: () => app.home(),
  });
}

/** The form that was chosen for an unfinished interview is not the one that it was begun with. */
export function otherForm(app, count, act, no) {
  sure(app, {
    text: () => _("It was another form: with this one {count} answers are lost.", { count }),
    yes: () => _("Yes, take this form"),
    act,
    no,
  });
}

/** What stands over every practice screen. */
export function practiceMark() {
  return h("p", { class: "practice", role: "note" }, _("Practice: this interview does not count."));
}

const withdrawalCode = (code) => h("p", { class: "code", dir: "ltr" }, code.replace(/^(...)(...)(....)$/, "$1 $2 $3"));

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
      code && withdrawalCode(code),
      code && paragraph(_("Let the person learn it by heart. It is safer not to write it down and not to carry it.")),
      h("div", { class: "actions" }, button(_("Done"), () => app.home(), { class: "wide" })),
    ],
  });
}

/** Why an interview stopped and what was kept of it. */
function whyStopped(app, reason) {
  if (app.practice) return _("The practice is over. Nothing of it is kept.");
  return {
    refused: _("No answer is kept, only that one person said no."),
    under_age: _("This survey is for adults. No answer is kept, only that one person was under 18."),
    dropped: _("All answers of this interview are thrown away."),
  }[reason];
}

const STAYS = {
  offline: N_("No network; it goes by itself later."),
  away: N_("The server cannot be reached; it goes by itself later."),
  unread: N_("This phone could not read or write what waits; it tries again by itself."),
  again: N_("The server did not take it; it goes by itself later."),
};

/** What came of sending: how many left, or why none did. */
export function sendingResult({ found, left }, unknown) {
  if (unknown) return _("The server does not know this phone.");
  if (found === "done") return _("{count} sent.", { count: left });
  const why = found === "offline" && navigator.onLine ? "away" : found;
  const rest = _(STAYS[why] || STAYS.again);
  return left ? _("{count} sent.", { count: left }) + " " + rest : rest;
}

/** The interview stops: consent refused, or under 18. Only a tally is kept. */
export function stopped(app, reason) {
  const again = () => stopped(app, reason);
  show({
    name: "stopped",
    title: app.name,
    bar: bar(app, again),
    main: [
      app.practice && practiceMark(),
      heading(_("Thank you. We stop here.")),
      paragraph(whyStopped(app, reason)),
      h("div", { class: "actions" }, button(_("Done"), () => app.home(), { class: "wide" })),
    ],
  });
}

/** What stays of an interview that could not be sealed. */
function whatStays(app, back) {
  if (app.practice) return _("In this round interviews cannot be kept. Begin none, and tell your coordinator.");
  if (!back) return _("No answer is kept, and this visit is not counted. Tell your coordinator.");
  return app.secrets.possible
    ? _("Tell your coordinator. The interview stays on this phone, unfinished, for twelve hours; only the sensitive questions are asked again.")
    : _("Tell your coordinator. The interview stays here as long as this page is open.");
}

/** Nothing could be sealed: no code, no file, for nothing is kept. `back` leads to the interview where it stays. */
export function notSealed(app, again, back) {
  show({
    name: "not-sealed",
    title: app.name,
    bar: bar(app, () => notSealed(app, again, back)),
    main: [
      app.practice && practiceMark(),
      heading(_("Not sealed")),
      mistake(_("This interview could not be sealed. Freeing space on the phone does not help.")),
      paragraph(whatStays(app, back)),
      h(
        "div",
        { class: "actions" },
        button(_("Try again"), again, { class: "wide" }),
        back && button(_("Back"), back, { class: "secondary" }),
        (!back || app.practice || app.secrets.possible) && button(_("Done"), () => app.home(), { class: "secondary" }),
      ),
    ],
  });
}

/**
 * The finished interview could not be written: it stays on the screen until it can, or goes into a file. `save` offers
 * the sealed record; `code` is shown once it has been asked for, for the person may leave before there is room.
 */
export function notKept(app, error, again, save, code, saved = false) {
  const keep = () => {
    save();
    notKept(app, error, again, save, code, true);
  };
  show({
    name: "not-kept",
    title: app.name,
    bar: languageButtons(() => notKept(app, error, again, save, code, saved)),
    main: [
      heading(_("Not saved yet")),
      mistake(unwritten(error)),
      paragraph(_("If that does not help, save the sealed interview as a file and give the file to your coordinator.")),
      saved && code && paragraph(_("With this code the answers can be deleted until the round closes. It is shown only now.")),
      saved && code && withdrawalCode(code),
      h(
        "div",
        { class: "actions" },
        button(_("Try again"), again, { class: "wide" }),
        button(_("Save as a file"), keep, { class: "secondary" }),
      ),
    ],
  });
}
