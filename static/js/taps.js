/** One interview from the first tap to the sealed record: what each tap of it does. */

import { oddHour } from "./core/clock.js";
import * as facts from "./core/facts.js";
import { unsaved } from "./device/failures.js";
import { blockOf, entersAlone, modeOf } from "./core/handing.js";
import * as interview from "./core/interview.js";
import { present } from "./core/present.js";
import * as review from "./core/review.js";
import * as state from "./core/state.js";
import { fillWith, spoken } from "./core/words.js";
import { adopt, taking } from "./contact.js";
import { goTo, staying, voice } from "./device/page.js";
import { contentOf, sealed } from "./device/record.js";
import { randomId } from "./device/seal.js";
import { goHome } from "./home.js";
import { learn } from "./practice.js";
import * as drafts from "./vault/drafts.js";
import * as vault from "./vault/locked.js";
import { keepSafe, save } from "./waiting.js";

const { BLOCK_MODE, CODE_DIGITS, DISTRICT, GROUP, OTHERS_NEAR, PRESET, PRIVACY, ROUND, SEEDS, STOPS, WOMAN } = facts;
const { phone, questionnaire, today } = state;
export const DRAFT_HOURS = 12;
const HOUR = 3600000;

const questions = () => questionnaire().pages.flatMap((page) => page.questions);
const here = () => present(phone.interview);

// ---- before consent

/**
 * Begin a new interview, or practise one.
 * @param {boolean} practice
 */
export async function begin(practice) {
  if (!practice) {
    const stays = staying();
    await forgetDraft();
    // What the server said while the draft needed the questionnaire that was here.
    await adopt();
    if (!phone.key || !stays()) return;
    if (!taking()) {
      await goHome();
      return;
    }
  }
  state.beginSetup({ [ROUND]: present(phone.pack).round, ...modeOf(questionnaire(), 0) }, { practice });
  askSetup();
}

/** Go on with the unfinished interview. */
export function resume() {
  const draft = present(phone.draft);
  const given = PRESET.filter((name) => draft.answers[name]);
  state.beginSetup(Object.fromEntries(given.map((name) => [name, String(draft.answers[name])])), { resumed: draft });
  askSetup();
}

/**
 * The choices that this worker has: the own districts, and the women's form only for a woman.
 * @param {Question} question
 */
function choicesOf(question) {
  const choices = question.choices || [];
  return question.name === GROUP && !present(phone.pack).woman ? choices.filter((one) => one.name !== WOMAN) : choices;
}

/** Ask for what must be known before consent; one choice alone is no question. */
function askSetup() {
  for (const question of questions()) {
    if (!PRESET.includes(question.name) || present(phone.setup)[question.name]) continue;
    const choices = choicesOf(question);
    if (choices.length !== 1) {
      goTo("preset", question, lastFirst(question, choices));
      return;
    }
    state.chooseSetup(question.name, choices[0].name);
  }
  enter();
}

/**
 * The district of the last interview before all others: one stays in a place for days.
 * @param {Question} question
 * @param {Choice[]} choices
 */
function lastFirst(question, choices) {
  const last = question.name === DISTRICT && present(phone.safe).last;
  return [...choices.filter((one) => one.name === last), ...choices.filter((one) => one.name !== last)];
}

/** Note the district under the PIN. */
function noteDistrict() {
  const last = String(here().answers[DISTRICT]);
  if (!phone.practice && last !== present(phone.safe).last) keepSafe({ last }).catch(() => {});
}

/**
 * Choose something of what must be known before consent.
 * @param {Question} question
 * @param {string} value
 */
export function preset(question, value) {
  const take = () => {
    state.chooseSetup(question.name, value);
    askSetup();
  };
  // A draft goes on with the form that it was begun with, and with no other.
  const more = phone.resumed ? lostBy(phone.resumed, question, value) : 0;
  if (more) goTo("other-form", more, askSetup);
  else take();
}

/**
 * How many answers of the draft a choice would cost beyond what the best choice costs: it was begun with another one.
 * @param {Interview} resumed
 * @param {Question} question
 * @param {string} value
 */
function lostBy(resumed, question, value) {
  const cost = (/** @type {string} */ choice) =>
    interview.lost(questionnaire(), { ...resumed.answers, ...phone.setup, [question.name]: choice }, today());
  return cost(value) - Math.min(...choicesOf(question).map((one) => cost(one.name)));
}

