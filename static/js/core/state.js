/**
 * What the app holds in memory, and the one place that changes it. Everybody reads `phone`, which cannot be written;
 * what can happen to it are the verbs below, each of which leaves a state that the others understand.
 */

import { dayOf } from "./clock.js";
import { present } from "./present.js";

/**
 * @typedef {object} State
 * @property {Store} store what the phone keeps, open since the start
 * @property {Secrets} secrets the secrets that are overwritten
 * @property {Sender} sender what sends the records that wait
 * @property {Store | null} former the database of an earlier app, until the phone is rebuilt after the next PIN
 * @property {boolean} halted whether that one could not be read
 * @property {boolean} ready whether links may be followed
 * @property {string} code the invitation of a link that was opened and not used yet
 * @property {string} speaks the language of that link
 * @property {boolean} unanswered whether a new token was asked for and no answer came: the former one may be over by now
 * @property {Key | null} key opens what is locked; null while the app is locked
 * @property {Safe | null} safe what only the PIN opens; while locked no more than how wrong the clock is
 * @property {string} token what the server knows this phone by
 * @property {Pack | null} pack the questionnaire that is worked with, and what goes with it
 * @property {Pack | null} coming what the server gave while an interview needed the pack that is here
 * @property {Sent | null} sent what left today
 * @property {OwnCounts | null} counts what of the round is stored of this worker, as last heard
 * @property {Recordings | null} recordings which recordings of the questionnaire are here
 * @property {string} notice what the home screen says once
 * @property {boolean} full whether little room is left
 * @property {InstallEvent | null} install the browser's offer to put the app on the home screen
 * @property {boolean} practice whether the interview does not count
 * @property {Record<string, string> | null} setup what is chosen before consent
 * @property {Interview | null} resumed the draft that is being gone on with, until its form is chosen
 * @property {Interview | null} interview the interview on the screen
 * @property {number} since when its seconds were last measured
 * @property {DraftKeeper | null} keepDraft keeps the drafts of this interview
 * @property {Interview | null} draft what of an unfinished interview is kept
 * @property {Key | null} draftKey opens that
 * @property {boolean} undestroyed whether the last draft's secret could not be overwritten
 * @property {Promise<Locked> | null} suspended the interview under which the app was locked
 * @property {Promise<Locked> | null} parting the withdrawal code, until the person knows it
 */

/** For what the start puts in place before anything else is done. */
const NOT_YET = /** @type {any} */ (null);

/** @type {State} */
const held = {
  store: NOT_YET,
  secrets: NOT_YET,
  sender: NOT_YET,
  former: null,
  halted: false,
  ready: false,
  code: "",
  speaks: "",
  unanswered: false,
  key: null,
  safe: null,
  token: "",
  pack: null,
  coming: null,
  sent: null,
  counts: null,
  recordings: null,
  notice: "",
  full: false,
  install: null,
  practice: false,
  setup: null,
  resumed: null,
  interview: null,
  since: 0,
  keepDraft: null,
  draft: null,
  draftKey: null,
  undestroyed: false,
  suspended: null,
  parting: null,
};

/** @param {Partial<State>} changes */
const change = (changes) => void Object.assign(held, changes);

/** The state to read. A write to it is refused, by the checks and by the browser. */
export const phone = /** @type {Readonly<State>} */ (
  Object.freeze(
    Object.defineProperties(
      {},
      Object.fromEntries(
        Object.keys(held).map((name) => [
          name,
          { enumerable: true, get: () => held[/** @type {keyof State} */ (name)] },
        ]),
      ),
    ),
  )
);

// ---- what is read of it

/** The questionnaire that is worked with. */
export const questionnaire = () => present(held.pack).questionnaire;

/** Today in Pakistan; a clock that is wrong by days is put right by what the server said last. */
export const today = () => dayOf((held.safe && held.safe.skew) || 0);

/** The interview with the seconds that passed since they were last measured. */
export function timed() {
  const interview = present(held.interview);
  return { ...interview, seconds: interview.seconds + (performance.now() - held.since) / 1000 };
}

/** The things of the lock: on a phone that has still to be rebuilt they are in the former database. */
export const lockedThings = () => (held.former || held.store).things;

// ---- the start, and links

/** @param {Sender} sender */
export const connectSender = (sender) => change({ sender });

/** @param {Secrets} secrets */
export const holdSecrets = (secrets) => change({ secrets });

/** @param {Store} store */
export const holdStore = (store) => change({ store });

/** @param {Store | null} former */
export const holdFormer = (former) => change({ former });

/** A former database that cannot be read is not one that is not there: what is locked may be in it. */
export const halt = () => change({ halted: true });

/** From now on links are followed. */
export const beReady = () => change({ ready: true });

