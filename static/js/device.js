/** What this phone asks of the server besides delivering records: being enrolled, and the questionnaire. */

import { toBase64 } from "./seal.js";

const PATIENCE = 60000;
/** Refusals of an invitation that only our server gives; whatever else comes from something in between. */
const REFUSALS = ["invitation_used", "invitation_unknown"];

async function ask(path, options) {
  const aborting = new AbortController();
  const timer = setTimeout(() => aborting.abort(), PATIENCE);
  try {
    const common = { credentials: "omit", cache: "no-store", redirect: "error", signal: aborting.signal };
    const response = await fetch(path, { ...common, ...options });
    const reply = await response.json().catch(() => null);
    return { status: response.status, reply };
  } catch (error) {
    return { status: 0, reply: null };
  } finally {
    clearTimeout(timer);
  }
}

/** A token that this phone makes for itself; the server keeps its hash only. */
export function newToken() {
  return toBase64(crypto.getRandomValues(new Uint8Array(32)));
}

/**
 * Exchange an invitation for the right to send with `token`. Asking again with the same token is harmless, so an
 * answer that was lost on the way costs nothing. Returns "done", "again", or the code of a refusal of our server.
 */
export async function register(code, token) {
  const body = JSON.stringify({ code, token });
  const { status, reply } = await ask("/api/devices", {
    method: "POST",
    body,
    headers: { "Content-Type": "application/json" },
  });
  if ((status === 200 || status === 201) && reply && reply.enrolled === true) return "done";
  return reply && REFUSALS.includes(reply.code) && status >= 400 && status < 500 ? reply.code : "again";
}

/**
 * The questionnaire, the round, the key and the worker's districts. Returns `{ pack }`, `{ revoked: true }`, or
 * neither when nothing changed since `digest`, the server is out of reach or something else answers in its place.
 */
export async function fetchPack(token, digest) {
  const headers = { Authorization: `Bearer ${token}` };
  if (digest) headers["If-None-Match"] = `"${digest}"`;
  const { status, reply } = await ask("/api/devices/pack", { headers });
  if (status === 200 && reply && reply.questionnaire && reply.key) return { pack: reply };
  return { revoked: status === 401 && !!reply && reply.code === "device_revoked" };
}

/** Keep the recordings of a questionnaire; those that are there already are not fetched again. */
export async function keepSounds(token, pack, base) {
  if (!pack.sounds || !pack.sounds.length || !("caches" in window)) return;
  const cache = await caches.open("sound");
  for (const file of pack.sounds) {
    const path = `${base}sound/${encodeURIComponent(file)}`;
    if (await cache.match(path)) continue;
    const headers = { Authorization: `Bearer ${token}` };
    const response = await fetch(path, { headers, credentials: "omit" }).catch(() => null);
    if (response && response.ok) await cache.put(path, response);
  }
}
