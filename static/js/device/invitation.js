/** The link of an invitation: out of the address at once, and used only after the PIN where the phone has one. */

import { newToken, register } from "./api.js";
import { INVITATION_UNKNOWN, INVITATION_USED } from "../core/facts.js";
import { digest } from "./seal.js";
import { _ } from "../core/words.js";

/**
 * The code in the address, or "", and the language that stands beside it. The address keeps nothing of it; what the
 * browser's history noted is out of reach.
 */
export function taken() {
  const said = new URLSearchParams(location.hash.slice(1));
  if (location.hash) history.replaceState(history.state, "", location.pathname);
  return { code: said.get("i") || "", language: said.get("l") || "" };
}

/** What the safe keeps of a used invitation, to know it again. */
export const markOf = (code) => digest(new TextEncoder().encode(code));

/** Whether a refusal is about the invitation itself; after every other one it is tried again. */
export const spent = (code) => [INVITATION_USED, INVITATION_UNKNOWN].includes(code);

/** Why an invitation was refused. */
export const refusal = (code) =>
  code === INVITATION_USED
    ? _("This link was used before. Ask your coordinator for a new one.")
    : _("This link is not valid any more. Ask your coordinator for a new one.");

/**
 * Exchange the invitation that waits on a phone that is set up. The phone changes only after the server took it; an
 * answer that was lost is asked for again with the same token. Returns "done", "again", "refused" or "" (none waits).
 */
export async function exchange(app, keepSafe) {
  if (app.code) {
    const mark = await markOf(app.code);
    if (mark !== app.safe.invited) await keepSafe({ next: { code: app.code, token: newToken(), mark } });
    app.code = "";
  }
  const { next } = app.safe;
  if (!next) return "";
  const found = await register(next.code, next.token);
  // It may have been locked meanwhile: then it is asked again after the PIN.
  if (!app.key || !(found === "done" || spent(found))) return "again";
  if (found === "done") {
    app.sender.heard(true);
    await keepSafe({ token: next.token, invited: next.mark, next: null, unknown: false });
    Object.assign(app, { token: next.token, told: _("The new link is in use.") });
    return "done";
  }
  await keepSafe({ next: null });
  app.told = [refusal(found), _("This phone stays as it is.")].join(" ");
  return "refused";
}
