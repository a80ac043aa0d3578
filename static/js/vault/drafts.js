/**
 * The one unfinished interview. Its key is made with a secret of this interview alone, which is overwritten when the
 * interview ends: of what the database's log still holds of it nothing can be read then, with the PIN neither.
 */

import { DRAFT } from "./secrets.js";
import * as vault from "./locked.js";

/** Take up the draft that lies on the phone, if it can be read. */
export async function find(app) {
  const { things } = app.store;
  const [entry, secret] = [await things.get("draft"), app.secrets.bytes(DRAFT)];
  Object.assign(app, { draft: null, draftKey: null });
  if (!entry || (await unread(app))) return;
  try {
    const key = await vault.draftKey(app.key, secret || vault.NOTHING);
    Object.assign(app, { draft: await vault.opened(key, "draft", entry), draftKey: key });
  } catch (error) {
    // Its secret was overwritten, and the power went before it was removed. After any other failure it stays.
    if (vault.undecipherable(error)) await things.remove("draft");
  }
}

/** Whether a draft lies here whose secret could not be read this time: nothing may be done to it. */
export async function unread(app) {
  return !app.secrets.possible && !!(await app.store.things.get("draft"));
}

/** The keeper of the drafts of the interview that is begun now, or gone on with. */
export function keeper(app) {
  const going = app.draft && app.draft.id === app.state.id;
  return { root: app.key, key: going ? app.draftKey : null };
}

/** Keep a draft; the first one of an interview takes the place of the interview before. */
export async function keep(app, own, draft, until) {
  if (!app.secrets.possible) return;
  own.key = own.key || (await vault.draftKey(own.root, await app.secrets.renew(DRAFT)));
  await vault.put(app.store.things, own.key, "draft", draft, { until });
  app.draftKey = own.key;
}

/** Make unreadable whatever was kept of the last interview. Where it fails, it is tried again at the home screen. */
export async function destroy(app) {
  app.draftKey = null;
  try {
    await app.secrets.renew(DRAFT);
    app.undestroyed = false;
  } catch (error) {
    app.undestroyed = true;
  }
}
