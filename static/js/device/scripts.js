/** The two script addresses that the app makes itself: Trusted Types let no other string become one. */

import { present } from "../core/present.js";

const ADDRESSES = {
  worker: () => new URL("./worker.js", location.href).pathname,
  // Next to the words, whose address holds the version.
  eraser: () => present(document.documentElement.dataset.words).replace(/[^/]*$/, "eraser.js"),
};

/** @type {TrustedScripts | null} */
let policy = null;

/**
 * The address of the script of that name.
 * @param {keyof typeof ADDRESSES} name
 */
export function scriptAddress(name) {
  if (!window.trustedTypes) return ADDRESSES[name]();
  policy = policy || trustedTypes.createPolicy("phone", { createScriptURL: (known) => ADDRESSES[/** @type {keyof typeof ADDRESSES} */ (known)]() });
  return policy.createScriptURL(name);
}