function enter() {
  // What the server said while form and district were chosen.
  if (!phone.practice && !phone.resumed && !taking()) {
    goHome();
    return;
  }
  const odd = oddHour(Date.now());
  const fresh = { id: randomId(), seed: Math.floor(Math.random() * SEEDS), odd, answers: {} };
  const before = phone.resumed || fresh;
  const begun = interview.begin({ ...before, answers: { ...before.answers, ...phone.setup } });
  state.openInterview(phone.resumed ? interview.restored(questionnaire(), begun, today()) : begun);
  state.keepDraftsWith(drafts.keeper());
  localise();
  noteDistrict();
  goTo("question");
}

/** Say things as the district of the interview says them. */
export function localise() {
  fillWith((present(phone.pack).local || {})[String(here().answers[DISTRICT])]);
}

// ---- from question to question

/**
 * Go on with a changed interview, and keep what of it may be in a draft.
 * @param {Interview} changed
 */
function go(changed) {
  state.goOn(changed);
  goTo("question");
  saveDraft();
}

/** One after the other: a slow older draft must not replace a newer one. */
let saving = Promise.resolve();

function saveDraft() {
  if (phone.practice) return;
  const draft = interview.draft(questionnaire(), state.measure());
  state.holdDraft(draft);
  const keep = present(phone.keepDraft);
  // The hour is all that may be read of it without the PIN.
  const until = Math.ceil((Date.now() + DRAFT_HOURS * HOUR) / HOUR) * HOUR;
  const say = voice();
  saving = saving.then(() => keep(draft, until)).catch((error) => say(unsaved(error)));
}

/**
 * Take an answer, and go on to the next question or to the end.
 * @param {string} name
 * @param {Answer} value
 */
export function answer(name, value) {
  if (!navigator.onLine) learn("offline");
  const changed = interview.answer(questionnaire(), here(), name, value, today());
  const reason = interview.stops(changed.answers);
  if (reason) stop(changed, reason);
  else go(interview.next(questionnaire(), changed, today()));
}

/** One screen on. */
export const next = () => go(interview.next(questionnaire(), here(), today()));

/** One screen back. */
export const back = () => go(interview.back(questionnaire(), here(), today()));

/**
 * Look at one question again before the interview is sealed.
 * @param {string} name
 */
export const lookAt = (name) => go(review.lookAt(questionnaire(), here(), name, today()));

/**
 * The look over the answers is opened or folded.
 * @param {boolean} looked
 */
export const fold = (looked) => phone.interview && state.goOn({ ...here(), looked });

/** On, without an answer. */
export function skip() {
  const { name } = interview.current(questionnaire(), here(), today());
  const without = interview.answer(questionnaire(), here(), name, undefined, today());
  go(interview.next(questionnaire(), without, today()));
}

/** Somebody came near: what must be answered in private is not asked. */
export const othersNear = () => go(interview.answer(questionnaire(), here(), PRIVACY, OTHERS_NEAR, today()));

/**
 * Decide who reads the private questions; the next hand-over offers the same first.
 * @param {"alone" | "aloud"} how
 */
export function hand(how) {
  if (how === "alone") learn("hand");
  const changed = interview.hand(questionnaire(), here(), how, today());
  go({ ...changed, answers: { ...changed.answers, ...entering(how) } });
  const aloud = how === "aloud";
  if (!phone.practice && aloud !== !!present(phone.safe).aloud) keepSafe({ aloud }).catch(() => {});
}

/**
 * Who enters: of a block alone, or of the whole interview where the questionnaire has no block.
 * @param {string} how
 */
function entering(how) {
  if (blockOf(questionnaire())) return modeOf(questionnaire(), entersAlone(questionnaire(), here(), how) ? 1 : 0, BLOCK_MODE);
  return how === "alone" ? modeOf(questionnaire(), 1) : {};
}

/**
 * Note what was chosen on the screen, so that a language switch, a pause or a lock does not lose it.
 * @param {string} name
 * @param {Answer} value
 */
export function choose(name, value) {
  state.goOn(interview.choose(here(), name, value));
}

// ---- the end

/** @param {Interview} ended */
const endOf = (ended) => ({ state: ended, day: today(), language: spoken(questionnaire()) });

let concluding = false;

