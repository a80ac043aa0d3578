/** Recordings: fetched where the network is good, or when they are asked for; played without one; removed when they are not wanted. */

import { present } from "./core/present.js";
import { announce, noteRecordings, phone } from "./core/state.js";
import { _ } from "./core/words.js";
import { fetchSound } from "./device/api.js";
import { untilLeft, voice } from "./device/page.js";
import * as kept from "./vault/sounds.js";
import { keepSafe } from "./waiting.js";

/** What a browser plays, by the ending of a file. @type {Record<string, string>} */
const TYPES = {
  opus: 'audio/ogg; codecs="opus"',
  ogg: 'audio/ogg; codecs="opus"',
  webm: 'audio/webm; codecs="opus"',
  m4a: "audio/mp4",
  mp3: "audio/mpeg",
  wav: "audio/wav",
};

/** @param {string} file */
const typeOf = (file) => TYPES[file.slice(file.lastIndexOf(".") + 1)] || "";

/** @param {RecordingForm[]} forms */
function playable(forms) {
  const player = new Audio();
  return forms.find(({ file }) => player.canPlayType(typeOf(file)));
}

/** One form of each recording of the questionnaire, by its name: the first that this browser plays. */
function wanted() {
  const { recordings = {} } = present(phone.pack);
  const named = Object.entries(recordings).map(([name, forms]) => /** @type {const} */ ([name, playable(forms)]));
  return new Map(/** @type {[string, RecordingForm][]} */ (named.filter(([, form]) => form)));
}

/** Note which of them are here; those of another questionnaire, and earlier ones, go. */
export async function countRecordings() {
  if (!phone.pack) return;
  const forms = wanted();
  const marks = [...forms.values()].map(({ mark }) => mark);
  await kept.removeRecordings(marks).catch(() => {});
  const here = new Set(await kept.heldMarks().catch(() => []));
  const names = [...forms].filter(([, { mark }]) => here.has(mark)).map(([name]) => name);
  const bytes = [...forms.values()].reduce((sum, form) => sum + form.bytes, 0);
  noteRecordings({ names, wanted: forms.size, bytes });
}

/** Whether the network is one that costs neither much time nor much money; where a browser does not say it is taken to be. */
function good() {
  const { connection } = /** @type {{ connection?: { saveData?: boolean, effectiveType?: string } }} */ (navigator);
  return navigator.onLine && (!connection || (!connection.saveData && connection.effectiveType === "4g"));
}

let fetching = false;

/**
 * Fetch what is missing, one after the other. Returns whether all of it is here.
 * @param {boolean} asked whether the worker asked for it; else it waits for a good network, and for one who did not remove it
 */
export async function fetchRecordings(asked = false) {
  await countRecordings();
  if (fetching || !phone.key || !phone.pack) return false;
  fetching = true;
  try {
    return await fetchMissing(asked);
  } finally {
    fetching = false;
  }
}

/** @param {boolean} asked */
async function fetchMissing(asked) {
  for (const [name, { file, mark }] of wanted()) {
    const { key, token, safe, recordings } = phone;
    if (recordings && recordings.names.includes(name)) continue;
    if (!key || !(asked || (good() && safe && !safe.silent))) return false;
    const sound = await fetchSound(token, file);
    // It may have been locked meanwhile.
    if (!sound || phone.key !== key) return false;
    await kept.keepRecording(key, mark, sound);
    await countRecordings();
  }
  return true;
}

/** Fetch them because somebody asked for it, and say on the home screen what came of it. */
export async function askForRecordings() {
  voice()(_("Fetching …"));
  await keepSafe({ silent: false }).catch(() => {});
  const all = await fetchRecordings(true).catch(() => false);
  announce(all ? _("All recordings are on this phone.") : _("Not all recordings could be fetched. Try again where the network is better."));
}

/** Remove them; they come back when they are asked for. */
export async function removeRecordings() {
  await keepSafe({ silent: true }).catch(() => {});
  await kept.removeRecordings().catch(() => {});
  await countRecordings();
}

/** What is played now. @type {HTMLAudioElement | null} */
let playing = null;

/**
 * Play a recording from its beginning, in place of another, until its screen is left.
 * @param {string} name
 */
export async function play(name) {
  const say = voice();
  const form = wanted().get(name);
  const sound = form && phone.key && (await kept.openRecording(phone.key, form.mark));
  if (playing) playing.pause();
  if (!form || !sound || !phone.key) {
    say(_("No sound."));
    return;
  }
  const address = URL.createObjectURL(new Blob([sound], { type: typeOf(form.file) }));
  const player = new Audio(address);
  playing = player;
  untilLeft(() => {
    player.pause();
    URL.revokeObjectURL(address);
  });
  player.play().catch(() => player === playing && !player.paused && say(_("No sound.")));
}
