/** Who gets in: setting up with a link, the PIN, locking and coming back. */

import { covered } from "./core/interview.js";
import { present } from "./core/present.js";
import * as state from "./core/state.js";
import { unwritten } from "./device/failures.js";
import { N_, _, chosen } from "./core/words.js";
import { renewPack, tried } from "./contact.js";
import { newToken, register } from "./device/api.js";
import { markOf, refusal, spent } from "./device/invitation.js";
import { BASE, goTo, shown } from "./device/page.js";
import { registerWorker } from "./device/update.js";
import { goHome } from "./home.js";
import { learnMet, meet } from "./practice.js";
import { countRecordings } from "./recordings.js";
import { askForLink, removeAll } from "./removal.js";
import { localise } from "./taps.js";
import * as drafts from "./vault/drafts.js";
import * as vault from "./vault/locked.js";
import { rebuild } from "./vault/rebuild.js";
import { PHONE } from "./vault/secrets.js";
import { keepSafe } from "./waiting.js";

const { phone } = state;

/** Whether the page may be loaded again without anybody noticing. */
export function idle() {
  return !phone.interview && !phone.suspended && !phone.parting && !phone.draft && shown() !== "harmless";
}

// ---- setting up

/**
 * Set the phone up with the link that was opened.
 * @param {string} pin
 */
export async function enrol(pin) {
  goTo("opening");
  try {
    await makeLock(pin);
  } catch (error) {
    goTo("choose-pin", unwritten(/** @type {Error} */ (error)));
    return;
  }
  state.spendLink();
  if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
  await finishSetUp();
}

/** @param {string} pin */
async function makeLock(pin) {
  const { things } = phone.store;
  // What is left of another lock can be opened by nobody.
  await things.remove("pack", "coming", "draft", "sent", "counts");
  // Until the server names one, the language of the link is the one to go on with.
  if (phone.speaks) await things.put("language", chosen().code);
  const secret = await phone.secrets.renew(PHONE).catch(() => null);
  const safe = { token: newToken(), code: phone.code, skew: 0 };
  state.unlock(await vault.create(things, pin, safe, secret, await vault.calibrated()));
  state.holdSafe(safe);
}

/**
 * The set-up goes on where the server can be reached, and gives what is needed.
 * @param {boolean} away
 */
const askAgain = (away) => goTo("enrolling", _(away ? AWAY : REFUSED));
const AWAY = N_("The server cannot be reached. Try again where there is a network.");
const REFUSED = N_("The server answers, but gives nothing now. Try again later.");

/** Be let in by the server, then go on with what it gives. */
export async function finishSetUp() {
  goTo("enrolling");
  const { key } = phone;
  // Another link was opened before the server was reached with the first one.
  if (phone.code) await keepSafe({ token: newToken(), code: phone.code });
  state.spendLink();
  const { code, token } = present(phone.safe);
  // It was let in before, and only the questionnaire is still to come.
  const found = code ? await register(code, token) : "in";
  // It may have been locked meanwhile: then it is asked again after the PIN, which is harmless.
  if (phone.key !== key) return;
  if (found === "in") {
    await goOn();
  } else if (found === "done") {
    // Where it cannot be written the same is asked again at the next start.
    await keepSafe({ code: "", invited: await markOf(code) }).catch(() => {});
    await goOn();
  } else if (spent(found)) {
    // Nothing is kept here yet but the PIN that was just chosen.
    await removeAll(refusal(found));
  } else {
    askAgain(found === "again");
  }
}

// ---- the PIN

/**
 * Try a PIN.
 * @param {string} pin
 */
export async function unlock(pin) {
  goTo("opening");
  const secret = phone.former ? null : phone.secrets.bytes(PHONE);
  const found = await vault.unlock(state.lockedThings(), pin, secret).catch((error) => ({ error }));
  if ("error" in found) {
    // No PIN was judged.
    goTo("lock", undefined, unwritten(found.error));
  } else if (found.key) {
    await openWith(pin, found.key);
  } else if (found.left) {
    meet("pin");
    goTo("lock", found.left);
  } else {
    await removeAll(_("Ten wrong PINs: everything but sealed interviews is removed."));
  }
}

/**
 * @param {string} pin
 * @param {Key} key
 */
