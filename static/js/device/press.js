/** A finger that is on the screen: what is drawn under it meanwhile would take its tap. */

/** Milliseconds that a finger is waited for, at most: who holds it longer does not tap. */
const LONGEST = 1000;

/** Done when the last press is over, and what it was for has happened. */
let over = Promise.resolve();

/** Note each press from now on; once, when the app starts. */
export function watchPresses() {
  document.addEventListener("pointerdown", () => (over = nextClick()), { capture: true, passive: true });
}

/** @returns {Promise<void>} */
function nextClick() {
  const heard = new AbortController();
  return new Promise((/** @type {(nothing?: undefined) => void} */ done) => {
    // The listeners of what was tapped come first.
    const later = () => setTimeout(done);
    for (const kind of ["click", "pointercancel"]) {
      document.addEventListener(kind, later, { capture: true, once: true, signal: heard.signal });
    }
    setTimeout(done, LONGEST);
  }).finally(() => heard.abort());
}

/** Wait until no finger is on the screen. */
export const released = () => over;
