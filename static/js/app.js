/** The app on the phone: what it holds in memory, how it starts, locks and comes back. */

import { alone } from "./alone.js";
import { ask } from "./screens/question.js";
import { dayOf, skewOf } from "./core/clock.js";
import { fetchPack, keepSounds, newToken, register } from "./device/api.js";
import * as door from "./screens/lock.js";
import * as drafts from "./device/drafts.js";
import * as screens from "./screens/worker.js";
import { covered } from "./core/interview.js";
import { exchange, markOf, refusal, taken } from "./device/invitation.js";
import { DRAFT_HOURS, equip, localise, timed } from "./taps.js";
import { voice } from "./screens/page.js";
import { asFile, counted, counts } from "./device/queue.js";
import { former, rebuild } from "./device/rebuild.js";
import { DRAFT, PHONE, openSecrets } from "./device/secrets.js";
import { sender } from "./device/sender.js";
import { almostFull, DATABASE, open, tidy } from "./device/store.js";
import { registerAgain, registerWorker, takeUpdate } from "./device/update.js";
import * as vault from "./device/locked.js";
import { _, choose, chosen, know, suggest } from "./core/words.js";

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
  // Before anything else: it must not stay in the address while a slow line is waited for.
  code: taken(),
  ready: false,
};
equip(app);

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
  app.former = await former(app.store).catch(() => null);
  await dropOldDraft();
  await destroyLeftovers();
  app.ready = true;
  await knock();
};

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
  if (openable(lock)) door.lock(app);
  else if (lock && !app.secrets.possible) await unset(_("Part of this app did not start. Close this page and open it again."));
  else if (app.code) door.choosePin(app);
  else await unset(lock && _("Part of what this phone kept is gone. Ask your coordinator for a new link."));
}

const openable = (lock) => vault.openable(lock, app.secrets.bytes(PHONE));
const numbers = () => counts(app.store, app.today(), app.sent);
const unset = async (reason) => door.notSetUp(app, await numbers(), reason || "");

/** A link that was opened in the page that is here: only the part of the address behind # changes. */
async function follow() {
  const code = taken();
  if (!code) return;
  app.code = code;
  // Before that the first knock takes it up.
  if (!app.ready) return;
  const { screen } = document.body.dataset;
  if (["start", "lock"].includes(screen)) await knock();
  if (screen === "home") await app.home();
}
addEventListener("hashchange", follow);

app.enrol = async (pin) => {
  door.opening(app);
  // What is left of another lock can be opened by nobody.
  await app.store.things.remove("pack", "draft", "sent");
  app.safe = { token: newToken(), code: app.code, skew: 0 };
  app.code = "";
  const secret = await app.secrets.renew(PHONE).catch(() => null);
  app.key = await vault.create(app.store.things, pin, app.safe, secret);
  if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
  await app.register();
};

app.register = async () => {
  door.enrolling(app);
  // Another link was opened before the server was reached with the first one.
  if (app.code) await keepSafe({ token: newToken(), code: app.code });
  app.code = "";
  const { code, token } = app.safe;
  const found = await register(code, token);
  if (found === "again") {
    door.enrolling(app, _("The server cannot be reached. Try again where there is a network."));
  } else if (found !== "done") {
    // Nothing lies here yet but the PIN that was just chosen.
    await forget(refusal(found));
  } else {
    await keepSafe({ code: "", invited: await markOf(code) });
    await entered();
  }
};

async function keepSafe(change) {
  app.safe = { ...app.safe, ...change };
  await vault.put(app.store.things, app.key, "safe", app.safe);
}

app.unlock = async (pin) => {
  door.opening(app);
  const found = await vault.unlock(lockedThings(), pin, app.former ? null : app.secrets.bytes(PHONE));
  if (!found.key && found.left) {
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
    door.lock(app, undefined, _("This phone is full. Free some space, for example by deleting photos, then try again."));
    return;
  }
  app.safe = await vault.get(app.store.things, app.key, "safe");
  await (app.safe.code ? app.register() : entered());
}

