/**
 * Phones that were set up before drafts had a secret of their own: what they deleted can still be read with the PIN.
 * After the PIN everything is put into a new database under a new key, and the former one is deleted.
 *
 * It may be interrupted anywhere. Until all is in the new database the former one is in use and whole; from then on
 * it is only deleted, and that is taken up again at each start.
 */

import { present } from "../core/present.js";
import { holdFormer, phone } from "../core/state.js";
import { DRAFT, PHONE } from "./secrets.js";
import { FORMER, THINGS, WAITING, deleted, exists, open, tidy } from "./store.js";
import * as vault from "./locked.js";

/** The mark in the new database that the former one has still to be deleted. */
const UNSWEPT = "unswept";
/** Copied as they are: nothing of them is locked. */
const PLAIN = ["language"];

/** @typedef {Pick<Things, "put">} Collected what is to be written, all at once */

/**
 * The former database while the phone is still locked with it, or null. What needs no PIN is done here.
 * @param {Store} store
 * @returns {Promise<Store | null>}
 */
export async function former(store) {
  if (!(await exists(FORMER))) {
    if (await store.things.get(UNSWEPT)) await sweep(store);
    return null;
  }
  const old = await opened(store);
  if (!old) return null;
  if ((await store.things.get("lock")) || !(await old.things.get("lock"))) {
    await carry(old, store, []);
    await discard(old, store);
    return null;
  }
  return old;
}

/**
 * The former database; one without stores was made by somebody who only looked for it, and goes.
 * @param {Store} store
 * @returns {Promise<Store | null>}
 */
async function opened(store) {
  try {
    return await open(FORMER);
  } catch (error) {
    if (/** @type {Error} */ (error).name !== "NotFoundError") throw error;
    await sweep(store, () => deleted(FORMER));
    return null;
  }
}

/**
 * Put everything into the new database. Returns the new key; rejects, with the former one whole, when it cannot.
 * @param {string} pin
 * @param {Key} key
 */
export async function rebuild(pin, key) {
  const { store, secrets } = phone;
  const old = present(phone.former);
  /** @type {Change[]} */
  const changes = [];
  const collected = {
    put: async (/** @type {string} */ name, /** @type {unknown} */ value) =>
      void changes.push({ store: THINGS, key: name, value }),
  };
  const safe = await vault.get(old.things, key, "safe");
  const made = await vault.create(collected, pin, safe, await secrets.renew(PHONE));
  const pack = await vault.get(old.things, key, "pack");
  if (pack) await vault.put(collected, made, "pack", pack);
  await addDraft(old, collected, made, key);
  for (const name of PLAIN) await collected.put(name, await old.things.get(name));
  await carry(old, store, changes);
  holdFormer(null);
  await discard(old, store);
  return made;
}

/**
 * @param {Store} old
 * @param {Collected} collected
 * @param {Key} made
 * @param {Key} key
 */
async function addDraft(old, collected, made, key) {
  const entry = await old.things.get("draft");
  if (!entry || !phone.secrets.possible) return;
  const draft = await vault.opened(key, "draft", entry);
  const own = await vault.draftKey(made, present(await phone.secrets.renew(DRAFT)));
  await vault.put(collected, own, "draft", draft, { until: entry.until });
}

/**
 * Write all sealed records and `changes` at once, and count the records before the former ones may go.
 * @param {Store} old
 * @param {Store} store
 * @param {Change[]} changes
 */
async function carry(old, store, changes) {
  const records = await old.waiting.all();
  const put = records.map((record) => ({ store: WAITING, key: record.id, value: record }));
  await store.put([...put, ...changes, { store: THINGS, key: UNSWEPT, value: true }]);
  const found = new Map((await store.waiting.all()).map((record) => [record.id, record.digest]));
  if (records.some((record) => found.get(record.id) !== record.digest)) throw new Error("records are missing");
}

/**
 * Nothing is lost where this fails: it is taken up again at the next start.
 * @param {Store} old
 * @param {Store} store
 */
async function discard(old, store) {
  old.close();
  await sweep(store, () => deleted(FORMER)).catch(() => {});
}

/**
 * Delete between two tidyings: the browser's files are written again without what was deleted.
 * @param {Store} store
 */
async function sweep(store, act = async () => true) {
  await tidy();
  const gone = await act();
  await tidy();
  if (gone) await store.things.remove(UNSWEPT);
}
