/** The screens before the PIN: not set up, choosing a PIN, the lock. */

import { enrol, finishSetUp, hide, unlock } from "../access.js";
import { asciiDigits } from "../core/digits.js";
import { PART } from "../device/failures.js";
import { phone } from "../core/state.js";
import { _, chosen, offered, pick } from "../core/words.js";
import { NAME, button, h, heading, mistake, paragraph, show, stay } from "../device/page.js";
import { begin } from "../start.js";
import { goodPin } from "../vault/locked.js";
import { save } from "../waiting.js";

/**
 * Buttons for the languages; `then` draws the screen again.
 * @param {() => void} then
 */
export function languageButtons(then) {
  const one = (/** @type {Language} */ language) =>
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

/**
 * @param {string} id
 * @param {string} label
 * @param {string | undefined} described
 */
function pinField(id, label, described) {
  const properties = { id, type: "password", inputmode: "numeric", autocomplete: "off", maxlength: "20" };
  const input = h("input", { ...properties, "aria-describedby": described });
  return { input, row: h("div", { class: "field" }, h("label", { for: id }, label), input) };
}

/**
 * @param {Child} rows
 * @param {string} text
 * @param {() => void} submit
 */
function form(rows, text, submit) {
  const send = (/** @type {Event} */ event) => {
    event.preventDefault();
    submit();
  };
  const go = h("button", { type: "submit", class: "wide" }, text);
  return h("form", { onsubmit: send, autocomplete: "off", novalidate: true }, rows, h("div", { class: "actions" }, go));
}

/**
 * Nothing to unlock: the phone needs a link. `counts` says how many sealed records were left.
 * @param {Counts} counts
 */
export function notSetUp(counts, reason = "") {
  const left = counts.waiting + counts.help;
  show({
    name: "start",
    bar: languageButtons(() => notSetUp(counts, reason)),
    main: [
      heading(NAME),
      reason && paragraph(reason, { role: "alert" }),
      paragraph(_("This phone is not set up. Open the link or scan the code that your coordinator gives you.")),
      left > 0 && paragraph(_("{count} waiting. A new link lets them be sent.", { count: left })),
      left > 0 && h("div", { class: "actions" }, button(_("Save as a file"), () => save(), { class: "secondary" })),
    ],
  });
}

/**
 * Something of the app could not be read this time, and nothing is known of what is kept here.
 * @param {Counts} counts
 */
export function notStarted(counts) {
  const left = counts.waiting + counts.help;
  show({
    name: "not-started",
    bar: languageButtons(() => notStarted(counts)),
    main: [
      heading(NAME),
      mistake(_(PART)),
      left > 0 && paragraph(_("{waiting} waiting, {sent} sent today", { ...counts })),
      h(
        "div",
        { class: "actions" },
        button(_("Try again"), () => location.reload(), { class: "wide" }),
        left > 0 && button(_("Save as a file"), () => save(), { class: "secondary" }),
      ),
    ],
  });
}

/** Choose a PIN on a phone that was invited. */
export function choosePin(message = "") {
  const first = pinField("pin", _("PIN of six digits or more"), "rules");
  const second = pinField("again", _("The same PIN again"), message ? "mistake" : undefined);
  const submit = () => {
    const pin = asciiDigits(first.input.value.trim());
    if (!goodPin(pin)) choosePin(_("Use six digits or more, not one digit repeated and no row such as 123456 or 654321."));
    else if (pin !== asciiDigits(second.input.value.trim())) choosePin(_("The two PINs are not the same."));
    else enrol(pin);
  };
  show({
    name: "choose-pin",
    bar: languageButtons(() => choosePin()),
    main: [
      heading(_("Choose a PIN")),
      paragraph(_("Nobody can find it out for you. After ten wrong PINs everything but sealed interviews is removed."), {
        id: "rules",
      }),
      message && mistake(message),
      form([first.row, second.row], _("Set up this phone"), submit),
    ],
  });
  if (message) first.input.focus();
}

/**
 * The link was accepted, the server has still to be reached.
 * @param {string} [message]
 */
export function enrolling(message) {
  show({
    name: "enrolling",
    back: stay,
    bar: languageButtons(() => enrolling(message)),
    main: [
      heading(_("Setting up")),
      message ? mistake(message) : paragraph(_("One moment …"), { role: "status" }),
      message && h("div", { class: "actions" }, button(_("Try again"), finishSetUp, { class: "wide" })),
    ],
  });
}

/**
 * The lock. `left` is the number of tries that remain after a wrong PIN, `message` another thing to say.
 * @param {number} [left]
 */
export function lock(left, message = "") {
  const wrong = left === undefined ? message : _("Wrong PIN. Tries left: {count}.", { count: left });
  const field = pinField("pin", _("PIN"), wrong ? "mistake" : undefined);
  const submit = () => unlock(asciiDigits(field.input.value.trim()));
  show({
    name: "lock",
    back: hide,
    bar: languageButtons(() => lock(left, message)),
    main: [
      heading(NAME),
      phone.code && paragraph(_("This phone is set up. The new link is used after the PIN.")),
      wrong && mistake(wrong),
      form([field.row], _("Open"), submit),
    ],
  });
  field.input.focus();
}

/** While the key is derived the screen must not take a second tap. */
export function opening() {
  show({
    name: "opening",
    back: stay,
    main: [heading(NAME), paragraph(_("One moment …"), { role: "status" })],
  });
}

/** The app runs in another tab, which alone may write. */
export function elsewhere() {
  show({
    name: "elsewhere",
    bar: languageButtons(() => elsewhere()),
    main: [
      heading(NAME),
      paragraph(_("This is open in another tab. Close the other tab, then try again.")),
      h("div", { class: "actions" }, button(_("Try again"), begin, { class: "wide" })),
    ],
  });
}
