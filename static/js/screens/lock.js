/** The screens before the PIN: not set up, choosing a PIN, the lock, the harmless page. */

import { button, h, heading, mistake, paragraph, show } from "./page.js";
import { asciiDigits } from "../core/digits.js";
import { goodPin } from "../vault/locked.js";
import { _, N_, chosen, offered, pick } from "../core/words.js";

/** Buttons for the languages; `then` draws the screen again. */
export function languageButtons(then) {
  const one = (language) =>
    button(
      language.name,
      () => {
        pick(language.code);
        then();
      },
      {
        class: "quiet",
        lang: language.tag,
        dir: language.direction,
        "aria-pressed": String(language.code === chosen().code),
      },
    );
  return h("div", { class: "languages", role: "group", "aria-label": _("Language") }, offered().map(one));
}

/** Failures that are the app's own and not the storage's. */
const OWN = ["TypeError", "RangeError", "ReferenceError", "SyntaxError", "OperationError"];
const FULL = N_("This phone is full. Free some space, for example by deleting photos, then try again.");
const UNWRITTEN = N_("This phone could not read or write what it needs. It may be full: free some space, for example by deleting photos, then try again.");
const PART = N_("Part of this app did not start. Close this page and open it again.");

const isFull = (error) => error.name === "QuotaExceededError";

/** What a failure to keep or find something means for the worker: only what says that it is full is told so. */
export function unwritten(error) {
  return _(isFull(error) ? FULL : OWN.includes(error.name) ? PART : UNWRITTEN);
}

/** The same in short, of the draft of an interview that goes on. */
export function unsaved(error) {
  return isFull(error) ? _("This phone is full.") : _("The last answers could not be saved on this phone.");
}

function pinField(id, label, described) {
  const properties = { id, type: "password", inputmode: "numeric", autocomplete: "off", maxlength: "20" };
  const input = h("input", { ...properties, "aria-describedby": described });
  return { input, row: h("div", { class: "field" }, h("label", { for: id }, label), input) };
}

function form(rows, text, submit) {
  const send = (event) => {
    event.preventDefault();
    submit();
  };
  const go = h("button", { type: "submit", class: "wide" }, text);
  return h("form", { onsubmit: send, autocomplete: "off", novalidate: true }, rows, h("div", { class: "actions" }, go));
}

/** Nothing to unlock: the phone needs a link. `counts` tells of sealed records that were left. */
export function notSetUp(app, counts, reason = "") {
  const left = counts.waiting + counts.help;
  show({
    name: "start",
    title: app.name,
    bar: languageButtons(() => notSetUp(app, counts, reason)),
    main: [
      heading(app.name),
      reason && paragraph(reason, { role: "alert" }),
      paragraph(_("This phone is not set up. Open the link or scan the code that your coordinator gives you.")),
      left > 0 && paragraph(_("{count} waiting. A new link lets them be sent.", { count: left })),
      left > 0 && h("div", { class: "actions" }, button(_("Save as a file"), () => app.save(), { class: "secondary" })),
    ],
  });
}

/** Something of the app could not be read this time, and nothing is known of what lies here. */
export function notStarted(app, counts) {
  const left = counts.waiting + counts.help;
  show({
    name: "not-started",
    title: app.name,
    bar: languageButtons(() => notStarted(app, counts)),
    main: [
      heading(app.name),
      mistake(_(PART)),
      left > 0 && paragraph(_("{waiting} waiting, {sent} sent today", counts)),
      h(
        "div",
        { class: "actions" },
        button(_("Try again"), () => location.reload(), { class: "wide" }),
        left > 0 && button(_("Save as a file"), () => app.save(), { class: "secondary" }),
      ),
    ],
  });
}

/** Choose a PIN on a phone that was invited. */
export function choosePin(app, told = "") {
  const first = pinField("pin", _("PIN of six digits or more"), "rules");
  const second = pinField("again", _("The same PIN again"), told ? "mistake" : undefined);
  const submit = () => {
    const pin = asciiDigits(first.input.value.trim());
    if (!goodPin(pin)) choosePin(app, _("Use six digits or more, not one digit repeated and not 123456."));
    else if (pin !== asciiDigits(second.input.value.trim())) choosePin(app, _("The two PINs are not the same."));
    else app.enrol(pin);
  };
  show({
    name: "choose-pin",
    title: app.name,
    bar: languageButtons(() => choosePin(app)),
    main: [
      heading(_("Choose a PIN")),
      paragraph(_("Nobody can find it out for you. After ten wrong PINs everything but sealed interviews is removed."), {
        id: "rules",
      }),
      told && mistake(told),
      form([first.row, second.row], _("Set up this phone"), submit),
    ],
  });
  if (told) first.input.focus();
}

/** The link was accepted, the server has still to be reached. */
export function enrolling(app, told) {
  show({
    name: "enrolling",
    title: app.name,
    bar: languageButtons(() => enrolling(app, told)),
    main: [
      heading(_("Setting up")),
      told ? mistake(told) : paragraph(_("One moment …"), { role: "status" }),
      told && h("div", { class: "actions" }, button(_("Try again"), app.register, { class: "wide" })),
    ],
  });
}

/** The lock. `left` is the number of tries that remain after a wrong PIN, `told` another thing to say. */
export function lock(app, left, told = "") {
  const wrong = left === undefined ? told : _("Wrong PIN. Tries left: {count}.", { count: left });
  const field = pinField("pin", _("PIN"), wrong ? "mistake" : undefined);
  const submit = () => app.unlock(asciiDigits(field.input.value.trim()));
  show({
    name: "lock",
    title: app.name,
    bar: languageButtons(() => lock(app, left, told)),
    main: [
      heading(app.name),
      app.code && paragraph(_("This phone is set up. The new link is used after the PIN.")),
      wrong && mistake(wrong),
      form([field.row], _("Open"), submit),
    ],
  });
  field.input.focus();
}

/** While the key is derived the screen must not take a second tap. */
export function opening(app) {
  show({
    name: "opening",
    title: app.name,
    main: [heading(app.name), paragraph(_("One moment …"), { role: "status" })],
  });
}

/** The app runs in another tab, which alone may write. */
export function elsewhere(app) {
  show({
    name: "elsewhere",
    title: app.name,
    bar: languageButtons(() => elsewhere(app)),
    main: [
      heading(app.name),
      paragraph(_("This is open in another tab. Close the other tab, then try again.")),
      h("div", { class: "actions" }, button(_("Try again"), app.begun, { class: "wide" })),
    ],
  });
}

const PRICES = [
  [N_("Flour, 20 kg"), "2,450"],
  [N_("Rice, 1 kg"), "310"],
  [N_("Sugar, 1 kg"), "148"],
  [N_("Cooking oil, 1 litre"), "525"],
  [N_("Onions, 1 kg"), "120"],
  [N_("Tomatoes, 1 kg"), "160"],
  [N_("Tea, 190 g"), "420"],
  [N_("Eggs, dozen"), "290"],
];


/** A harmless page: prices of the bazaar. What looks like a reload leads to the lock. */
export function harmless(app) {
  const row = ([what, price]) => h("tr", {}, h("th", { scope: "row" }, _(what)), h("td", { dir: "ltr" }, price));
  show({
    name: "harmless",
    title: app.name,
    main: [
      heading(_("Market prices")),
      h(
        "table",
        {},
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, _("Item")), h("th", { scope: "col" }, _("Rupees")))),
        h("tbody", {}, PRICES.map(row)),
      ),
      h("div", { class: "actions" }, button(_("Refresh"), app.toLock, { class: "secondary" })),
    ],
  });
}
