/** A new link on a phone that is set up: it is exchanged after the PIN, and the phone changes only if the server took it. */

import { present } from "./core/present.js";
import { announce, askForToken, phone, spendLink, useToken } from "./core/state.js";
import { _ } from "./core/words.js";
import { newToken, register } from "./device/api.js";
import { markOf, refusal, spent } from "./device/invitation.js";
import { keepSafe } from "./waiting.js";

/**
 * Exchange the invitation that waits. The phone changes only after the server took it; an answer that was lost is asked
 * for again with the same token. Returns "done", "again", "refused" or "" (none waits).
 */
export async function exchange() {
  if (phone.code) await putAside();
  const { next } = present(phone.safe);
  if (!next) return "";
  askForToken(true);
  const found = await register(next.code, next.token, phone.token);
  // It may have been locked meanwhile: then it is asked again after the PIN.
  if (!phone.key || !(found === "done" || spent(found))) return "again";
  askForToken(false);
  if (found === "done") {
    phone.sender.heard(true);
    await keepSafe({ token: next.token, invited: next.mark, next: null, unknown: false });
    useToken(next.token);
    announce(_("The new link is in use."));
    return "done";
  }
  await keepSafe({ next: null });
  announce([refusal(found), _("This phone stays as it is.")].join(" "));
  return "refused";
}

/** Keep the code of the link in the safe, until the server was reached. One that was used here before is nothing new. */
async function putAside() {
  const mark = await markOf(phone.code);
  if (mark !== present(phone.safe).invited) await keepSafe({ next: { code: phone.code, token: newToken(), mark } });
  spendLink();
}
