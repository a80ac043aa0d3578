/**
 * Keeps the app on the phone. The server puts `BUNDLE` before this text: the version and every file of the app.
 * Nothing but these files is ever answered from here; questionnaire and recordings are locked.
 */

/* global BUNDLE */

/** This worker, as what it is. */
const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const SHELL = `shell-${BUNDLE.version}`;
const SOUND = "sound";
const BASE = new URL("./", worker.location.href).pathname;

worker.addEventListener("install", (event) => {
  const files = BUNDLE.files.map((path) => new Request(path, { cache: path === BASE ? "reload" : "default" }));
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(files)));
});

async function settle() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== SHELL && name !== SOUND).map((name) => caches.delete(name)));
  await worker.clients.claim();
}

worker.addEventListener("activate", (event) => event.waitUntil(settle()));

worker.addEventListener("message", (event) => {
  if (event.data === "take over") worker.skipWaiting();
});

/**
 * @param {string} name
 * @param {string} path
 */
async function kept(name, path) {
  const cache = await caches.open(name);
  return cache.match(path, { ignoreSearch: true });
}

worker.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== worker.location.origin) return;
  if (BUNDLE.files.includes(pathname)) {
    event.respondWith(kept(SHELL, pathname).then((found) => found || fetch(event.request)));
  }
});
