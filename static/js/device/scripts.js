/** The two script addresses that the app makes itself: Trusted Types let no other string become one. */

const ADDRESSES = {
  worker: () => new URL("./worker.js", location.href).pathname,
  // Beside the words, whose address holds the version.
  eraser: () => document.documentElement.dataset.words.replace(/[^/]*$/, "eraser.js"),
};

let policy = null;

/** The address of the script of that name. */
export function scriptAddress(name) {
  if (!window.trustedTypes) return ADDRESSES[name]();
  policy = policy || trustedTypes.createPolicy("phone", { createScriptURL: (known) => ADDRESSES[known]() });
  return policy.createScriptURL(name);
}
