/** What a practice interview is there to try, so that none of it is new in front of a person. */

import { phone } from "./core/state.js";
import { keepSafe } from "./waiting.js";

/** The pause, the harmless page and back, a wrong PIN, no network, giving the phone away, the end. */
const TASKS = ["pause", "hide", "pin", "offline", "hand", "end"];

/**
 * What is still to be tried, in its order.
 * @param {Pick<Safe, "tried"> | null} safe
 */
export const untried = (safe) => TASKS.filter((task) => !((safe && safe.tried) || []).includes(task));

/**
 * Note under the PIN that something was tried in a practice; in an interview it is noted nowhere.
 * @param {string} task
 */
export function learn(task) {
  const { practice, key, safe } = phone;
  if (!practice || !key || !safe || !untried(safe).includes(task)) return;
  keepSafe({ tried: [...(safe.tried || []), task] }).catch(() => {});
}

/** What was tried while nothing could be noted. */
const met = new Set(/** @type {string[]} */ ([]));

/**
 * Something happened on the way out of the app or at its lock: it counts where a practice goes on after the PIN.
 * @param {string} task
 */
export const meet = (task) => void met.add(task);

/** The app is open again. */
export function learnMet() {
  met.forEach(learn);
  met.clear();
}
