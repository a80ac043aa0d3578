/** What a practice interview is there to try, so that none of it is new in front of a person. */

/** Giving the phone away, the pause, the harmless page, a wrong PIN, no network, the end. */
const TASKS = ["hand", "pause", "hide", "pin", "offline", "end"];

/**
 * Whether all of it was tried on this phone.
 * @param {Pick<Safe, "tried">} safe
 */
export const practised = ({ tried = [] }) => TASKS.every((task) => tried.includes(task));
