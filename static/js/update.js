/** The service worker: installed at the first visit, replaced only between two interviews. */

let registration = null;
let begun = false;
let asked = false;
let due = false;

/** The one address that may become a script: Trusted Types let no other string through. */
function scriptAddress(base) {
  const address = `${base}worker.js`;
  if (!window.trustedTypes) return address;
  const policy = trustedTypes.createPolicy("phone", { createScriptURL: () => address });
  return policy.createScriptURL("");
}

/** Register the worker; `free` says whether no interview is under way. */
export async function registerWorker(base, free) {
  if (begun || !("serviceWorker" in navigator)) return;
  begun = true;
  registration = await navigator.serviceWorker.register(scriptAddress(base), { scope: base }).catch(() => null);
  if (!registration) return;
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    // The first worker takes over a page that is as new as itself. A later one may need half a minute, and an
    // interview that was begun meanwhile goes on with the modules that are loaded.
    due = asked;
    if (due && free()) location.reload();
  });
}

/**
 * Look for a newer version, and let one that waits take over when no interview is under way. Returns whether it is
 * taking over: whoever asks the network now makes it wait.
 */
export function takeUpdate(free) {
  if (!registration) return false;
  if (due && free) location.reload();
  if (!registration.waiting) registration.update().catch(() => {});
  if (!registration.waiting || !free) return false;
  asked = true;
  registration.waiting.postMessage("take over");
  return true;
}
