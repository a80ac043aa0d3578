/** The app on the phone: what it holds in memory, how it starts, locks and comes back. */

import { ask } from "./ask.js";
import { fetchPack, keepSounds, newToken, register } from "./device.js";
import * as door from "./door.js";
import { INVITATION_USED, PAKISTAN } from "./facts.js";
import * as screens from "./home.js";
import { covered } from "./interview.js";
import { DRAFT_HOURS, equip, localise, timed } from "./journey.js";
import { voice } from "./page.js";
import { asFile, counts } from "./queue.js";
import { sender } from "./sender.js";
import { open } from "./store.js";
import { registerWorker, takeUpdate } from "./update.js";
import * as vault from "./vault.js";
import { _, choose, chosen, know, suggest } from "./words.js";

const LOCK_AFTER = 120000;
const HOUR = 3600000;
const DAY = 24 * HOUR;
const AHEAD = PAKISTAN * HOUR;
const LITTLE_ROOM = 5e6;
/** Turns of waiting for another page to let go of the app. */
const PATIENCE = 5;

const app = {
  name: document.title,
  base: new URL("./", location.href).pathname,
  store: null,
  key: null,
  safe: null,
  pack: null,
  state: null,
  draft: null,
  suspended: null,
  practice: false,
  install: null,
  full: false,
  told: "",
  token: "",
};
equip(app);

// ---- time

const deviceDay = () => new Date(Date.now() + AHEAD).toISOString().slice(0, 10);

/** Today in Pakistan; a clock that is wrong by days is put right by what the server said last. */
app.today = () => {
  const skew = (app.safe && app.safe.skew) || 0;
  return new Date(Date.now() + AHEAD + skew * DAY).toISOString().slice(0, 10);
};

const skewOf = (day) => {
  const days = Math.round((Date.parse(day) - Date.parse(deviceDay())) / DAY);
  // One day apart is midnight between two questions.
  return Math.abs(days) > 1 ? days : 0;
};

// ---- start, enrolment, lock

async function start() {
  know(await (await fetch(document.documentElement.dataset.words)).json());
  const language = (navigator.languages || []).map((tag) => tag.split("-")[0]);
  language.reverse().forEach(choose);
  app.store = await open();
  choose(await app.store.things.get("language"));
  if (!(await alone())) {
    door.elsewhere(app);
    return;
  }
  await dropOldDraft();
  await knock();
}

/** Hold the app's one lock for as long as this page lives; false when another tab has it. */
async function alone() {
  if (!navigator.locks) return true;
  for (let turn = 0; turn < PATIENCE; turn += 1) {
    if (await taken()) return true;
    // After a reload the page that was here may need a moment to let go.
    await new Promise((done) => setTimeout(done, 300));
  }
  return false;
}

function taken() {
  return new Promise((resolve) => {
    navigator.locks.request("notes", { ifAvailable: true }, (lock) => {
      resolve(!!lock);
      return lock ? new Promise(() => {}) : undefined;
    });
  });
}

async function dropOldDraft() {
  const draft = await app.store.things.get("draft");
  const left = draft ? draft.until - Date.now() : 0;
  // A clock that was set back must not lengthen a draft's life.
  if (draft && (left < 0 || left > (DRAFT_HOURS + 1) * HOUR)) await app.store.things.remove("draft");
}

const harmless = () => document.body.dataset.screen === "harmless";

/** Whether the page may be loaded anew without anybody noticing. */
function idle() {
  return !app.state && !app.suspended && !app.draft && !harmless();
}

async function knock() {
  const code = new URLSearchParams(location.hash.slice(1)).get("i");
  if (code) {
    history.replaceState(null, "", location.pathname);
    app.code = code;
    door.choosePin(app);
    return;
  }
  registerWorker(app.base, idle);
  if (await app.store.things.get("lock")) door.lock(app);
  else door.notSetUp(app, await counts(app.store, app.today()));
}

app.enrol = async (pin) => {
  door.opening(app);
  await vault.wipe(app.store.things);
  app.safe = { token: newToken(), code: app.code, skew: 0 };
  app.key = await vault.create(app.store.things, pin, app.safe);
  if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
  await app.register();
};

