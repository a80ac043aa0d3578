/** The app on the phone: what it holds in memory, how it starts, locks and comes back. */

import { alone } from "./alone.js";
import { ask } from "./screens/question.js";
import { dayOf } from "./core/clock.js";
import { connect, tried } from "./contact.js";
import { newToken, register } from "./device/api.js";
import * as door from "./screens/lock.js";
import * as drafts from "./vault/drafts.js";
import * as screens from "./screens/worker.js";
import { covered } from "./core/interview.js";
import { exchange, markOf, refusal, spent, taken } from "./device/invitation.js";
import { comeInside, stayInside } from "./device/inside.js";
import { DRAFT_HOURS, equip, localise, timed } from "./taps.js";
import { former, rebuild } from "./vault/rebuild.js";
import { DRAFT, PHONE, openSecrets } from "./vault/secrets.js";
import { almostFull, DATABASE, open, tidy } from "./vault/store.js";
import { registerAgain, registerWorker, takeUpdate } from "./device/update.js";
import * as vault from "./vault/locked.js";
import { N_, _, choose, chosen, know, suggest } from "./core/words.js";

const LOCK_AFTER = 120000;
const HOUR = 3600000;

const app = {
  name: document.title,
  base: new URL("./", location.href).pathname,
  store: null,
  secrets: null,
  former: null,
  key: null,
  safe: null,
  pack: null,
  state: null,
  draft: null,
  coming: null,
  draftKey: null,
  undestroyed: false,
  suspended: null,
  practice: false,
  install: null,
  full: false,
  told: "",
  token: "",
  sent: null,
  code: "",
  speaks: "",
  halted: false,
  ready: false,
};
equip(app);
connect(app);

/** Take a link out of the address: `code` invites, `speaks` is the language it was made in. */
function takeLink() {
  const { code, language } = taken();
  if (code) Object.assign(app, { code, speaks: language });
  return !!code;
}
// Before anything else: it must not stay in the address while a slow line is waited for.
takeLink();

// ---- time

/** Today in Pakistan; a clock that is wrong by days is put right by what the server said last. */
app.today = () => dayOf((app.safe && app.safe.skew) || 0);

// ---- start, enrolment, lock

async function start() {
  const secrets = openSecrets();
  know(await (await fetch(document.documentElement.dataset.words)).json());
  const language = (navigator.languages || []).map((tag) => tag.split("-")[0]);
  language.reverse().forEach(choose);
  app.secrets = await secrets;
  app.store = await open(DATABASE, restored);
  choose(await app.store.things.get("language"));
  stayInside(() => !!app.state);
  await app.begun();
}

/** Go on where the app is open nowhere else. */
app.begun = async () => {
  if (!(await alone())) {
    door.elsewhere(app);
    return;
  }
  // The browser's log may end in half a record, after a full disk or an empty battery: nothing must be put behind it.
  await tidy().catch(() => {});
  app.former = await former(app.store).catch(halt);
  await dropOldDraft();
  await destroyLeftovers();
  app.ready = true;
  await knock();
};

/** A former database that cannot be read is not one that is not there: what is locked may lie in it. */
function halt() {
  app.halted = true;
  return null;
}

/** What lies beside the database goes with it when the browser removes it. */
async function restored() {
  await app.secrets.restore().catch(() => {});
  registerAgain(app.base);
}

/** The things of the lock: on a phone that has still to be rebuilt they lie in the former database. */
const lockedThings = () => (app.former || app.store).things;

async function dropOldDraft() {
  const things = lockedThings();
  const draft = await things.get("draft");
  const left = draft ? draft.until - Date.now() : 0;
  // A clock that was set back must not lengthen a draft's life.
  if (draft && (left < 0 || left > (DRAFT_HOURS + 1) * HOUR)) await things.remove("draft");
}

/** Overwrite the secrets of what is not there any more: the power may have gone before. */
async function destroyLeftovers() {
  const { things } = app.store;
  if (!(await things.get("lock"))) await app.secrets.renew(PHONE).catch(() => {});
  if (!(await things.get("draft"))) await drafts.destroy(app);
}

const harmless = () => document.body.dataset.screen === "harmless";

