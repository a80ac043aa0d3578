/**
 * Whether a refusal is our own server's: it signs each with a key whose public half is in the app's page. What a
 * gateway or a captive portal says in its place is never accepted.
 */

import { SIGNED_REFUSAL } from "../core/facts.js";
import { digest, fromBase64 } from "./seal.js";

const P256 = { name: "ECDSA", namedCurve: "P-256" };
const HOW = { name: "ECDSA", hash: "SHA-256" };

/** @param {string} words */
const text = (words) => new TextEncoder().encode(words);
const ownPoint = () => document.documentElement.dataset.signer;

/**
 * Whether `reply` was signed for this address and this device's `token` by the key of `point`.
 * @param {Reply} reply
 * @param {string} path
 * @param {string} token
 */
export async function proven(reply, path, token, point = ownPoint()) {
  if (!point || !reply || typeof reply.code !== "string" || typeof reply.proof !== "string") return false;
  try {
    const key = await crypto.subtle.importKey("raw", fromBase64(point), P256, false, ["verify"]);
    const signed = [SIGNED_REFUSAL, reply.code, path, await digest(text(token))].join("\n");
    return await crypto.subtle.verify(HOW, key, fromBase64(reply.proof), text(signed));
  } catch (error) {
    return false;
  }
}