async function openWith(pin, key) {
  let own = key;
  try {
    if (phone.former) own = await rebuild(pin, key);
    state.unlock(own);
  } catch (error) {
    // The former database is whole: it is tried again at the next PIN.
    goTo("lock", undefined, unwritten(/** @type {Error} */ (error)));
    return;
  }
  const safe = await kept(own, "safe");
  if (phone.key !== own) return;
  state.holdSafe(safe);
  await (safe.code ? finishSetUp() : goOn());
}

/**
 * What is kept under the PIN by that name, if anything. It may have been locked when it is found.
 * @param {Key} key
 * @param {string} name
 */
const kept = (key, name) => vault.get(phone.store.things, key, name);

/**
 * @param {Key} key
 * @param {string} name
 * @returns {Promise<Pack | null>}
 */
async function packOf(key, name) {
  const found = await kept(key, name);
  return found ? tried(found) : null;
}

/** Past the PIN: take up what is kept, get the questionnaire where it is still to come, and go to where one was. */
async function goOn() {
  const key = present(phone.key);
  const safe = present(phone.safe);
  state.useToken(safe.token);
  phone.sender.recall(safe.unknown === true);
  if (!phone.sent) state.countSent(await kept(key, "sent"));
  // The questionnaire comes last: from then on another one may be fetched, and what needs this one must be known.
  await drafts.find(key);
  const counts = await kept(key, "counts");
  const coming = await packOf(key, "coming");
  const pack = await packOf(key, "pack");
  // Nothing of it stays in memory where it was locked meanwhile.
  if (phone.key !== key) return;
  state.holdCounts(counts);
  state.holdComing(coming);
  state.takePack(pack);
  await countRecordings();
  if (phone.key !== key) return;
  const missing = phone.pack ? "" : await renewPack();
  // It may have been signed out, or locked, meanwhile: then another PIN goes on, or none.
  if (phone.key !== key) return;
  if (missing) {
    askAgain(missing === "away");
    return;
  }
  if (phone.suspended) await comeBack(phone.suspended);
  else if (phone.parting) await showCode(phone.parting);
  else await goHome();
  learnMet();
  // After the questionnaire, for on a slow line they would hinder each other.
  registerWorker(BASE, idle);
}

/**
 * Back to the code that the person is still learning.
 * @param {Promise<Locked>} parting
 */
async function showCode(parting) {
  const { key } = phone;
  const found = await parting.then((locked) => vault.opened(present(key), "parting", locked)).catch(() => null);
  if (phone.key !== key || phone.parting !== parting) return;
  if (found) goTo("done", found.code);
  else await goHome();
}

/** @param {Promise<Locked>} suspended */
async function comeBack(suspended) {
  const { key } = phone;
  const { state: interview, practice } = await vault.opened(present(key), "suspended", await suspended);
  // It may have been locked again, or the interview has ended: it was under way to the queue.
  if (phone.key !== key || phone.suspended !== suspended) return;
  state.resumeInterview(interview, practice);
  state.keepDraftsWith(drafts.keeper());
  localise();
  learnMet();
  goTo("question");
}

// ---- locking

/**
 * Put the interview out of sight and out of reach, and everything else that the PIN opens. At once: what is under way
 * goes on without the key, shows nothing, and ends no other interview than the one that is suspended.
 */
const shut = () => state.lock(phone.interview ? suspend() : phone.suspended);

function suspend() {
  const interview = covered(state.questionnaire(), state.timed(), state.today());
  return vault.locked(present(phone.key), "suspended", { state: interview, practice: phone.practice });
}

/** Lock the app. */
export function lock() {
  shut();
  goTo("lock");
}

/** What this tab is on, for a phone that throws away pages nobody looks at, and loads them again when it is woken. */
const PAGE = "page";
const PRICES = "prices";

/** Whether the harmless page was the last one here: it is shown again, and not the lock, however it was loaded. */
export const isHidden = () => sessionStorage.getItem(PAGE) === PRICES;

/** Show a page that anybody may see, and lock behind it. */
export function hide() {
  // The page changes before anything else is done.
  goTo("harmless");
  sessionStorage.setItem(PAGE, PRICES);
  meet("hide");
  shut();
}

/** From the harmless page to the lock. */
export async function leaveHarmless() {
  sessionStorage.removeItem(PAGE);
  if (await phone.store.things.get("lock")) goTo("lock");
  else await askForLink();
}
