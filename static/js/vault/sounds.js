/**
 * Recordings on the phone, each locked like the questionnaire whose words they speak: without the PIN nobody hears a question.
 * They lie in a cache by the mark of their content, so that a new recording takes the place of an old one.
 */

import { BASE } from "../device/page.js";
import { cipher } from "./locked.js";

const CACHE = "sound";
const IV = 12;

const possible = () => "caches" in window;
const open = () => caches.open(CACHE);

/** @param {string} mark */
const address = (mark) => `${BASE}sound/${mark}`;

/** The marks of all recordings that are here. */
export async function heldMarks() {
  if (!possible()) return [];
  const kept = await (await open()).keys();
  return kept.map(({ url }) => url.slice(url.lastIndexOf("/") + 1));
}

/**
 * Keep a recording.
 * @param {Key} key
 * @param {string} mark
 * @param {ArrayBuffer} sound
 */
export async function keepRecording(key, mark, sound) {
  const iv = crypto.getRandomValues(new Uint8Array(IV));
  const data = await crypto.subtle.encrypt(cipher(iv, mark), key.aes, sound);
  await (await open()).put(address(mark), new Response(new Blob([iv, data])));
}

/**
 * What was kept under a mark, or null where it is not here or cannot be opened.
 * @param {Key} key
 * @param {string} mark
 */
export async function openRecording(key, mark) {
  const found = possible() && (await (await open()).match(address(mark)));
  if (!found) return null;
  const kept = new Uint8Array(await found.arrayBuffer());
  return crypto.subtle.decrypt(cipher(kept.slice(0, IV), mark), key.aes, kept.slice(IV)).catch(() => null);
}

/**
 * Remove recordings: those whose marks are not among these.
 * @param {string[]} wanted
 */
export async function removeRecordings(wanted = []) {
  const others = (await heldMarks()).filter((mark) => !wanted.includes(mark));
  if (!others.length) return;
  const cache = await open();
  await Promise.all(others.map((mark) => cache.delete(address(mark))));
}
