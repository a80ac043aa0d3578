/** What the app and the server say to each other once a phone is set up: the questionnaire, new links, what waits. */

import { skewOf } from "./core/clock.js";
import { present } from "./core/present.js";
import { connectSender, holdComing, holdCounts, noteRoom, phone, takePack } from "./core/state.js";
import { _, N_, suggest } from "./core/words.js";
import { fetchCounts, fetchPack, sendReport } from "./device/api.js";
import { goTo, hush, shown, voice } from "./device/page.js";
import { sealable } from "./device/record.js";
import { sender } from "./device/sender.js";
import { released } from "./device/touch.js";
import { exchange } from "./links.js";
import { untried } from "./practice.js";
import { fetchRecordings } from "./recordings.js";
import { removeAll } from "./removal.js";
import * as vault from "./vault/locked.js";
import { almostFull } from "./vault/store.js";
import { countOne, keepSafe, keepSent, numbers } from "./waiting.js";

const atHome = () => shown() === "home";

// ---- round, key and questionnaire

/**
 * Fetch the pack, unless an interview in progress needs the one that is here. Returns "" when there is one, else why
 * there is none: "away" or "refused".
 * @returns {Promise<"" | "away" | "refused">}
 */
export async function renewPack() {
  const { key } = phone;
  const { pack, revoked, known, unknown, refused } = await fetchPack(phone.token, phone.pack && phone.pack.digest);
  if (known || unknown) await heard(!unknown);
  if (revoked) {
    await signOut();
    // A new link took the place of the old one: its questionnaire is still to come.
    return phone.key && !phone.pack ? renewPack() : "";
  }
  const coming = pack && (await tried(pack));
  // It may have been locked meanwhile: then nothing of it stays in memory, nor is it taken up after the next PIN.
  if (phone.key !== key) return phone.pack ? "" : "away";
  if (coming && phone.key) await (needed(coming) ? postpone(coming) : adopt(coming));
  // What is here is what the server gives: all that came between is over.
  else if (known && phone.key && phone.coming) await dismiss().catch(() => {});
  await recount();
  if (phone.pack) return "";
  return refused ? "refused" : "away";
}

/**
 * The pack, with whether anything can be sealed with it: a worker must know that before an interview is held.
 * @param {Pack} pack
 * @returns {Promise<Pack>}
 */
export async function tried(pack) {
  return { ...pack, sealable: await sealable(pack) };
}

/** @param {Pack} pack */
const identityOf = ({ questionnaire, round }) => [questionnaire.name, questionnaire.version, round].join("\n");

/**
 * Whether an interview needs the pack that is here; one that nothing can be sealed with gives way to its correction.
 * @param {Pack} coming
 */
function needed(coming) {
  const { pack, interview, setup, draft, suspended } = phone;
  if (!pack || !(interview || setup || draft || suspended)) return false;
  return !!(interview || setup || suspended) || pack.sealable || identityOf(pack) !== identityOf(coming);
}

/**
 * Keep for later what the server gave: that a round takes no new interviews is known after the next start too.
 * @param {Pack} coming
 */
async function postpone(coming) {
  holdComing(coming);
  await vault.put(phone.store.things, present(phone.key), "coming", coming).catch(() => {});
}

async function dismiss() {
  holdComing(null);
  await phone.store.things.remove("coming");
}

/**
 * Take up what the server gave, now or while an interview needed what was here.
 * @param {Pack | null} pack
 */
export async function adopt(pack = phone.coming) {
  if (!pack) return;
  try {
    await dismiss();
    await vault.put(phone.store.things, present(phone.key), "pack", pack);
  } catch (error) {
    // What cannot be written is fetched again; what is kept here must be what is worked with.
    if (phone.pack) {
      holdComing(phone.key && pack);
      return;
    }
  }
  if (!phone.key) return;
  takePack(pack);
  await keepSafe({ skew: skewOf(pack.day) }).catch(() => {});
  if (!(await phone.store.things.get("language"))) suggest(pack.language);
}

/** Whether a new interview may begin: not in a round that is ending or over, nor where nothing can be sealed. */
export function taking() {
  const { taking: open, sealable: seals } = present(phone.coming || phone.pack);
  return open !== false && seals !== false;
}

/**
 * Note whether the server knew this phone; what follows from that outlives the page.
 * @param {boolean} known
 */
async function heard(known) {
  phone.sender.heard(known);
  const unknown = phone.sender.unknown();
  if (phone.key && unknown !== !!present(phone.safe).unknown) await keepSafe({ unknown }).catch(() => {});
}

