/** One interview as a sealed record, made with what the server gave: its key, the round, the length of records. */

import { BLOCK_MODE, CODE_DIGITS, MODE, ROUND, SEEDS } from "../core/facts.js";
import { blockOf } from "../core/handing.js";
import { KINDS, longestOf } from "../core/kinds.js";
import { present } from "../core/present.js";
import { sealedRecord } from "./queue.js";
import { envelope, fromBase64, randomId } from "./seal.js";

/**
 * What a record says of an interview that ended: its `state`, the withdrawal `code`, the day and the language.
 * @param {Pack} pack
 * @param {Ending} ending
 */
export function contentOf({ questionnaire, bands }, { state, code, day, language }) {
  return {
    questionnaire: questionnaire.name,
    version: questionnaire.version,
    answers: state.answers,
    day,
    language,
    minutes: present(bands.filter(([first]) => state.seconds / 60 >= first).pop())[1],
    odd_hours: state.odd === true,
    option_seed: state.seed,
    withdrawal_code: code,
  };
}

/**
 * The content sealed to the server under the number `id`; rejects where the pack and it do not make an envelope.
 * @param {Pack} pack
 * @param {string} id
 * @param {ReturnType<typeof contentOf>} content
 */
export async function sealed(pack, id, content) {
  const { questionnaire, key, size, round } = pack;
  const fields = { key: key.id, questionnaire: questionnaire.name, version: questionnaire.version, id, round };
  return sealedRecord(id, await envelope(fromBase64(key.point), fields, content, size));
}

/**
 * Whether every interview can be sealed with this pack. It is tried: names may be too long, or the key broken.
 * @param {Pack} pack
 */
export async function sealable(pack) {
  try {
    await sealed(pack, randomId(), contentOf(pack, fullest(pack)));
    return true;
  } catch (error) {
    return false;
  }
}

/**
 * An interview in which every question is answered at its longest.
 * @param {Pack} pack
 * @returns {Ending}
 */
function fullest({ questionnaire, round }) {
  const { pages, languages } = questionnaire;
  const asked = pages.flatMap((page) => page.questions);
  const answers = Object.fromEntries(asked.map((one) => [one.name, present(KINDS[one.kind]).longest(one)]));
  const block = blockOf(questionnaire) ? { [BLOCK_MODE]: answers[MODE] } : {};
  const state = { answers: { ...answers, ...block, [ROUND]: round }, seconds: 0, odd: false, seed: SEEDS };
  return { state, code: "0".repeat(CODE_DIGITS), day: "2000-01-01", language: longestOf(languages) };
}
