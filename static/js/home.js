/** Coming to the home screen, between two interviews: everything that waited for that is done. */

import { present } from "./core/present.js";
import { announce, comeHome, noteRoom, phone } from "./core/state.js";
import { chosen } from "./core/words.js";
import { keepInTouch, takeInvitation } from "./contact.js";
import { goTo, staying } from "./device/page.js";
import { takeUpdate } from "./device/update.js";
import * as drafts from "./vault/drafts.js";
import { almostFull } from "./vault/store.js";
import { countRecordings } from "./recordings.js";
import { keepSent, numbers } from "./waiting.js";

/** Show the home screen, then take up a link, send, and look for what is new. */
export async function goHome() {
  const stays = staying();
  comeHome();
  await phone.store.things.put("language", chosen().code).catch(() => {});
  noteRoom(await almostFull());
  if (phone.undestroyed) await drafts.destroy();
  await keepSent();
  await countRecordings();
  const found = await numbers();
  // It may have been hidden or locked meanwhile, or somebody tapped what was still there.
  if (!phone.key || !stays()) return;
  goTo("home", found);
  announce("");
  if (phone.code || present(phone.safe).next) await takeInvitation();
  if (!phone.key) return;
  phone.sender.soon();
  if (!takeUpdate(!phone.draft && !phone.suspended)) keepInTouch();
}

/** Have the browser ask whether the app goes to the home screen of the phone. */
export const addToHomeScreen = () => present(phone.install).prompt();
