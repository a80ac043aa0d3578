/** How the app starts: what it opens, what of an earlier life it clears away, and to which screen it comes. */

import { idle, isHidden } from "./access.js";
import { alone } from "./alone.js";
import * as state from "./core/state.js";
import { _, choose, know } from "./core/words.js";
import { taken } from "./device/invitation.js";
import { stayInside } from "./device/inside.js";
import { BASE, goTo, shown, stepBack } from "./device/page.js";
import { registerAgain, registerWorker } from "./device/update.js";
import { goHome } from "./home.js";
import { askForLink, askForPin } from "./removal.js";
import { DRAFT_HOURS } from "./taps.js";
import * as drafts from "./vault/drafts.js";
import * as vault from "./vault/locked.js";
import { former } from "./vault/rebuild.js";
import { PHONE, openSecrets } from "./vault/secrets.js";
import { DATABASE, open, tidy } from "./vault/store.js";
import { numbers } from "./waiting.js";

const HOUR = 3600000;
const { phone, lockedThings } = state;

/** Take a link out of the address: its code invites, and it names the language it was made in. */
export function takeLink() {
  const { code, language } = taken();
  if (code) state.receiveLink(code, language);
  return !!code;
}

/** Open what the phone keeps, choose the language, and begin. */
export async function start() {
  const secrets = openSecrets();
  know(await (await fetch(/** @type {string} */ (document.documentElement.dataset.words))).json());
  const languages = (navigator.languages || []).map((tag) => tag.split("-")[0]);
  languages.reverse().forEach(choose);
  state.holdSecrets(await secrets);
  state.holdStore(await open(DATABASE, restored));
  choose(await phone.store.things.get("language"));
  stayInside(stepBack);
  await begin();
}

/** What is kept next to the database goes with it when the browser removes it. */
async function restored() {
  await phone.secrets.restore().catch(() => {});
  registerAgain(BASE);
}

/** Go on where the app is open nowhere else. */
export async function begin() {
  if (!(await alone())) {
    goTo("elsewhere");
    return;
  }
  // The browser's log may end in half a record, after a full disk or an empty battery: nothing must be put behind it.
  await tidy().catch(() => {});
  state.holdFormer(await former(phone.store).catch(halt));
  await dropOldDraft();
  await destroyLeftovers();
  state.beReady();
  await knock();
}

/** A former database that cannot be read is not one that is not there: what is locked may be in it. */
function halt() {
  state.halt();
  return null;
}

async function dropOldDraft() {
  const things = lockedThings();
  const draft = await things.get("draft");
  const left = draft ? draft.until - Date.now() : 0;
  // A clock that was set back must not lengthen a draft's life.
  if (draft && (left < 0 || left > (DRAFT_HOURS + 1) * HOUR)) await things.remove("draft");
}

/** Overwrite the secrets of what is not there any more: the power may have gone before. */
async function destroyLeftovers() {
  const { things } = phone.store;
  if (!(await things.get("lock"))) await phone.secrets.renew(PHONE).catch(() => {});
  if (!(await things.get("draft"))) await drafts.destroy();
}

/** Come to the first screen: what it is depends on what is kept here. */
async function knock() {
  if (!phone.code) registerWorker(BASE, idle);
  const lock = await lockedThings().get("lock");
  if (await broken(lock)) goTo("not-started", await numbers());
  else if (isHidden() && !phone.code && (openable(lock) || !lock)) goTo("harmless");
  else if (openable(lock)) goTo("lock");
  else if (phone.code) askForPin();
  else await askForLink(lock && _("Part of what this phone kept is gone. Ask your coordinator for a new link."));
}

/** @param {PinLock | undefined} lock */
const openable = (lock) => vault.openable(lock, phone.secrets.bytes(PHONE));

/**
 * Whether something is kept here that this start could not read; nothing may be put in its place.
 * @param {PinLock | undefined} lock
 */
async function broken(lock) {
  if (phone.former) return false;
  return lock ? (!openable(lock) && !phone.secrets.possible) || (await drafts.unread()) : phone.halted;
}

/** A link was opened in the page that is here: only the part of the address behind # changes. */
export async function follow() {
  // Before the app is ready the first knock takes it up.
  if (!takeLink() || !phone.ready) return;
  const screen = shown();
  if (["start", "lock"].includes(screen)) await knock();
  if (screen === "home") await goHome();
}
