/** What the phone keeps by its own doing: the safe, the count of the day, and the sealed records that wait. */

import { present } from "./core/present.js";
import { countSent, holdSafe, phone, today } from "./core/state.js";
import { asFile, counted, counts } from "./device/queue.js";
import * as vault from "./vault/locked.js";

/**
 * Change what the safe holds, in memory and under the PIN.
 * @param {Partial<Safe>} change
 */
export async function keepSafe(change) {
  const safe = /** @type {Safe} */ ({ ...phone.safe, ...change });
  holdSafe(safe);
  await vault.put(phone.store.things, present(phone.key), "safe", safe);
}

/** What waits; where the database cannot be read, as it is held in memory. */
const records = () => phone.store.waiting.all().catch(() => phone.store.waiting.held());

/** How many records wait, need help and left today. */
export const numbers = () => counts({ waiting: { all: records } }, today(), phone.sent);

/** How many records left today is known under the PIN only. */
export async function keepSent() {
  const { sent, key, store } = phone;
  if (sent && key) await vault.put(store.things, key, "sent", sent).catch(() => {});
}

/**
 * A record left; `kept` says what the server did with one that came after its round was over.
 * @param {string | undefined} kept
 */
export const countOne = (kept) => countSent(counted(phone.sent, today(), kept));

/**
 * Offer a file of all that waits, and of `more` that could not be kept.
 * @param {SealedRecord[]} more
 */
export async function save(...more) {
  const file = new Blob([asFile([...(await records()), ...more])], { type: "text/plain" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = "notes.txt";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}
