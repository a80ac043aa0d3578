/** The service worker: installed at the first visit, replaced only between two interviews. */

import { scriptAddress } from "./scripts.js";

/** @type {ServiceWorkerRegistration | null} */
let registration = null;
let begun = false;
let asked = false;
let due = false;

/**
 * Register the worker; `free` says whether no interview is under way.
 * @param {string} base
 * @param {() => boolean} free
 */
export async function registerWorker(base, free) {
  if (begun || !("serviceWorker" in navigator)) return;
  begun = true;
  registration = await navigator.serviceWorker.register(scriptAddress("worker"), { scope: base }).catch(() => null);
  if (!registration) return;
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    // The first worker takes over a page that is as new as itself. A later one may need half a minute, and an
    // interview that was begun meanwhile goes on with the modules that are loaded.
    due = asked;
    if (due && free()) location.reload();
  });
}

/**
 * Register it again, after the browser removed everything that it kept for this app.
 * @param {string} base
 */
export async function registerAgain(base) {
  if (!begun || !navigator.onLine) return;
  const found = await navigator.serviceWorker.register(scriptAddress("worker"), { scope: base }).catch(() => null);
  registration = found || registration;
}

/**
 * Look for a newer version, and let one that waits take over when no interview is under way. Returns whether it is
 * taking over: another request now would make it wait.
 * @param {boolean} free
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
