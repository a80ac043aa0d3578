/** What this phone asks of the server besides delivering records: being enrolled, and the questionnaire. */

import { DEVICE_REVOKED, ENROL, NO_TOKEN, OWN_COUNTS, PACK, REPORT } from "../core/facts.js";
import { BASE } from "./page.js";
import { proven } from "./proof.js";
import { toBase64 } from "./seal.js";

const PATIENCE = 60000;

/**
 * @param {string} path
 * @param {RequestInit} options
 */
async function ask(path, options) {
  const aborting = new AbortController();
  const timer = setTimeout(() => aborting.abort(), PATIENCE);
  try {
    /** @type {RequestInit} */
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
 * Exchange an invitation for the right to send with `token`, which takes the place of a `former` one. Asking again with
 * the same token is harmless, so an answer that was lost on the way costs nothing. Returns "done", "again" where the server was not reached, or the code
 * of a refusal of our own server.
 * @param {string} code
 * @param {string} token
 * @param {string} [former]
 */
export async function register(code, token, former) {
  const body = JSON.stringify({ code, token, former });
  const { status, reply } = await ask(ENROL, {
    method: "POST",
    body,
    headers: { "Content-Type": "application/json" },
  });
  if ((status === 200 || status === 201) && reply && reply.enrolled === true) return "done";
  return (await proven(reply, ENROL, token)) ? reply.code : "again";
}

/**
 * The questionnaire, the round, the key and the worker's districts. Returns `{ known: true }`, with `pack` when
 * something changed since `digest`; `{ revoked: true }`; `{ unknown: true }` where the server does not know the token;
 * `{ refused: true }` for any other refusal of its own; or none of them when the server is out of reach or something
 * else answers in its place.
 * @param {string} token
 * @param {string | null} digest
 */
export async function fetchPack(token, digest) {
  /** @type {Record<string, string>} */
  const headers = { Authorization: `Bearer ${token}` };
  if (digest) headers["If-None-Match"] = `"${digest}"`;
  const { status, reply } = await ask(PACK, { headers });
  if (status === 200 && reply && reply.questionnaire && reply.key) return { known: true, pack: reply };
  if (status === 304) return { known: true };
  if (!(await proven(reply, PACK, token))) return {};
  return { refused: true, revoked: reply.code === DEVICE_REVOKED, unknown: reply.code === NO_TOKEN };
}

/**
 * What of this worker's round is stored and wanted, or null where the server did not say.
 * @param {string} token
 * @returns {Promise<OwnCounts | null>}
 */
export async function fetchCounts(token) {
  const { status, reply } = await ask(OWN_COUNTS, { headers: { Authorization: `Bearer ${token}` } });
  return status === 200 && reply && Array.isArray(reply.parts) ? reply : null;
}

/** Characters of a report: one that is longer must not differ from one that is shorter on its way. */
const REPORT_LENGTH = 100;

/**
 * Say of this phone how many records wait and need help, which app it has, and whether its worker practised.
 * @param {string} token
 * @param {PhoneReport} said
 */
export async function sendReport(token, said) {
  const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
  await ask(REPORT, { method: "PUT", body: JSON.stringify(said).padEnd(REPORT_LENGTH), headers });
}

/**
 * One recording of the questionnaire, or null where it could not be had.
 * @param {string} token
 * @param {string} file
 */
export async function fetchSound(token, file) {
  const headers = { Authorization: `Bearer ${token}` };
  const path = `${BASE}sound/${encodeURIComponent(file)}`;
  const response = await fetch(path, { headers, credentials: "omit", cache: "no-store" }).catch(() => null);
  return response && response.ok ? response.arrayBuffer().catch(() => null) : null;
}
