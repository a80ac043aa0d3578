/**
 * Hands. An option that a finger or a pen tapped is another thing than one that a key, a mouse, a switch or a screen reader chose.
 * Nothing is drawn again between a press and its click, which would be lost. And it is known how long nobody did anything.
 */

const HANDS = ["touch", "pen"];

/** Milliseconds between a finger that leaves the screen and the click that comes of it, and of a whole press, at most. */
const BELONGS = 1000;

/**
 * The option that something is in.
 * @param {EventTarget | null} target
 */
const optionOf = (target) => /** @type {Element} */ (target).closest("label");

/**
 * Hear of each option inside `element` that was tapped. A click that no finger came before is none, however it was made:
 * arrow keys, switches and screen readers choose without going anywhere. `start` hears of all else that is done there.
 * @param {HTMLElement} element
 * @param {{ start: () => void, tapped: (name: string) => void }} heard
 */
export function onTap(element, { start, tapped }) {
  /** @type {Element | null} */
  let touched = null;
  let left = 0;
  const forget = () => (touched = null);
  element.addEventListener("pointerdown", (event) => {
    start();
    touched = event.isTrusted && event.isPrimary && HANDS.includes(event.pointerType) ? optionOf(event.target) : null;
  });
  element.addEventListener("pointerup", () => (left = performance.now()));
  element.addEventListener("pointercancel", forget);
  element.addEventListener("keydown", () => {
    start();
    forget();
  });
  element.addEventListener("click", (event) => {
    // A click on a label comes again as one on its input; only then it is chosen.
    if (!(event.target instanceof HTMLInputElement)) return;
    const same = touched && optionOf(event.target) === touched;
    forget();
    if (same && performance.now() - left < BELONGS) tapped(event.target.value);
  });
}

/** When somebody last did anything. */
let acted = performance.now();
const act = () => (acted = performance.now());
/** When a press began that is not over; 0 where there is none. */
let down = 0;

/** Note from now on what somebody does; once, when the app starts. */
export function watchHands() {
  ["pointerdown", "keydown", "input"].forEach((kind) => addEventListener(kind, act, { passive: true }));
  ["pointerdown", "keydown"].forEach((kind) => addEventListener(kind, () => (down = acted)));
  // What was pressed has heard of it first.
  ["click", "pointercancel"].forEach((kind) => addEventListener(kind, () => (down = 0)));
}

/** Milliseconds since somebody did anything. */
export const resting = () => performance.now() - acted;

/** Wait until a press that was begun is over. */
export async function released() {
  while (down && performance.now() - down < BELONGS) await new Promise((done) => setTimeout(done, 50));
}
