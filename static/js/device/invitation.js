/** The link of an invitation: out of the address at once, and used only after the PIN where the phone has one. */

import { INVITATION_UNKNOWN, INVITATION_USED } from "../core/facts.js";
import { placeOf } from "./inside.js";
import { digest } from "./seal.js";
import { _ } from "../core/words.js";

/**
 * The code in the address, or "", and the language that is named with it. The address keeps nothing of it; what the
 * browser's history noted is out of reach.
 */
export function taken() {
  const said = new URLSearchParams(location.hash.slice(1));
  if (location.hash) history.replaceState(placeOf(), "", location.pathname);
  return { code: said.get("i") || "", language: said.get("l") || "" };
}

/**
 * What the safe keeps of a used invitation, to know it again.
 * @param {string} code
 */
export const markOf = (code) => digest(new TextEncoder().encode(code));

/**
 * Whether a refusal is about the invitation itself; after every other one it is tried again.
 * @param {string} code
 */
export const spent = (code) => [INVITATION_USED, INVITATION_UNKNOWN].includes(code);

/**
 * Why an invitation was refused.
 * @param {string} code
 */
export const refusal = (code) =>
  code === INVITATION_USED
    ? _("This link was used before. Ask your coordinator for a new one.")
    : _("This link is not valid any more. Ask your coordinator for a new one.");
