/** The day in Pakistan, in any time zone that the phone is set to, and how wrong its clock is. */

import { PAKISTAN, USUAL_HOURS } from "./facts.js";

const HOUR = 3600000;
const DAY = 24 * HOUR;

/**
 * Today in Pakistan by the phone's clock, put right by so many days.
 * @param {number} skew
 */
export const dayOf = (skew) => new Date(Date.now() + PAKISTAN * HOUR + skew * DAY).toISOString().slice(0, 10);

/**
 * By how many days the phone's clock is wrong, given what the server calls today.
 * @param {string} day
 */
export function skewOf(day) {
  const days = Math.round((Date.parse(day) - Date.parse(dayOf(0))) / DAY);
  // One day apart is midnight between two questions.
  return Math.abs(days) > 1 ? days : 0;
}

/**
 * Whether a moment, in milliseconds, is outside the hours in which interviews are held, on Pakistan's clock.
 * @param {number} moment
 */
export function oddHour(moment) {
  const hour = new Date(moment + PAKISTAN * HOUR).getUTCHours();
  return hour < USUAL_HOURS[0] || hour >= USUAL_HOURS[1];
}
