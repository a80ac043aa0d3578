/** A harmless page: prices of the bazaar. It is one: it has a day, prices that change, and a refresh that refreshes. */

import { leaveHarmless } from "../access.js";
import { today } from "../core/state.js";
import { _, N_ } from "../core/words.js";
import { button, h, paragraph, show, stay } from "../device/page.js";

/** What is sold, about what it costs in rupees, and to how many rupees that is rounded. */
const PRICES = /** @type {[string, number, number][]} */ ([
  [N_("Flour, 20 kg"), 2450, 10],
  [N_("Rice, 1 kg"), 310, 5],
  [N_("Sugar, 1 kg"), 148, 1],
  [N_("Cooking oil, 1 litre"), 525, 5],
  [N_("Onions, 1 kg"), 120, 5],
  [N_("Tomatoes, 1 kg"), 160, 5],
  [N_("Tea, 190 g"), 420, 5],
  [N_("Eggs, dozen"), 290, 2],
]);
const DAY = 86400000;

/**
 * The price of a day: a slow wave and a quick one, the same whenever it is looked at.
 * @param {number} usual
 * @param {number} step
 * @param {number} place
 */
function priceOf(usual, step, place) {
  const days = Date.parse(today()) / DAY;
  const wave = 0.07 * Math.sin(days / 11 + 2 * place) + 0.02 * Math.sin(days / 2 + place);
  return (Math.round((usual * (1 + wave)) / step) * step).toLocaleString("en");
}

/** The way back: so many taps on the heading, or Enter there, so soon after each other. No label shows it; the guide does. */
const TAPS = 3;
const SOON = 1500;

function heading() {
  /** @type {number[]} */
  let taps = [];
  const tapped = () => {
    taps = [...taps, performance.now()].slice(-TAPS);
    if (taps.length === TAPS && taps[TAPS - 1] - taps[0] < SOON) leaveHarmless();
  };
  const pressed = (/** @type {KeyboardEvent} */ event) => event.key === "Enter" && tapped();
  return h("h1", { onclick: tapped, onkeydown: pressed }, _("Market prices"));
}

/** @param {[string, number, number]} price @param {number} place */
const row = ([what, usual, step], place) =>
  h("tr", {}, h("th", { scope: "row" }, _(what)), h("td", { dir: "ltr" }, priceOf(usual, step, place)));

/** What anybody may see, with nothing of the app on it, not even its name. */
export function harmless(fresh = false) {
  const date = today().split("-").reverse().join("/");
  show({
    name: "harmless",
    title: _("Market prices"),
    back: stay,
    main: [
      heading(),
      paragraph(_("Prices of {date}", { date })),
      fresh && paragraph(_("These are the newest prices."), { role: "status" }),
      h(
        "table",
        {},
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, _("Item")), h("th", { scope: "col" }, _("Rupees")))),
        h("tbody", {}, PRICES.map(row)),
      ),
      h("div", { class: "actions" }, button(_("Refresh"), () => harmless(true), { class: "secondary" })),
    ],
  });
}