/**
 * A link was opened.
 * @param {string} code
 * @param {string} speaks
 */
export const receiveLink = (code, speaks) => change({ code, speaks });

/** What the link was opened for is done, or is kept in the safe. */
export const spendLink = () => change({ code: "" });

/**
 * A new token is asked for, or was answered.
 * @param {boolean} unanswered
 */
export const askForToken = (unanswered) => change({ unanswered });

// ---- the lock

/** @param {Key} key */
export const unlock = (key) => change({ key });

/** @param {Safe} safe */
export const holdSafe = (safe) => change({ safe });

/** @param {string} token */
export const useToken = (token) => change({ token });

/**
 * Nothing that is locked stays in memory. What was `suspended` is the interview that goes on after the PIN.
 * @param {Promise<Locked> | null} suspended
 */
export function lock(suspended) {
  const safe = held.safe && /** @type {Safe} */ ({ skew: held.safe.skew });
  change({ key: null, safe, pack: null, coming: null, counts: null, recordings: null, suspended });
  change({ interview: null, keepDraft: null, draft: null, draftKey: null, setup: null, resumed: null });
}

/** Everything is gone but the sealed records. */
export function forget() {
  change({ key: null, safe: null, token: "", pack: null, coming: null, sent: null, counts: null });
  change({ interview: null, keepDraft: null, draft: null, draftKey: null, suspended: null });
  change({ setup: null, resumed: null, parting: null, recordings: null });
}

// ---- what the server gives, and what leaves

/** @param {Pack | null} pack */
export const takePack = (pack) => change({ pack });

/** @param {Pack | null} coming */
export const holdComing = (coming) => change({ coming });

/** @param {Sent | null} sent */
export const countSent = (sent) => change({ sent });

/** @param {Recordings} recordings */
export const noteRecordings = (recordings) => change({ recordings });

/** @param {OwnCounts | null} counts */
export const holdCounts = (counts) => change({ counts });

// ---- the home screen

/** Between two interviews: no form is being chosen, and nothing is practised. */
export const comeHome = () => change({ interview: null, practice: false, setup: null });

/** @param {string} notice */
export const announce = (notice) => change({ notice });

/** @param {boolean} full */
export const noteRoom = (full) => change({ full });

/** @param {InstallEvent} install */
export const offerInstall = (install) => change({ install });

// ---- the interview

/**
 * Begin to choose what must be known before consent; `resumed` is the draft that is gone on with.
 * @param {Record<string, string>} setup
 * @param {{ practice?: boolean, resumed?: Interview | null }} how
 */
export const beginSetup = (setup, { practice = false, resumed = null }) => change({ setup, practice, resumed });

/**
 * @param {string} name
 * @param {string} value
 */
export const chooseSetup = (name, value) => change({ setup: { ...held.setup, [name]: value } });

/**
 * The interview begins, or goes on out of its draft.
 * @param {Interview} interview
 */
export const openInterview = (interview) => change({ interview, resumed: null, since: performance.now() });

/**
 * The interview under which the app was locked goes on.
 * @param {Interview} interview
 * @param {boolean} practice
 */
export const resumeInterview = (interview, practice) =>
  change({ interview, practice, suspended: null, since: performance.now() });

/** @param {DraftKeeper} keepDraft */
export const keepDraftsWith = (keepDraft) => change({ keepDraft });

/**
 * Something was answered or chosen, or the place is another.
 * @param {Interview} interview
 */
export const goOn = (interview) => change({ interview });

/** Take the seconds that passed into the interview. Returns it. */
export function measure() {
  const interview = timed();
  change({ interview, since: performance.now() });
  return interview;
}

/** The interview leaves the screen, or does not come back to it; what is kept of it is another matter. */
export const leaveInterview = () => change({ interview: null, suspended: null });

/**
 * The interview is over: nothing of it is gone on with, and no practice takes the draft of another one. `parting` is its
 * withdrawal code, under the PIN: a lock, or a hand that hides the phone, must not take it from the person.
 * @param {boolean} practice
 * @param {Promise<Locked> | null} [parting]
 */
export const endInterview = (practice, parting = null) =>
  change({ interview: null, suspended: null, parting, draft: practice ? held.draft : null });

/** The person knows the code. */
export const part = () => change({ parting: null });

// ---- its draft

/** @param {Interview} draft */
export const holdDraft = (draft) => change({ draft });

/** @param {Key | null} draftKey */
export const holdDraftKey = (draftKey) => change({ draftKey });

/** There is no unfinished interview. */
export const dropDraft = () => change({ draft: null });

/** @param {boolean} destroyed whether the secret of the last draft was overwritten */
export const noteDestroyed = (destroyed) => change({ undestroyed: !destroyed });
