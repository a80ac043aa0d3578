/**
 * Two times 32 random bytes, each in a file that is overwritten in place: what was locked with them is lost when they
 * are. "phone" lives until the phone is wiped, "draft" as long as one interview.
 */

import { present } from "../core/present.js";
import { scriptAddress } from "../device/scripts.js";

export const PHONE = "phone";
export const DRAFT = "draft";
const NAMES = [PHONE, DRAFT];
const LENGTH = 32;
/** Milliseconds that the worker may take: it may have to be fetched over a slow line. */
const PATIENCE = 30000;

const random = () => crypto.getRandomValues(new Uint8Array(LENGTH));

/** A function that asks the worker; it rejects when the worker cannot do it or does not answer. */
function asking() {
  const worker = new Worker(scriptAddress("eraser"));
  /** @type {Map<number, [(found: Bytes | null) => void, (error: Error) => void, number]>} */
  const asked = new Map();
  /**
   * @param {number} turn
   * @param {(resolve: (found: Bytes | null) => void, reject: (error: Error) => void) => void} act
   */
  const settle = (turn, act) => {
    const [resolve, reject, timer] = present(asked.get(turn));
    asked.delete(turn);
    clearTimeout(timer);
    act(resolve, reject);
  };
  worker.onmessage = ({ data: { turn, found, error, name } }) =>
    settle(turn, (resolve, reject) => (error ? reject(Object.assign(new Error(error), { name })) : resolve(found)));
  worker.onerror = () => [...asked.keys()].forEach((turn) => settle(turn, (_, reject) => reject(new Error("no worker"))));
  let turns = 0;
  /**
   * @param {string} name
   * @param {Bytes} [bytes]
   * @returns {Promise<Bytes | null>}
   */
  return (name, bytes) =>
    new Promise((resolve, reject) => {
      const turn = (turns += 1);
      const late = () => settle(turn, (_, refuse) => refuse(new Error("the eraser is silent")));
      asked.set(turn, [resolve, reject, setTimeout(late, PATIENCE)]);
      worker.postMessage({ turn, name, bytes });
    });
}

/** What a browser says that has no way to overwrite a file in place, or forbids it; every other failure may pass. */
const LACKING = ["TypeError", "ReferenceError", "NotSupportedError", "SecurityError", "NotAllowedError"];

/**
 * Open the secrets of this phone. `possible` is false where nothing can be overwritten in place; `lacking` says that
 * this browser never can, and not only that the worker did not start this time.
 * @returns {Promise<Secrets>}
 */
export async function openSecrets() {
  /** @type {Map<string, Bytes | null>} */
  const held = new Map();
  /** @type {ReturnType<typeof asking> | null} */
  let ask = null;
  let lacking = false;
  try {
    ask = asking();
    for (const name of NAMES) held.set(name, await ask(name));
    // Whether a browser can overwrite is known only after it did; the other file must not appear by looking.
    if (!held.get(DRAFT)) held.set(DRAFT, await ask(DRAFT, random()));
  } catch (error) {
    ask = null;
    lacking = LACKING.includes(/** @type {Error} */ (error).name);
  }
  return {
    possible: ask !== null,
    lacking,
    /** The bytes of that name, or null. */
    bytes: (name) => held.get(name) || null,
    /** Overwrite them with new ones, and what was locked with the old ones is lost. */
    renew: async (name) => {
      const bytes = random();
      held.set(name, null);
      if (!ask) return null;
      held.set(name, await ask(name, bytes));
      return bytes;
    },
    /** Write them again as they are, after the browser removed its files. */
    restore: async () => {
      for (const name of NAMES) {
        const bytes = held.get(name);
        if (ask && bytes) await ask(name, bytes);
      }
    },
  };
}