async function entered() {
  app.token = app.safe.token;
  app.pack = await vault.get(app.store.things, app.key, "pack");
  app.sent = app.sent || (await vault.get(app.store.things, app.key, "sent"));
  await drafts.find(app);
  if (!app.pack && !(await renewPack())) {
    door.enrolling(app, _("The server cannot be reached. Try again where there is a network."));
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
  ask(app);
}

/** Fetch round, key and questionnaire, unless an interview in progress needs the ones that are here. */
async function renewPack() {
  const { pack, revoked, known, unknown } = await fetchPack(app.token, app.pack && app.pack.digest);
  if (known || unknown) app.sender.heard(!unknown);
  if (app.sender.unknown() || known) recount();
  if (revoked) {
    await app.revoked();
    // A new link took the place of the old one: its questionnaire is still to come.
    return app.key && !app.pack ? renewPack() : true;
  }
  if (!pack || !app.key) return false;
  app.coming = pack;
  if (app.pack && (app.state || app.draft)) {
    recount();
    return false;
  }
  await app.adopt();
  recount();
  return true;
}

/** Take up what the server gave while an interview needed what was here. */
app.adopt = async () => {
  const pack = app.coming;
  if (!pack) return;
  app.coming = null;
  await vault.put(app.store.things, app.key, "pack", pack);
  app.pack = pack;
  await keepSafe({ skew: skewOf(pack.day) });
  if (!(await app.store.things.get("language"))) suggest(pack.language);
  keepSounds(app.token, pack, app.base).catch(() => {});
};

/** Whether a new interview may begin; a round that is ending or over begins none. */
app.taking = () => (app.coming || app.pack).taking !== false;

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
  if (app.code) door.choosePin(app, reason);
  else await unset(reason);
}

/** The token was taken back, or replaced: an invitation that waits comes first. */
app.revoked = async () => {
  if (app.key && (await exchange(app, keepSafe)) === "done") return;
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
  await keepSent();
  const found = await numbers();
  // It may have been hidden or locked meanwhile.
  if (!app.key) return;
  screens.home(app, found);
  app.told = "";
  await app.store.things.put("language", chosen().code).catch(() => {});
  if (app.code || app.safe.next) await takeInvitation();
  if (!app.key) return;
  app.sender.soon();
  if (!takeUpdate(!app.draft && !app.suspended)) renewPack();
};

/** A new link on a phone that is set up: what it changes is told on the home screen. */
async function takeInvitation() {
  await exchange(app, keepSafe);
  await recount();
}

/** How many records left today is known under the PIN only. */
async function keepSent() {
  if (app.sent && app.key) await vault.put(app.store.things, app.key, "sent", app.sent).catch(() => {});
}

/** Hear what became of a record, and at the end of a turn, without `found`, keep how many left. */
async function left(found, kept) {
  if (found === "done") app.sent = counted(app.sent, app.today(), kept);
  if (!found) await keepSent();
  return recount();
}

async function recount() {
  if (document.body.dataset.screen !== "home") return;
  const found = await numbers();
  if (app.key && document.body.dataset.screen === "home") screens.home(app, found, false);
}

app.sendNow = async () => {
  const say = voice();
  say(_("Sending …"));
  const result = await app.sender.now();
  say(screens.sendingResult(result, app.sender.unknown()));
};

/** Offer a file of all that waits, and of `more` that could not be kept. */
app.save = async (...more) => {
  const kept = await app.store.waiting.all().catch(() => app.store.waiting.held());
  const file = new Blob([asFile([...kept, ...more])], { type: "text/plain" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = "notes.txt";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
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
  recount();
});

app.sender = sender({
  store: () => app.store,
  token: () => app.token,
  onChange: left,
  // The questionnaire that is here belongs to a round that is over.
  onLate: () => renewPack(),
  onRevoked: () => app.revoked(),
});

start();
