/** The one page of the app: elements are built, never parsed, so that no text can become markup. */

import { chosen } from "../core/words.js";
import { comeInside } from "./inside.js";

/** What the app calls itself, and the address under which it is found. */
export const NAME = document.title;
export const BASE = new URL("./", location.href).pathname;

/** @typedef {{ [name: string]: any }} Properties */

/**
 * An element. `on…` properties are listeners, booleans set or leave out the attribute, others are attributes.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Properties} properties
 * @param {Child[]} children
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...nodes(children));
  return element;
}

/**
 * What of it is anything, as a flat list.
 * @param {Child} child
 */
function nodes(child) {
  return /** @type {any[]} */ ([child]).flat(Infinity).filter((one) => one || one === 0);
}

/**
 * A button that does something.
 * @param {Child} text
 * @param {(event: MouseEvent) => unknown} act
 * @param {Properties} properties
 */
export function button(text, act, properties = {}) {
  return h("button", { type: "button", onclick: act, ...properties }, text);
}

/** @param {string} name */
const place = (name) => /** @type {HTMLElement} */ (document.getElementById(name));

/** Milliseconds in which a new screen takes no tap: the second half of a double tap was meant for the one before. */
const SETTLING = 300;

/** Counts the screens, so that what belongs to one of them can know whether it is still there. */
let turn = 0;
let settling = 0;
/** @type {(() => void)[]} */
const ends = [];

/**
 * Show a screen: `bar` is what is shown above it. The heading takes the focus, so that a screen reader says where one
 * is. Nothing of the screen before stays: no words at the foot, no sound, no tap. With `focus` false the screen that
 * is there is drawn again, and what belongs to it stays, the focus too. `back` is what Back means there.
 * @param {Shown} screen
 */
export function show({ name, title = NAME, bar = [], main, focus = true, back }) {
  const language = chosen();
  document.documentElement.lang = language.tag;
  document.documentElement.dir = language.direction;
  document.title = title;
  document.body.dataset.screen = name;
  backward = back;
  if (back) comeInside();
  const held = document.activeElement;
  place("bar").replaceChildren(...nodes(bar));
  place("main").replaceChildren(...nodes(main));
  if (!focus) {
    hold(held);
    return;
  }
  leave();
  const top = place("main").querySelector("h1");
  if (top) focusOn(top);
  window.scrollTo(0, 0);
}

/**
 * A heading takes the focus from here alone.
 * @param {HTMLElement} element
 */
function focusOn(element) {
  if (element.localName === "h1") element.setAttribute("tabindex", "-1");
  element.focus({ preventScroll: true });
}

/**
 * Focus what was drawn again in the place of an element, known by its id and its words.
 * @param {Element | null} held
 */
function hold(held) {
  const said = held && held.id + held.textContent;
  const those = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("button, input, summary, h1")]);
  const same = those.find((one) => one.id + one.textContent === said);
  if (same) focusOn(same);
}

/** @type {(() => unknown) | undefined} */
let backward;

/** For a screen that Back does not leave. */
export const stay = () => {};

/** What Back means on the screen that is there; false where it leaves the app. */
export function stepBack() {
  if (!backward) return false;
  backward();
  return true;
}

function leave() {
  turn += 1;
  hush();
  ends.splice(0).forEach((end) => end());
  clearTimeout(settling);
  // Taps only: keys and screen readers reach everything at once, and so does the bar with its way to hide.
  place("main").toggleAttribute("data-settling", true);
  settling = setTimeout(() => place("main").toggleAttribute("data-settling", false), SETTLING);
}

/** Asks later whether the screen that is there now still is: who went on meanwhile is not called back. */
export function staying() {
  const mine = turn;
  return () => mine === turn;
}

/** The name of the screen that is there. */
export const shown = () => document.body.dataset.screen || "";

/** @type {<Name extends keyof Screens>(name: Name, ...given: Screens[Name]) => void} */
let draw = () => {};

/**
 * Have screens drawn so. What acts need no more of a screen than its name: screens know the acts, and not the reverse.
 * @param {typeof draw} drawing
 */
export function drawWith(drawing) {
  draw = drawing;
}

/**
 * Go to a screen, with what it is given.
 * @template {keyof Screens} Name
 * @param {Name} name
 * @param {Screens[Name]} given
 */
export function goTo(name, ...given) {
  draw(name, ...given);
}

/**
 * End something with the screen that is shown now.
 * @param {() => void} end
 */
export function untilLeft(end) {
  ends.push(end);
}

/**
 * A way to say something without moving: heard by a screen reader, seen at the foot of the page. It speaks on the
 * screen that is there now and falls silent with it, however late the words come.
 */
export function voice() {
  const mine = turn;
  return (/** @type {string} */ text) => {
    if (mine === turn) place("status").textContent = text;
  };
}

/** Say nothing more at the foot: what was said there is over. */
export function hush() {
  place("status").textContent = "";
}

/**
 * A heading of a screen.
 * @param {string} text
 */
export function heading(text) {
  return h("h1", {}, text);
}

/**
 * A paragraph.
 * @param {string} text
 * @param {Properties} properties
 */
export function paragraph(text, properties = {}) {
  return h("p", properties, text);
}

/**
 * A message about a mistake, tied to what it is about by `id`.
 * @param {string} text
 * @param {string} id
 */
export function mistake(text, id = "mistake") {
  return h("p", { id, class: "mistake", role: "alert" }, text);
}