/**
 * End an interview. The screen that follows appears only when the record is in the queue. Sealed once: the same
 * `record` is tried again and saved as a file, so that it counts once.
 * @param {End} end
 * @param {SealedRecord | null} record
 */
async function conclude(end, record = null) {
  if (concluding) return;
  concluding = true;
  const then = await outcome(end, record).finally(() => (concluding = false));
  // It may have been hidden meanwhile.
  if (phone.key) then();
}

/**
 * What follows, by what came of it. What cannot be sealed and what cannot be written are not one thing.
 * @param {End} end
 * @param {SealedRecord | null} made
 * @returns {Promise<() => void>}
 */
async function outcome(end, made) {
  const { pack, practice } = phone;
  await saving;
  let record = made;
  try {
    // Practice too, so that a round in which nothing can be sealed shows before anybody is asked.
    record = record || (await sealed(present(pack), end.state.id, contentOf(present(pack), end)));
  } catch (error) {
    return unsealed(end);
  }
  try {
    if (!practice) await phone.store.waiting.keep(record);
  } catch (error) {
    return unkept(end, record, /** @type {Error} */ (error));
  }
  await over(practice, end.parting);
  return end.after;
}

/**
 * It is sealed and cannot be written: it is tried again, or saved as a file.
 * @param {End} end
 * @param {SealedRecord} record
 * @param {Error} error
 */
function unkept(end, record, error) {
  const again = () => void conclude(end, record);
  return () => goTo("not-kept", error, again, () => void save(record), end.code);
}

/**
 * It is sealed and kept: what is left of the interview goes, and does not come back.
 * @param {boolean} practice
 * @param {Promise<Locked> | null} [parting]
 */
async function over(practice, parting = null) {
  if (!practice) await drafts.destroy();
  state.endInterview(practice, parting);
  phone.sender.soon();
}

/**
 * Nothing was sealed: the interview stays as it is, but of one that stopped no answer may stay.
 * @param {End} end
 */
async function unsealed(end) {
  if (end.stopped) {
    if (!phone.practice) await forgetDraft();
    state.leaveInterview();
  }
  const again = () => void conclude(end);
  const goBack = end.stopped ? null : () => goTo("question");
  return () => goTo("not-sealed", again, goBack);
}

/** Seal the interview; the withdrawal code is shown once it is kept, and until the person knows it. */
export function finish() {
  const code = phone.practice ? "" : tenDigits();
  const parting = code ? vault.locked(present(phone.key), "parting", { code }) : null;
  // Where nothing can be locked the code is shown this once.
  if (parting) parting.catch(() => {});
  learn("end");
  return conclude({ ...endOf(state.timed()), code, parting, after: () => goTo("done", code) });
}

/** The person knows the code, or the practice is over. */
export function part() {
  state.part();
  return goHome();
}

const tenDigits = () =>
  Array.from(crypto.getRandomValues(new Uint32Array(CODE_DIGITS)), (random) => random % 10).join("");

/**
 * Refused or under 18: of the answers only those remain that a tally needs.
 * @param {Interview} ended
 * @param {string} reason
 */
function stop(ended, reason) {
  const asked = STOPS.slice(0, STOPS.findIndex(([, , why]) => why === reason) + 1);
  const kept = [...PRESET, ...asked.map(([name]) => name)];
  const answers = Object.fromEntries(Object.entries(ended.answers).filter(([name]) => kept.includes(name)));
  const end = endOf({ ...state.timed(), answers });
  return conclude({ ...end, code: "", after: () => goTo("stopped", reason), stopped: true });
}

/** End here and keep the answers given, the one on the screen among them. */
export function endHere() {
  const confirmed = interview.confirmed(questionnaire(), here(), today());
  const reason = interview.stops(confirmed.answers);
  if (reason) stop(confirmed, reason);
  else go(interview.ended(interview.covered(questionnaire(), confirmed, today())));
}

/** Make the unfinished interview unreadable, and remove it. */
async function forgetDraft() {
  if (!phone.draft) return;
  await phone.store.things.remove("draft").catch(() => {});
  await drafts.destroy();
  state.dropDraft();
}

/** Throw all answers of the interview away. */
export async function drop() {
  await saving;
  // What may be kept there is another interview as long as this one has no draft of its own.
  if (!phone.practice && phone.draft && phone.draft.id === here().id) await forgetDraft();
  state.leaveInterview();
  goTo("stopped", "dropped");
}