/** The token was taken back, or replaced: an invitation that waits comes first, also where its answer was lost. */
async function signOut() {
  // It may have been locked meanwhile: with a link that waits it is heard again after the PIN.
  if (phone.key ? ["done", "again"].includes(await exchange()) : phone.unanswered) return;
  await removeAll(_("Your coordinator has signed this phone out. Sealed interviews are still here."));
}

/** A new link on a phone that is set up: what it changes is said on the home screen. */
export async function takeInvitation() {
  await exchange();
  await recount();
}

// ---- what of the round is done

/**
 * Ask how many of this worker's interviews are stored, by district and form: kept under the PIN, and shown behind it.
 */
async function renewCounts() {
  const { key } = phone;
  const heardNow = key && (await fetchCounts(phone.token));
  // It may have been locked meanwhile.
  if (!heardNow || phone.key !== key) return;
  const counts = neverFewer(heardNow, phone.counts);
  holdCounts(counts);
  await vault.put(phone.store.things, key, "counts", counts).catch(() => {});
  await recount();
}

/**
 * A number that went down would say that one of few people took the answers back.
 * @param {OwnCounts} now
 * @param {OwnCounts | null | undefined} before
 * @returns {OwnCounts}
 */
function neverFewer(now, before) {
  if (!before || before.round !== now.round) return now;
  const same = (/** @type {OwnPart} */ part) =>
    before.parts.find((one) => one.group === part.group && one.district.en === part.district.en);
  const parts = now.parts.map((part) => ({ ...part, stored: Math.max(part.stored, (same(part) || part).stored) }));
  return { ...now, stored: Math.max(now.stored, before.stored), parts };
}

// ---- what the coordinator hears

/** The version of the app, as the address of its words names it. */
const VERSION = (document.documentElement.dataset.words || "").split("/")[2] || "";

/** Hear what is new of the round, and say how this phone is. */
export async function keepInTouch() {
  await renewPack();
  await renewCounts();
  const { waiting, help } = await numbers();
  const { key, safe, token } = phone;
  if (key && safe) await sendReport(token, { waiting, help, app: VERSION, practised: !untried(safe).length });
  // In the background: nobody waits for what may be heard later.
  fetchRecordings().then(recount).catch(() => {});
}

// ---- what waits

/**
 * Hear what became of a record, or without `found` of a turn. A count that is kept at the end only is lost with a battery.
 * @param {Verdict} [found]
 * @param {string} [kept]
 */
async function left(found, kept) {
  if (found === "done") countOne(kept);
  await keepSent();
  // The next record goes while the home screen is drawn.
  recount();
}

/** Whether the home screen waits for a finger before it is drawn again. */
let recounting = false;

/** Draw the home screen again where it is shown: what waits, what the round takes, what the phone has room for. */
export async function recount() {
  // One that waits for a finger reads the numbers of all that happened meanwhile.
  if (!atHome() || recounting) return;
  recounting = true;
  await released();
  recounting = false;
  noteRoom(await almostFull());
  const found = await numbers();
  if (phone.key && atHome()) goTo("home", found, false);
}

/** Send at once, and say at the foot what came of it. */
export async function sendNow() {
  const say = voice();
  say(_("Sending …"));
  const result = await phone.sender.now();
  say(resultOf(result, phone.sender.unknown()));
}

/** @type {Record<string, string>} */
const STAYS = {
  offline: N_("No network; it goes by itself later."),
  away: N_("The server cannot be reached; it goes by itself later."),
  unread: N_("This phone could not read or write what waits; it tries again by itself."),
  again: N_("The server did not take it; it goes by itself later."),
};

/**
 * What came of sending: how many left, or why none did.
 * @param {Sending} sending
 * @param {boolean} unknown
 */
function resultOf({ found, left: count }, unknown) {
  if (unknown) return _("The server does not know this phone.");
  if (found === "done") return _("{count} sent.", { count });
  const why = found === "offline" && navigator.onLine ? "away" : found;
  const rest = _(STAYS[why] || STAYS.again);
  return count ? _("{count} sent.", { count }) + " " + rest : rest;
}

/** Connect what sends the records that wait to what the app makes of the server's answers. */
export function connect() {
  connectSender(
    sender({
      store: () => phone.store,
      token: () => phone.token,
      onKnown: heard,
      onChange: left,
      // Every contact brings what is new: a round that ends must not be heard of later than a receipt.
      onAnswered: () => phone.key && phone.pack && keepInTouch(),
      onRevoked: signOut,
      onOwn: () => atHome() && hush(),
    }),
  );
}
