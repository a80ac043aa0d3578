/** The screens of the worker between interviews: counts, the choice of district and form, the end of an interview. */

import { hide, lock } from "../access.js";
import { sendNow, taking } from "../contact.js";
import { BLOCK_MODE, PRESET } from "../core/facts.js";
import { blockOf } from "../core/handing.js";
import { answered } from "../core/path.js";
import { present } from "../core/present.js";
import { phone, questionnaire } from "../core/state.js";
import { _, N_ } from "../core/words.js";
import { unwritten } from "../device/failures.js";
import { NAME, button, h, heading, mistake, paragraph, show, stay } from "../device/page.js";
import { addToHomeScreen, goHome } from "../home.js";
import { ownRecordings } from "./own_recordings.js";
import * as taps from "../taps.js";
import { keepSafe, save } from "../waiting.js";
import { languageButtons } from "./lock.js";
import { ownPart, whoEnds } from "./own.js";
import { practiceMark, toTry, toTryFirst } from "./practice_mark.js";

// A name such as 2026-1 keeps its order inside a text that runs from right to left.
const LEFT_TO_RIGHT = "\u2066";
const END = "\u2069";
/** @param {string} name */
const isolated = (name) => `${LEFT_TO_RIGHT}${name}${END}`;

const UNSEALABLE = N_("Nothing can be sealed in round {round} as it is set up, so no interview begins. Tell your coordinator. What waits here is still sent.");
const OVER = N_("Round {round} takes no new interviews. What waits here is still sent.");

/**
 * What a refusal of the server means for the worker, by its code.
 * @type {Record<string, string>}
 */
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
/**
 * What became of records that came after their round was over, as the server reports it.
 * @type {Record<string, string>}
 */
const LATE = {
  late: N_("Came after their round was over: {count}. The server keeps them sealed; an administrator decides."),
  left_out: N_("Left out, because their round is over: {count}."),
  expired: N_("Came after their round was deleted, and not kept: {count}."),
};
// Apart, because the collector of texts does not look inside another call.
const REFUSED = N_("The server did not understand it. The app on this phone may be too old.");

/**
 * The top bar of unlocked screens: languages, and the harmless page one tap away.
 * @param {() => void} again
 */
export function bar(again) {
  return [languageButtons(again), button(_("Hide"), hide, { class: "quiet hide" })];
}

/** @param {Counts} counts */
function counted(counts) {
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
        paragraph(_("Need help: {count}. Nothing is lost; tell your coordinator.", { count: help })),
        h("ul", {}, counts.codes.map((code) => h("li", {}, `${_(HELP[code] || REFUSED)} ${whoEnds(code)}`))),
      ),
    phone.sender.unknown() &&
      mistake(_("The server does not know this phone: ask your coordinator for a new link. What waits stays here.")),
    phone.full && mistake(_("This phone is almost full. Send what waits, or free some space.")),
  ];
}

const LACKING = N_("This browser cannot destroy what it wrote, so it keeps no unfinished interview: if the app is closed, it is lost.");
const SILENT = N_("Part of this app did not start, so it keeps no unfinished interview. Close this page and open it again.");

/** Why no new interview begins, if none does. */
function closed() {
  if (taking()) return null;
  const { round, sealable } = present(phone.coming || phone.pack);
  if (sealable === false) return mistake(_(UNSEALABLE, { round: isolated(round) }), "unsealable");
  return paragraph(_(OVER, { round: isolated(present(phone.pack).round) }), { role: "status", class: "over" });
}

/** Whether a tapped answer goes on by itself is each worker's own choice. */
function goingOn() {
  const change = (/** @type {Event} */ event) =>
    void keepSafe({ still: !(/** @type {HTMLInputElement} */ (event.target).checked) }).catch(() => {});
  const input = h("input", { type: "checkbox", id: "going-on", checked: !present(phone.safe).still, onchange: change });
  return h(
    "label",
    { for: "going-on", class: "choice" },
    input,
    h("span", {}, _("After a tap on an answer the next question comes by itself")),
  );
}

/**
 * The screen after unlocking.
 * @param {Counts} counts
 */
