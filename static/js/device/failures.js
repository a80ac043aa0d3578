/** What a failure of this phone means for the worker. */

import { _, N_ } from "../core/words.js";

/** Failures that are the app's own and not the storage's. */
const OWN = ["TypeError", "RangeError", "ReferenceError", "SyntaxError", "OperationError"];
const FULL = N_("This phone is full. Free some space, for example by deleting photos, then try again.");
const UNWRITTEN = N_("This phone could not read or write what it needs. It may be full: free some space, for example by deleting photos, then try again.");
export const PART = N_("Part of this app did not start. Close this page and open it again.");

/** @param {Error} error */
const isFull = (error) => error.name === "QuotaExceededError";

/**
 * What a failure to keep or find something means for the worker: the phone is called full only where the browser says so.
 * @param {Error} error
 */
export function unwritten(error) {
  return _(isFull(error) ? FULL : OWN.includes(error.name) ? PART : UNWRITTEN);
}

/**
 * The same in short, of the draft of an interview that goes on.
 * @param {Error} error
 */
export function unsaved(error) {
  return isFull(error) ? _("This phone is full.") : _("The last answers could not be saved on this phone.");
}
