/** When waiting records are sent: soon after they are made, later and later while the server cannot be reached. */

import { pause, sendAll } from "./queue.js";

/** Seconds, at most, before a record that was just made leaves: when it leaves must not tell when it was made. */
export const SPREAD = 20;

/**
 * A sender. `store` and `token` are asked for at each turn; `onChange` hears what became of each record, `onLate` of one
 * whose round was over, `onRevoked` of a token that was taken back.
 */
export function sender({ store, token, onChange, onLate, onRevoked }) {
  let timer = 0;
  let failures = 0;
  let running = false;

  function later(seconds) {
    clearTimeout(timer);
    timer = setTimeout(turn, seconds * 1000);
  }

  async function turn(retry = false) {
    if (running || !token()) return;
    running = true;
    const nothing = () => ({ found: "again", left: 0 });
    const { found, left } = await sendAll(store(), token(), { retry, onChange, onLate }).catch(nothing);
    running = false;
    onChange();
    // A server that took something is there again: the next pause begins anew.
    failures = found === "again" ? (left ? 0 : failures) + 1 : 0;
    if (found === "revoked") onRevoked();
    if (found === "again") later(pause(failures));
  }

  return {
    /** Send within the spread. */
    soon: () => later(Math.random() * SPREAD),
    /** Send at once, what needed help included. */
    now: () => {
      clearTimeout(timer);
      failures = 0;
      return turn(true);
    },
    stop: () => clearTimeout(timer),
  };
}