app.register = async () => {
  door.enrolling(app);
  const found = await register(app.safe.code, app.safe.token);
  if (found === "again") {
    door.enrolling(app, _("The server cannot be reached. Try again where there is a network."));
  } else if (found !== "done") {
    await vault.wipe(app.store.things);
    door.notSetUp(app, await counts(app.store, app.today()), refusal(found));
  } else {
    await keepSafe({ code: "" });
    await entered();
  }
};

const refusal = (code) =>
  code === INVITATION_USED
    ? _("This link was used before. Ask your coordinator for a new one.")
    : _("This link is not valid any more. Ask your coordinator for a new one.");

async function keepSafe(change) {
  app.safe = { ...app.safe, ...change };
  await vault.put(app.store.things, app.key, "safe", app.safe);
}

app.unlock = async (pin) => {
  door.opening(app);
  const found = await vault.unlock(app.store.things, pin);
  if (!found.key && found.left) {
    door.lock(app, found.left);
  } else if (!found.key) {
    await forget(_("Ten wrong PINs: everything but sealed interviews is removed."));
  } else {
    app.key = found.key;
    app.safe = await vault.get(app.store.things, app.key, "safe");
    await (app.safe.code ? app.register() : entered());
  }
};

async function entered() {
  app.token = app.safe.token;
  app.pack = await vault.get(app.store.things, app.key, "pack");
  app.draft = await vault.get(app.store.things, app.key, "draft");
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
    return true;
  }
  if (!pack || !app.key || (app.pack && (app.state || app.draft))) return false;
  await vault.put(app.store.things, app.key, "pack", pack);
  app.pack = pack;
  await keepSafe({ skew: skewOf(pack.day) });
  if (!(await app.store.things.get("language"))) suggest(pack.language);
  keepSounds(app.token, pack, app.base).catch(() => {});
  return true;
}

/** Remove everything but sealed records. */
async function forget(reason) {
  app.sender.stop();
  Object.assign(app, { key: null, safe: null, pack: null, state: null, draft: null, suspended: null, token: "" });
  await app.store.things.remove(...(await app.store.things.names()));
  if ("caches" in window) await caches.delete("sound");
  // The harmless page stays what it is, whatever happened behind it.
  if (!harmless()) door.notSetUp(app, await counts(app.store, app.today()), reason);
}

app.revoked = () => forget(_("Your coordinator has signed this phone out. Sealed interviews are still here."));

async function shut() {
  if (app.state) {
    const state = covered(app.pack.questionnaire, timed(app), app.today());
    app.suspended = await vault.locked(app.key, "suspended", { state, practice: app.practice });
  }
  Object.assign(app, { key: null, safe: app.safe && { skew: app.safe.skew }, pack: null, state: null, draft: null });
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
  else door.notSetUp(app, await counts(app.store, app.today()));
};

// ---- home

app.home = async () => {
  Object.assign(app, { state: null, practice: false, setup: null });
  app.full = await almostFull();
  const found = await counts(app.store, app.today());
  // It may have been hidden or locked meanwhile.
  if (!app.key) return;
  screens.home(app, found);
  app.told = "";
  app.sender.soon();
  await app.store.things.put("language", chosen().code);
  if (!takeUpdate(!app.draft && !app.suspended)) renewPack();
};

async function almostFull() {
  if (!navigator.storage || !navigator.storage.estimate) return false;
  const { quota = 0, usage = 0 } = await navigator.storage.estimate();
  return quota - usage < LITTLE_ROOM;
}

async function recount() {
  if (document.body.dataset.screen !== "home") return;
  const found = await counts(app.store, app.today());
  if (app.key && document.body.dataset.screen === "home") screens.home(app, found, false);
}

app.sendNow = async () => {
  const say = voice();
  say(_("Sending …"));
  const result = await app.sender.now();
  say(screens.sendingResult(result, app.sender.unknown()));
};

app.save = async () => {
  const file = new Blob([asFile(await app.store.waiting.all())], { type: "text/plain" });
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
  day: () => app.today(),
  onChange: recount,
  onRevoked: () => app.revoked(),
});

start();