/** Whether the page may be loaded anew without anybody noticing. */
function idle() {
  return !app.state && !app.suspended && !app.draft && !harmless();
}

async function knock() {
  if (!app.code) registerWorker(app.base, idle);
  const lock = await lockedThings().get("lock");
  if (await broken(lock)) door.notStarted(app, await app.numbers());
  else if (openable(lock)) door.lock(app);
  else if (app.code) invited();
  else await unset(lock && _("Part of what this phone kept is gone. Ask your coordinator for a new link."));
}

const openable = (lock) => vault.openable(lock, app.secrets.bytes(PHONE));
const unset = async (reason) => door.notSetUp(app, await app.numbers(), reason || "");

/** Whether something lies here that this start could not read; nothing may be put in its place. */
async function broken(lock) {
  if (app.former) return false;
  return lock ? (!openable(lock) && !app.secrets.possible) || (await drafts.unread(app)) : app.halted;
}

/** Choose a PIN in the language of the link, as long as nobody picked another. */
function invited(reason) {
  suggest(app.speaks);
  door.choosePin(app, reason);
}

/** A link that was opened in the page that is here: only the part of the address behind # changes. */
async function follow() {
  // Before the app is ready the first knock takes it up.
  if (!takeLink() || !app.ready) return;
  const { screen } = document.body.dataset;
  if (["start", "lock"].includes(screen)) await knock();
  if (screen === "home") await app.home();
}
addEventListener("hashchange", follow);

app.enrol = async (pin) => {
  door.opening(app);
  try {
    await makeLock(pin);
  } catch (error) {
    door.choosePin(app, door.unwritten(error));
    return;
  }
  app.code = "";
  if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
  await app.register();
};

async function makeLock(pin) {
  const { things } = app.store;
  // What is left of another lock can be opened by nobody.
  await things.remove("pack", "coming", "draft", "sent");
  // Until the server tells it anew, the language of the link is the one to go on with.
  if (app.speaks) await things.put("language", chosen().code);
  const secret = await app.secrets.renew(PHONE).catch(() => null);
  const safe = { token: newToken(), code: app.code, skew: 0 };
  app.key = await vault.create(things, pin, safe, secret);
  app.safe = safe;
}

/** The set-up goes on where the server can be reached, and gives what is needed. */
const unreached = (away) => door.enrolling(app, _(away ? AWAY : REFUSED));
const AWAY = N_("The server cannot be reached. Try again where there is a network.");
const REFUSED = N_("The server answers, but gives nothing now. Try again later.");

app.register = async () => {
  door.enrolling(app);
  // Another link was opened before the server was reached with the first one.
  if (app.code) await app.keepSafe({ token: newToken(), code: app.code });
  app.code = "";
  const { code, token } = app.safe;
  // It was let in before, and only the questionnaire is still to come.
  const found = code ? await register(code, token) : "in";
  if (found === "in") {
    await entered();
  } else if (found === "done") {
    // Where it cannot be written the same is asked once more at the next start, which is harmless.
    await app.keepSafe({ code: "", invited: await markOf(code) }).catch(() => {});
    await entered();
  } else if (spent(found)) {
    // Nothing lies here yet but the PIN that was just chosen.
    await forget(refusal(found));
  } else {
    unreached(found === "again");
  }
};

app.keepSafe = async (change) => {
  app.safe = { ...app.safe, ...change };
  await vault.put(app.store.things, app.key, "safe", app.safe);
};

app.unlock = async (pin) => {
  door.opening(app);
  const secret = app.former ? null : app.secrets.bytes(PHONE);
  const found = await vault.unlock(lockedThings(), pin, secret).catch((error) => ({ error }));
  if (found.error) {
    // No PIN was judged.
    door.lock(app, undefined, door.unwritten(found.error));
  } else if (!found.key && found.left) {
    door.lock(app, found.left);
  } else if (!found.key) {
    await forget(_("Ten wrong PINs: everything but sealed interviews is removed."));
  } else {
    await openWith(pin, found.key);
  }
};

