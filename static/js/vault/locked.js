/**
 * What only the worker's PIN opens: the device token, the questionnaire and the draft, each under AES-GCM.
 *
 * A key derived from six digits falls to anybody who copies the storage and tries all PINs; it holds against looking.
 * What must not be opened later, with the PIN neither, is locked with a secret besides, which is overwritten (secrets.js).
 */

import { present } from "../core/present.js";

/** Rounds of the derivation: of every phone at least so many, of a quick one as many as it does in the time, up to a limit. */
const FEWEST = 600000;
const MOST = 3000000;
const MILLISECONDS = 300;
/** Rounds of one probe, how many are made, and to what the result is rounded. */
const PROBE = FEWEST / 10;
const PROBES = 3;
const TRIES = 10;
const SHORTEST_PIN = 6;

/** Names that a wipe removes; sealed records are not among them. */
const LOCKED = ["lock", "safe", "draft", "pack", "coming", "sent", "counts"];
const PAGE = 4096;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The forms of a lock: in the first one the PIN alone made the key. */
const FORMER = 1;
const FORMAT = 2;
const AES = { name: "AES-GCM", length: 256 };
/** Used where there is no secret. */
export const NOTHING = new Uint8Array(32);

/**
 * What opens and locks things: `aes`, and `root`, from which the keys of drafts are made.
 * @param {string} pin
 * @param {Pick<PinLock, "format" | "salt" | "rounds">} lock
 * @param {Bytes | null} secret
 * @returns {Promise<Key>}
 */
async function derive(pin, lock, secret) {
  const bits = await stretched(pin, lock.salt, lock.rounds || FEWEST);
  if ((lock.format || FORMER) === FORMER) {
    return { aes: await crypto.subtle.importKey("raw", bits, AES, false, ["encrypt", "decrypt"]), root: null };
  }
  const root = await crypto.subtle.importKey("raw", bits, "HKDF", false, ["deriveKey"]);
  return { aes: await mixed(root, secret || NOTHING, "phone"), root };
}

/**
 * @param {string} pin
 * @param {Bytes} salt
 * @param {number} iterations
 */
async function stretched(pin, salt, iterations) {
  const material = await crypto.subtle.importKey("raw", encoder.encode(pin), "PBKDF2", false, ["deriveBits"]);
  return crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations }, material, 256);
}

/**
 * How many rounds this phone does in the time that a worker waits for: more make guessing a PIN dearer. The quickest of some
 * probes counts, for what else the phone does at that moment slows them; `now` is a clock.
 */
export async function calibrated(now = () => performance.now()) {
  let quickest = Infinity;
  for (let probe = 0; probe < PROBES; probe += 1) {
    const begun = now();
    await stretched("", new Uint8Array(16), PROBE);
    quickest = Math.min(quickest, now() - begun);
  }
  const rounds = Math.floor(MILLISECONDS / quickest) * PROBE;
  return Math.min(MOST, Math.max(FEWEST, rounds));
}

/**
 * @param {CryptoKey} root
 * @param {Bytes} secret
 * @param {string} use
 */
function mixed(root, secret, use) {
  const how = { name: "HKDF", hash: "SHA-256", salt: secret, info: encoder.encode(use) };
  return crypto.subtle.deriveKey(how, root, AES, false, ["encrypt", "decrypt"]);
}

/**
 * The key of one interview's drafts: without `secret` nobody makes it again, not even with the PIN.
 * @param {Key} key
 * @param {Bytes} secret
 * @returns {Promise<Key>}
 */
export async function draftKey(key, secret) {
  return { aes: await mixed(present(key.root), secret, "draft"), root: null };
}

/**
 * The text padded with spaces to whole pages, so that its length does not say how far an interview went.
 * @param {string} text
 */
function paged(text) {
  const data = encoder.encode(text);
  const whole = new Uint8Array(Math.ceil(data.length / PAGE) * PAGE).fill(0x20);
  whole.set(data);
  return whole;
}

/**
 * @param {Bytes} iv
 * @param {string} name
 */
export const cipher = (iv, name) => ({ name: "AES-GCM", iv, additionalData: encoder.encode(name) });

/**
 * Encrypt a value for storing under `name`.
 * @param {Key} key
 * @param {string} name
 * @param {unknown} value
 */