export function home(counts, focus = true) {
  const again = () => goHome();
  const some = counts.waiting + counts.help > 0;
  const quiet = (/** @type {string} */ text, /** @type {() => unknown} */ act) => button(text, act, { class: "secondary" });
  show({
    name: "home",
    back: hide,
    focus,
    bar: bar(again),
    main: [
      heading(NAME),
      counted(counts),
      phone.notice && paragraph(phone.notice, { role: "status", class: "notice" }),
      closed(),
      phone.undestroyed && mistake(_("The draft of the last interview could not be overwritten yet. It is tried again here.")),
      h(
        "div",
        { class: "actions" },
        phone.draft && button(_("Go on with the interview"), taps.resume, { class: "wide" }),
        taking() &&
          button(_("New interview"), phone.draft ? () => replace() : () => taps.begin(false), { class: phone.draft ? "secondary wide" : "wide" }),
        some && quiet(_("Send now"), sendNow),
        quiet(_("Practice"), () => taps.begin(true)),
        some && quiet(_("Save as a file"), () => save()),
        phone.install && quiet(_("Put on the home screen"), addToHomeScreen),
        quiet(_("Lock"), lock),
      ),
      phone.draft && taking() && paragraph(_("A new interview removes the unfinished one."), { class: "small" }),
      toTryFirst(),
      ownPart(),
      goingOn(),
      ownRecordings(),
      !phone.secrets.possible && paragraph(_(phone.secrets.lacking ? LACKING : SILENT)),
      paragraph(_("Round {round}", { round: isolated(present(phone.pack).round) }), { class: "small" }),
    ],
  });
}

/**
 * Answers that were given, without what the worker had set before, and without those of the block: their number may tell
 * an answer.
 * @param {Answers} answers
 */
export function countOf(answers) {
  const block = blockOf(questionnaire());
  const apart = [...PRESET, BLOCK_MODE, ...(block ? block.questions.map((question) => question.name) : [])];
  return Object.keys(answers).filter((name) => answered(answers[name]) && !apart.includes(name)).length;
}

/**
 * Ask again before something is gone that cannot be brought back.
 * @param {Sure} how
 */
export function sure({ text, yes, act, no }) {
  show({
    name: "sure",
    back: no,
    bar: bar(() => sure({ text, yes, act, no })),
    main: [
      heading(text()),
      paragraph(_("This cannot be undone.")),
      h("div", { class: "actions" }, button(_("No, go back"), no, { class: "wide" }), button(yes(), act, { class: "danger" })),
    ],
  });
}

function replace() {
  sure({
    text: () => _("Remove the unfinished interview? Answers in it: {count}.", { count: countOf(present(phone.draft).answers) }),
    yes: () => _("Yes, remove it and begin a new one"),
    act: () => taps.begin(false),
    no: () => goHome(),
  });
}

/**
 * The form that was chosen for an unfinished interview is not the one that it was begun with.
 * @param {number} count
 * @param {() => void} again
 */
export function otherForm(count, again) {
  show({
    name: "other-form",
    back: again,
    bar: bar(() => otherForm(count, again)),
    main: [
      heading(_("It was another form")),
      paragraph(_("Answers of the unfinished interview that would be lost with this form: {count}. It goes on only with the form that it was begun with.", { count })),
      h(
        "div",
        { class: "actions" },
        button(_("Choose the form again"), again, { class: "wide" }),
        button(_("Back"), () => goHome(), { class: "secondary" }),
      ),
    ],
  });
}

/** @param {string} code */
const withdrawalCode = (code) => h("p", { class: "code", dir: "ltr" }, code.replace(/^(...)(...)(....)$/, "$1 $2 $3"));

/** For the person to read alone, or to hear: what the code is for, and what it does not do. */
function privateWord(open = false) {
  return h(
    "details",
    { class: "look", open },
    h("summary", {}, _("For the person alone: what this code is for")),
    paragraph(_("This code is yours, not the worker's. Tell it to any worker or coordinator of this survey, and the answers of this interview are deleted. Nobody asks your name or why.")),
    paragraph(_("It does not open the answers, and no name goes with it.")),
  );
}

