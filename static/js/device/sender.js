/** When waiting records are sent: soon after they are made, later and later while the server cannot be reached. */

import { pause, sendAll } from "./queue.js";

/** Seconds, at most, before a record that was just made leaves: when it leaves must not tell when it was made. */
export const SPREAD = 20;

/** Contacts in a row after which a server that does not know the token is believed. */
export const CONTACTS = 3;

/**
 * A sender. `store` and `token` are asked for at each turn; `onChange` hears what became of each record, `onLate` of one
 * whose round was over, `onRevoked` of a token that was taken back.
 */
export function sender({ store, token, onChange, onLate, onRevoked }) {
  let timer = 0;
  let failures = 0;
  let strange = 0;
  let running = null;

  function later(seconds) {
    clearTimeout(timer);
    timer = setTimeout(turn, seconds * 1000);
  }

  async function send(retry) {
    const nothing = () => ({ found: "again", left: 0 });
    const { found, left } = await sendAll(store(), token(), { retry, onChange, onLate }).catch(nothing);
    const reached = found === "done" || found === "revoked";
    // A server that took something is there again: the next pause begins anew.
    failures = reached ? 0 : (left ? 0 : failures) + 1;
    if (found !== "again" && found !== "offline") heard(found !== "unknown");
    onChange();
    if (found === "revoked") onRevoked();
    if (!reached) later(pause(failures));
    return { found, left };
  }

  /** One turn at a time; whoever asks meanwhile gets its result. */
  function turn(retry = false) {
    if (!token()) return Promise.resolve({ found: "again", left: 0 });
    if (!running) running = send(retry).finally(() => (running = null));
    return running;
  }

  /** Count the contacts in a row in which the server did not know this phone. */
  function heard(known) {
    strange = known ? 0 : strange + 1;
  }

  return {
    /** Send within the spread. */
    soon: () => later(Math.random() * SPREAD),
    /** Send at once, what needed help included. Returns what came of it, as `sendAll`. */
    now: async () => {
      clearTimeout(timer);
      failures = 0;
      await running;
      return turn(true);
    },
    stop: () => clearTimeout(timer),
    heard,
    /** Whether the server has not known this phone for some contacts. */
    unknown: () => strange >= CONTACTS,
  };
}
