/** Back, of the browser and of the phone, is the app's own Back: a tap that was meant for the question before must not leave. */

const INSIDE = "inside";
const inside = () => history.state === INSIDE;

let marked = false;
let coming = false;

/**
 * Have an entry behind which Back finds the app again. It is made once, at the first tap: a browser passes over entries
 * that no tap made, and each one is noted in its history. The address stays as it is. `goBack` does what Back means on the
 * screen that is there, and says whether one stays.
 * @param {() => boolean} goBack
 */
export function stayInside(goBack) {
  const mark = () => {
    if (!inside()) history.pushState(INSIDE, "");
    marked = true;
  };
  addEventListener("click", mark, { once: true });
  addEventListener("popstate", () => {
    coming = false;
    // A link that is opened in the open page is no way back.
    if (!inside() && !location.hash && goBack()) comeInside();
  });
}

/** Go to that entry again, where Back led away from it. */
export function comeInside() {
  // Before the first tap there is none, and forward is another site.
  if (!marked || inside() || coming) return;
  coming = true;
  history.forward();
}

/** What a link that is opened now leaves in the history. */
export const placeOf = () => (marked ? INSIDE : history.state);