/**
 * The interview is sealed and waits; the withdrawal code stays until the person knows it, behind the PIN as well.
 * @param {string} code
 */
export function done(code, open = false) {
  const word = code ? privateWord(open) : null;
  const again = () => done(code, !!word && word.open);
  show({
    name: "done",
    back: stay,
    bar: bar(again),
    main: [
      phone.practice && practiceMark(),
      heading(_("Thank you")),
      paragraph(
        phone.practice
          ? _("The practice is over. Nothing of it is kept.")
          : _("The interview is sealed. This phone can no longer open it."),
      ),
      phone.practice && toTry(),
      code && h("h2", {}, _("If the person changes their mind")),
      code && paragraph(_("With this code the answers can be deleted until the round closes. It is shown only now.")),
      code && withdrawalCode(code),
      code && paragraph(_("It stays here, behind the PIN too, until the person knows it and you tap “Done”. Do not close the app before.")),
      code && paragraph(_("Let the person learn it by heart. It is safer not to write it down and not to carry it.")),
      word,
      h("div", { class: "actions foot" }, button(_("Done"), taps.part, { class: "wide" })),
    ],
  });
}

/**
 * Why an interview stopped and what was kept of it.
 * @param {string} reason
 */
function whyStopped(reason) {
  if (phone.practice) return _("The practice is over. Nothing of it is kept.");
  /** @type {Record<string, string>} */
  const why = {
    refused: _("No answer is kept, only that one person said no."),
    under_age: _("This survey is for adults. No answer is kept, only that one person was under 18."),
    dropped: _("All answers of this interview are thrown away."),
  };
  return why[reason];
}

/**
 * The interview stops: consent refused, or under 18. Only a tally is kept.
 * @param {string} reason
 */
export function stopped(reason) {
  const again = () => stopped(reason);
  show({
    name: "stopped",
    back: goHome,
    bar: bar(again),
    main: [
      phone.practice && practiceMark(),
      heading(_("Thank you. We stop here.")),
      paragraph(whyStopped(reason)),
      h("div", { class: "actions" }, button(_("Done"), () => goHome(), { class: "wide" })),
    ],
  });
}

/**
 * What stays of an interview that could not be sealed.
 * @param {(() => void) | null} back
 */
function whatStays(back) {
  if (phone.practice) return _("In this round interviews cannot be kept. Begin none, and tell your coordinator.");
  if (!back) return _("No answer is kept, and this visit is not counted. Tell your coordinator.");
  return phone.secrets.possible
    ? _("Tell your coordinator. The interview stays on this phone, unfinished, for twelve hours; only the sensitive questions are asked again.")
    : _("Tell your coordinator. The interview stays here as long as this page is open.");
}

/**
 * Nothing could be sealed: no code, no file, for nothing is kept. `back` leads to the interview where it stays.
 * @param {() => void} again
 * @param {(() => void) | null} back
 */
export function notSealed(again, back) {
  show({
    name: "not-sealed",
    back: back || stay,
    bar: bar(() => notSealed(again, back)),
    main: [
      phone.practice && practiceMark(),
      heading(_("Not sealed")),
      mistake(_("This interview could not be sealed. Freeing space on the phone does not help.")),
      paragraph(whatStays(back)),
      h(
        "div",
        { class: "actions" },
        button(_("Try again"), again, { class: "wide" }),
        back && button(_("Back"), back, { class: "secondary" }),
        (!back || phone.practice || phone.secrets.possible) && button(_("Done"), () => goHome(), { class: "secondary" }),
      ),
    ],
  });
}

/**
 * The finished interview could not be written: it stays on the screen until it can, or goes into a file. `saveIt` offers
 * the sealed record; `code` is shown once it has been asked for, for the person may leave before there is room.
 * @param {Error} error
 * @param {() => void} again
 * @param {() => void} saveIt
 * @param {string} code
 */
export function notKept(error, again, saveIt, code, saved = false) {
  const keep = () => {
    saveIt();
    notKept(error, again, saveIt, code, true);
  };
  show({
    name: "not-kept",
    back: stay,
    bar: languageButtons(() => notKept(error, again, saveIt, code, saved)),
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