async function openWith(pin, key) {
  try {
    app.key = app.former ? await rebuild(app, pin, key) : key;
  } catch (error) {
    // The former database is whole: it is tried again at the next PIN.
    door.lock(app, undefined, door.unwritten(error));
    return;
  }
  app.safe = await vault.get(app.store.things, app.key, "safe");
  await (app.safe.code ? app.register() : entered());
}

async function packOf(name) {
  const found = await vault.get(app.store.things, app.key, name);
  return found ? tried(found) : null;
}

async function entered() {
  app.token = app.safe.token;
  app.sender.recall(app.safe.unknown === true);
  app.pack = await packOf("pack");
  app.coming = await packOf("coming");
  app.sent = app.sent || (await vault.get(app.store.things, app.key, "sent"));
  await drafts.find(app);
  const missing = app.pack ? "" : await app.renewPack();
  // It may have been signed out, or locked, meanwhile.
  if (!app.key) return;
  if (missing) {
    unreached(missing === "away");
    return;
  }
  if (app.suspended) await comeBack();
  else await app.home();
  // After the questionnaire, for on a slow line they would hinder each other.
  registerWorker(app.base, idle);
}

async function comeBack() {
  const { state, practice } = await vault.opened(app.key, "suspended", app.suspended);
  Object.assign(app, { state, practice, suspended: null });
  app.since = performance.now();
  app.drafter = drafts.keeper(app);
  localise(app);
  comeInside();
  ask(app);
}

/** Remove everything but sealed records, and make it unreadable where it lay. */
async function forget(reason) {
  app.sender.stop();
  const nothing = { key: null, safe: null, pack: null, state: null, draft: null, suspended: null, token: "", sent: null, coming: null };
  Object.assign(app, nothing);
  await app.store.things.remove(...(await app.store.things.names()));
  await Promise.all([PHONE, DRAFT].map((name) => app.secrets.renew(name))).catch(() => {});
  if ("caches" in window) await caches.delete("sound");
  app.former = app.former && (await former(app.store));
  // The harmless page stays what it is, whatever happened behind it.
  if (harmless()) return;
  if (app.code) invited(reason);
  else await unset(reason);
}

/** The token was taken back, or replaced: an invitation that waits comes first. */
app.revoked = async () => {
  if (app.key && (await exchange(app, app.keepSafe)) === "done") return;
  await forget(_("Your coordinator has signed this phone out. Sealed interviews are still here."));
};

async function shut() {
  if (app.state) {
    const state = covered(app.pack.questionnaire, timed(app), app.today());
    app.suspended = await vault.locked(app.key, "suspended", { state, practice: app.practice });
  }
  Object.assign(app, { key: null, safe: app.safe && { skew: app.safe.skew }, state: null, draft: null, draftKey: null });
  Object.assign(app, { pack: null, coming: null });
}

app.lock = async () => {
  await shut();
  door.lock(app);
};

app.hide = () => {
  // The page changes before anything else is done.
  door.harmless(app);
  return shut();
};

app.toLock = async () => {
  if (await app.store.things.get("lock")) door.lock(app);
  else await unset();
};

// ---- home

app.home = async () => {
  Object.assign(app, { state: null, practice: false, setup: null });
  app.full = await almostFull();
  if (app.undestroyed) await drafts.destroy(app);
  await app.keepSent();
  const found = await app.numbers();
  // It may have been hidden or locked meanwhile.
  if (!app.key) return;
  screens.home(app, found);
  app.told = "";
  await app.store.things.put("language", chosen().code).catch(() => {});
  if (app.code || app.safe.next) await app.takeInvitation();
  if (!app.key) return;
  app.sender.soon();
  if (!takeUpdate(!app.draft && !app.suspended)) app.renewPack();
};

app.addToHomeScreen = () => app.install.prompt();

// ---- what happens without a tap

let touched = performance.now();
const touch = () => (touched = performance.now());
["pointerdown", "keydown", "input"].forEach((kind) => addEventListener(kind, touch, { passive: true }));

function lockWhenIdle() {
  if (app.key && performance.now() - touched > LOCK_AFTER) app.lock();
}
setInterval(lockWhenIdle, 5000);
document.addEventListener("visibilitychange", lockWhenIdle);
addEventListener("online", () => app.sender.soon());
addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  app.install = event;
  app.recount();
});

start();
