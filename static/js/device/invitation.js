/** The link of an invitation: out of the address at once, and used only after the PIN where the phone has one. */

import { newToken, register } from "./api.js";
import { INVITATION_USED } from "../core/facts.js";
import { digest } from "./seal.js";
import { _ } from "../core/words.js";

/** The code in the address, or "". The address keeps nothing of it; what the browser's history noted is out of reach. */
export function taken() {
  const code = new URLSearchParams(location.hash.slice(1)).get("i") || "";
  if (location.hash) history.replaceState(null, "", location.pathname);
  return code;
}

/** What the safe keeps of a used invitation, to know it again. */
export const markOf = (code) => digest(new TextEncoder().encode(code));

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
  if (found === "again" || !app.key) return "again";
  if (found === "done") {
    await keepSafe({ token: next.token, invited: next.mark, next: null });
    Object.assign(app, { token: next.token, told: _("The new link is in use.") });
    return "done";
  }
  await keepSafe({ next: null });
  app.told = [refusal(found), _("This phone stays as it is.")].join(" ");
  return "refused";
}
