/**
 * The one unfinished interview. Its key is made with a secret of this interview alone, which is overwritten when the
 * interview ends: of what the database's log still holds of it nothing can be read then, with the PIN neither.
 */

import { present } from "../core/present.js";
import { dropDraft, holdDraft, holdDraftKey, noteDestroyed, phone } from "../core/state.js";
import { DRAFT } from "./secrets.js";
import * as vault from "./locked.js";

/**
 * Take up the draft that is on the phone, if it can be read, unless it was locked meanwhile.
 * @param {Key} root
 */
export async function find(root) {
  const { things } = phone.store;
  const [entry, secret] = [await things.get("draft"), phone.secrets.bytes(DRAFT)];
  dropDraft();
  holdDraftKey(null);
  if (!entry || (await unread())) return;
  try {
    const key = await vault.draftKey(root, secret || vault.NOTHING);
    const draft = await vault.opened(key, "draft", entry);
    if (phone.key !== root) return;
    holdDraft(draft);
    holdDraftKey(key);
  } catch (error) {
    // Its secret was overwritten, and the power went before it was removed. After any other failure it stays.
    if (vault.undecipherable(error)) await things.remove("draft");
  }
}

/** Whether a draft is kept here whose secret could not be read this time: nothing may be done to it. */
export async function unread() {
  return !phone.secrets.possible && !!(await phone.store.things.get("draft"));
}

/**
 * Keeps the drafts of the interview that is begun now, or gone on with. The first draft of an interview takes the place
 * of the interview before.
 * @returns {DraftKeeper}
 */
export function keeper() {
  const root = present(phone.key);
  const going = phone.draft && phone.draft.id === present(phone.interview).id;
  let key = going ? phone.draftKey : null;
  return async (draft, until) => {
    if (!phone.secrets.possible) return;
    if (!key) {
      key = await vault.draftKey(root, present(await phone.secrets.renew(DRAFT)));
      // So the secret of the interview before is overwritten too: nothing is left to try at the home screen.
      noteDestroyed(true);
    }
    await vault.put(phone.store.things, key, "draft", draft, { until });
    holdDraftKey(key);
  };
}

/** Make unreadable all that was kept of the last interview. Where it fails, it is tried again at the home screen. */
export async function destroy() {
  holdDraftKey(null);
  try {
    await phone.secrets.renew(DRAFT);
    noteDestroyed(true);
  } catch (error) {
    noteDestroyed(false);
  }
}
