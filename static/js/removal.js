/** A phone that is not set up, or is not any more: everything but the sealed records goes. */

import { forget, holdFormer, phone } from "./core/state.js";
import { suggest } from "./core/words.js";
import { goTo, shown } from "./device/page.js";
import { former } from "./vault/rebuild.js";
import { DRAFT, PHONE } from "./vault/secrets.js";
import { numbers } from "./waiting.js";

/**
 * Say that the phone needs a link, and why.
 * @param {string} reason
 */
export const askForLink = async (reason = "") => goTo("start", await numbers(), reason);

/**
 * Choose a PIN in the language of the link, as long as nobody picked another.
 * @param {string} [reason]
 */
export function askForPin(reason) {
  suggest(phone.speaks);
  goTo("choose-pin", reason);
}

/**
 * Remove everything but sealed records, and make it unreadable where it was.
 * @param {string} reason
 */
export async function removeAll(reason) {
  const { sender, secrets, store } = phone;
  sender.stop();
  forget();
  await store.things.remove(...(await store.things.names()));
  await Promise.all([PHONE, DRAFT].map((name) => secrets.renew(name))).catch(() => {});
  if ("caches" in window) await caches.delete("sound");
  holdFormer(phone.former && (await former(store)));
  // The harmless page stays as it is, with all that happened behind it.
  if (shown() === "harmless") return;
  if (phone.code) askForPin(reason);
  else await askForLink(reason);
}
