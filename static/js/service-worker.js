/**
 * Keeps the app on the phone. The server puts `BUNDLE` before this text: the version and every file of the app.
 * Nothing but these files and recordings is ever answered from here; the questionnaire is not among them.
 */

/* global BUNDLE */
const SHELL = `shell-${BUNDLE.version}`;
const SOUND = "sound";
const BASE = new URL("./", self.location.href).pathname;

self.addEventListener("install", (event) => {
  const files = BUNDLE.files.map((path) => new Request(path, { cache: path === BASE ? "reload" : "default" }));
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(files)));
});

async function settle() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== SHELL && name !== SOUND).map((name) => caches.delete(name)));
  await self.clients.claim();
}

self.addEventListener("activate", (event) => event.waitUntil(settle()));

self.addEventListener("message", (event) => {
  if (event.data === "take over") self.skipWaiting();
});

async function kept(name, path) {
  const cache = await caches.open(name);
  return cache.match(path, { ignoreSearch: true });
}

const missing = () => new Response("", { status: 404 });

self.addEventListener("fetch", (event) => {
  const { method, url, headers } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== self.location.origin) return;
  if (BUNDLE.files.includes(pathname)) {
    event.respondWith(kept(SHELL, pathname).then((found) => found || fetch(event.request)));
  } else if (pathname.startsWith(`${BASE}sound/`) && !headers.has("Authorization")) {
    event.respondWith(kept(SOUND, pathname).then((found) => found || missing()));
  }
});
