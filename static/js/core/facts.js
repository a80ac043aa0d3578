/**
 * What the server's half must know in the same way: names, numbers and marks that are in Python too.
 * tests/cases/facts.json holds each once; the tests of both halves read it.
 */

export const ROUND = "round";
export const DISTRICT = "district";
export const GROUP = "p_group";
export const MODE = "mode";
export const CONSENT = "c_agree";
export const AGE = "p_age";
export const PRIVACY = "s_private";
/** Who enters the block, where another than the rest: no question, it goes with the answers. */
export const BLOCK_MODE = "block_mode";
export const WOMAN = "woman";
export const OTHERS_NEAR = "others_near";

/** Set before consent and never asked of the respondent. */
export const PRESET = [ROUND, DISTRICT, GROUP, MODE];

/** The answers that end an interview, in the order of asking; nothing but a tally is kept of it. */
export const STOPS = [
  [CONSENT, "no", "refused"],
  [AGE, "under_18", "under_age"],
];

/** The sensitivity of a question whose answer is never in a draft. */
export const SENSITIVE = "H";

/** Options that say that there is no substantive answer. */
export const MISSING = ["97", "98", "99"];

/** The largest number that is an answer, and the smallest with a minus. */
export const LARGEST = 32767;

/** An interview that begins before the first of these hours, or from the second on, began at an odd hour. */
export const USUAL_HOURS = [6, 20];

/** Hours that Pakistan's clock is ahead of UTC, all year. */
export const PAKISTAN = 5;

/** Seeds of option orders are drawn below this. */
export const SEEDS = 1000000;

/** Digits of a withdrawal code. */
export const CODE_DIGITS = 10;

/** The first line of a file of sealed records, and the media type of one record on its way. */
export const FIRST_LINE = "sealed records 1";
export const MEDIA_TYPE = "application/vnd.survey.sealed";
export const ENVELOPE_FORMAT = 1;
export const HEADER_LENGTH = 256;
/** The readable fields of an envelope, after its format. */
export const HEADER_FIELDS = ["key", "questionnaire", "version", "id", "round"];

/** Where a phone delivers (the record's number follows), is let in, and asks for its questionnaire. */
export const SUBMISSIONS = "/api/submissions/";
export const ENROL = "/api/devices";
export const PACK = "/api/devices/pack";
export const OWN_COUNTS = "/api/devices/counts";
/** Where it says of itself what its coordinator has to know. */
export const REPORT = "/api/devices/report";

/** The refusals that are about a record: somebody must look at it. Every other one is sent again by itself. */
export const NEEDS_HELP = [
  "bad_field",
  "bad_id",
  "broken_envelope",
  "conflict",
  "district_not_yours",
  "not_json",
  "too_large",
  "unknown_district",
  "unknown_key",
  "unknown_round",
  "unknown_version",
];
export const DEVICE_REVOKED = "device_revoked";
export const NO_TOKEN = "no_token";
export const INVITATION_USED = "invitation_used";
export const INVITATION_UNKNOWN = "invitation_unknown";
/** What is put before a refusal where the server signs it. */
export const SIGNED_REFUSAL = "survey refusal 1";
