/** The app on the phone: joins acts and screens, starts, and does what happens without a tap. */

import { lock } from "./access.js";
import { connect, recount } from "./contact.js";
import { offerInstall, phone } from "./core/state.js";
import { drawWith } from "./device/page.js";
import { resting, watchHands } from "./device/touch.js";
import { harmless } from "./screens/harmless.js";
import * as door from "./screens/lock.js";
import { ask } from "./screens/question.js";
import { preset } from "./screens/setup.js";
import * as worker from "./screens/worker.js";
import { follow, start, takeLink } from "./start.js";

const LOCK_AFTER = 120000;

/** @type {{ [Name in keyof Screens]: (...given: Screens[Name]) => void }} */
const SCREENS = {
  elsewhere: door.elsewhere,
  "not-started": door.notStarted,
  start: door.notSetUp,
  "choose-pin": door.choosePin,
  enrolling: door.enrolling,
  opening: door.opening,
  lock: door.lock,
  harmless: () => harmless(),
  home: worker.home,
  preset,
  "other-form": worker.otherForm,
  question: ask,
  done: worker.done,
  stopped: worker.stopped,
  "not-sealed": worker.notSealed,
  "not-kept": worker.notKept,
};

// Before anything else: it must not stay in the address while a slow line is waited for.
takeLink();
drawWith((name, ...given) => SCREENS[name](...given));
connect();
addEventListener("hashchange", follow);

// ---- what happens without a tap

watchHands();

function lockWhenIdle() {
  if (phone.key && resting() > LOCK_AFTER) lock();
}
setInterval(lockWhenIdle, 5000);
document.addEventListener("visibilitychange", lockWhenIdle);
addEventListener("online", () => phone.sender.soon());
addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  offerInstall(/** @type {InstallEvent} */ (event));
  recount();
});

start();