export async function locked(key, name, value) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const data = await crypto.subtle.encrypt(cipher(iv, name), key.aes, paged(JSON.stringify(value)));
  return { iv, data };
}

/**
 * The value that `locked` encrypted under this name; rejects when key or name are others.
 * @param {Key} key
 * @param {string} name
 * @param {Locked} entry
 */
export async function opened(key, name, entry) {
  const data = await crypto.subtle.decrypt(cipher(entry.iv, name), key.aes, entry.data);
  return JSON.parse(decoder.decode(data));
}

/**
 * Whether a failure says that the key is another one: nothing else is a wrong PIN, or a secret that is gone.
 * @param {unknown} error
 */
export const undecipherable = (error) => /** @type {Error} */ (error).name === "OperationError";

/**
 * Encrypt a value and keep it; `readable` can be read without the PIN.
 * @param {Pick<Things, "put">} things
 * @param {Key} key
 * @param {string} name
 * @param {unknown} value
 */
export async function put(things, key, name, value, readable = {}) {
  await things.put(name, { ...readable, ...(await locked(key, name, value)) });
}

/**
 * The kept value of this name, or undefined.
 * @param {Pick<Things, "get">} things
 * @param {Key} key
 * @param {string} name
 */
export async function get(things, key, name) {
  const entry = await things.get(name);
  return entry && opened(key, name, entry);
}

/**
 * Choose a PIN: returns the key, with `safe` as the first locked thing. `secret` is mixed into the key; without it
 * the PIN alone opens what is locked.
 * @param {Pick<Things, "put">} things
 * @param {string} pin
 * @param {Partial<Safe>} safe
 * @param {Bytes | null} secret
 * @param {number} rounds
 */
export async function create(things, pin, safe, secret = null, rounds = FEWEST) {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const lock = { format: FORMAT, mixed: secret !== null, salt, rounds, tries: 0 };
  const key = await derive(pin, lock, secret);
  await put(things, key, "safe", safe);
  await things.put("lock", lock);
  return key;
}

/**
 * Whether what is locked can still be opened: false when the secret that was mixed in is gone.
 * @param {PinLock | undefined} lock
 * @param {Bytes | null} secret
 */
export function openable(lock, secret) {
  return !!lock && (!lock.mixed || secret !== null);
}

/**
 * Try a PIN. Returns `{ key }`, or `{ left }` with the number of tries that remain; at 0 everything locked is gone.
 * A try is counted before it is judged: pulling the battery gives no second one. What must be read is read before, and
 * where the phone cannot read or write it rejects: that is no wrong PIN.
 * @param {Pick<Things, "get" | "update" | "remove">} things
 * @param {string} pin
 * @param {Bytes | null} secret
 * @returns {Promise<{ key?: Key, left?: number }>}
 */
export async function unlock(things, pin, secret = null) {
  const safe = await things.get("safe");
  const lock = await things.update("lock", (found) => ({ ...found, tries: (found.tries || 0) + 1 }));
  if (lock.tries > TRIES) return failed(things, lock.tries);
  const key = await derive(pin, lock, secret);
  try {
    await opened(key, "safe", safe);
  } catch (error) {
    if (!undecipherable(error)) throw error;
    return failed(things, lock.tries);
  }
  await things.update("lock", (found) => ({ ...found, tries: 0 }));
  return { key };
}

/**
 * @param {Pick<Things, "remove">} things
 * @param {number} tries
 */
async function failed(things, tries) {
  if (tries >= TRIES) await wipe(things);
  return { left: Math.max(0, TRIES - tries) };
}

/**
 * Remove everything that is locked, and the lock.
 * @param {Pick<Things, "remove">} things
 */
export function wipe(things) {
  return things.remove(...LOCKED);
}

/**
 * Whether a PIN can be chosen: six digits or more, and neither one digit repeated nor a plain sequence.
 * @param {string} pin
 */
export function goodPin(pin) {
  if (!/^\d+$/.test(pin) || pin.length < SHORTEST_PIN) return false;
  const steps = new Set(Array.from(pin.slice(1), (digit, place) => Number(digit) - Number(pin[place])));
  return steps.size > 1 || ![-1, 0, 1].includes([...steps][0]);
}
