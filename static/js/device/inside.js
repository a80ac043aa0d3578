/** The browser's Back stays in the app: an interview must not be left by a tap that was meant for the question before. */

const INSIDE = "inside";
const inside = () => history.state === INSIDE;

/**
 * Have an entry behind which Back finds the app again. It is made once, at the first tap: a browser passes over entries
 * that no tap made, and each one is noted in its history. The address stays as it is.
 * @param {() => boolean} busy
 */
export function stayInside(busy) {
  const mark = () => inside() || history.pushState(INSIDE, "");
  addEventListener("click", mark, { once: true });
  addEventListener("popstate", () => busy() && comeInside());
}

/** Go to that entry again, where Back led away from it while nothing was under way. */
export function comeInside() {
  if (!inside()) history.forward();
}
