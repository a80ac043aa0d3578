/** What the app and the server say to each other once a phone is set up: the questionnaire, new links, what waits. */

import { skewOf } from "./core/clock.js";
import { suggest, _ } from "./core/words.js";
import { fetchPack, keepSounds } from "./device/api.js";
import { exchange } from "./device/invitation.js";
import * as vault from "./vault/locked.js";
import { asFile, counted, counts } from "./device/queue.js";
import { sealable } from "./device/record.js";
import { sender } from "./device/sender.js";
import { almostFull } from "./vault/store.js";
import { hush, voice } from "./screens/page.js";
import * as screens from "./screens/worker.js";

const atHome = () => document.body.dataset.screen === "home";

// ---- round, key and questionnaire

/**
 * Fetch the pack, unless an interview in progress needs the one that is here. Returns "" when there is one, else why
 * there is none: "away" or "refused".
 */
async function renewPack(app) {
  const { pack, revoked, known, unknown, refused } = await fetchPack(app.token, app.pack && app.pack.digest);
  if (known || unknown) await heard(app, !unknown);
  if (revoked) {
    await app.revoked();
    // A new link took the place of the old one: its questionnaire is still to come.
    return app.key && !app.pack ? renewPack(app) : "";
  }
  const coming = pack && (await tried(pack));
  // It may have been locked meanwhile: then nothing of it stays in memory.
  if (coming && app.key) await (needed(app, coming) ? postpone(app, coming) : adopt(app, coming));
  // What is here is what the server gives: whatever came between is over.
  else if (known && app.key && app.coming) await dismiss(app).catch(() => {});
  await recount(app);
  if (app.pack) return "";
  return refused ? "refused" : "away";
}

/** The pack, with whether anything can be sealed with it: a worker must hear that before an interview is held. */
export async function tried(pack) {
  return { ...pack, sealable: await sealable(pack) };
}

/** Whether an interview needs the pack that is here; one that nothing can be sealed with gives way to its correction. */
function needed({ pack, state, setup, draft }, coming) {
  if (!pack || !(state || setup || draft)) return false;
  const of = ({ questionnaire, round }) => [questionnaire.name, questionnaire.version, round].join("\n");
  return !!(state || setup) || pack.sealable || of(pack) !== of(coming);
}

/** Keep for later what the server gave: that a round takes no new interviews is known after the next start too. */
async function postpone(app, coming) {
  app.coming = coming;
  await vault.put(app.store.things, app.key, "coming", coming).catch(() => {});
}

async function dismiss(app) {
  app.coming = null;
  await app.store.things.remove("coming");
}

/** Take up what the server gave, now or while an interview needed what was here. */
async function adopt(app, pack = app.coming) {
  if (!pack) return;
  try {
    await dismiss(app);
    await vault.put(app.store.things, app.key, "pack", pack);
  } catch (error) {
    // What cannot be written is fetched again; what lies here must be what is worked with.
    if (app.pack) app.coming = app.key && pack;
    if (app.pack) return;
  }
  if (!app.key) return;
  app.pack = pack;
  await app.keepSafe({ skew: skewOf(pack.day) }).catch(() => {});
  if (!(await app.store.things.get("language"))) suggest(pack.language);
  keepSounds(app.token, pack, app.base).catch(() => {});
}

/** Whether a new interview may begin: not in a round that is ending or over, nor where nothing can be sealed. */
function taking(app) {
  const { taking: open, sealable: seals } = app.coming || app.pack;
  return open !== false && seals !== false;
}

/** Note whether the server knew this phone; what follows from that outlives the page. */
async function heard(app, known) {
  app.sender.heard(known);
  const unknown = app.sender.unknown();
  if (app.key && unknown !== !!app.safe.unknown) await app.keepSafe({ unknown }).catch(() => {});
}

/** A new link on a phone that is set up: what it changes is told on the home screen. */
async function takeInvitation(app) {
  await exchange(app, app.keepSafe);
  await recount(app);
}

// ---- what waits

/** What waits; where the database cannot be read, as it is held in memory. */
const records = (app) => app.store.waiting.all().catch(() => app.store.waiting.held());
const numbers = (app) => counts({ waiting: { all: () => records(app) } }, app.today(), app.sent);

/** How many records left today is known under the PIN only. */
async function keepSent(app) {
  if (app.sent && app.key) await vault.put(app.store.things, app.key, "sent", app.sent).catch(() => {});
}

/** Hear what became of a record, and at the end of a turn, without `found`, keep what it changed. */
async function left(app, found, kept) {
  if (found === "done") app.sent = counted(app.sent, app.today(), kept);
  if (!found) await keepSent(app);
  return recount(app);
}

async function recount(app) {
  if (!atHome()) return;
  app.full = await almostFull();
  const found = await numbers(app);
  if (app.key && atHome()) screens.home(app, found, false);
}

async function sendNow(app) {
  const say = voice();
  say(_("Sending …"));
  const result = await app.sender.now();
  say(screens.sendingResult(result, app.sender.unknown()));
}

/** Offer a file of all that waits, and of `more` that could not be kept. */
async function save(app, ...more) {
  const file = new Blob([asFile([...(await records(app)), ...more])], { type: "text/plain" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = "notes.txt";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

const ACTS = { renewPack, adopt, taking, takeInvitation, numbers, keepSent, recount, sendNow, save };

/** Give the app its part of the conversation. */
export function connect(app) {
  Object.entries(ACTS).forEach(([name, act]) => (app[name] = (...values) => act(app, ...values)));
  app.sender = sender({
    store: () => app.store,
    token: () => app.token,
    onKnown: (known) => heard(app, known),
    onChange: (...what) => left(app, ...what),
    // Every contact brings what is new: a round that ends must not be heard of later than a receipt.
    onAnswered: () => app.key && renewPack(app),
    onRevoked: () => app.revoked(),
    onOwn: () => atHome() && hush(),
  });
}
