/** When waiting records are sent: soon after they are made, later and later while the server cannot be reached. */

import { pause, sendAll } from "./queue.js";

/** Seconds, at most, before a record that was just made leaves: when it leaves must not show when it was made. */
const SPREAD = 20;

/** Contacts in a row after which a server that does not know the token is taken at its word. */
const CONTACTS = 3;

/**
 * What came of two turns: what one that was under way took away was sent too, and "0 sent" would be untrue.
 * @param {Sending | null} before
 * @param {Sending} after
 * @returns {Sending}
 */
const together = (before, after) => ({ ...after, left: after.left + (before ? before.left : 0) });

/**
 * A sender. `store` and `token` are asked for at each turn. `onChange` hears what became of each record, `onKnown` whether
 * the server knew the token, `onAnswered` of a turn in which the server judged any record, `onOwn` of such a turn that
 * nobody waited for: what was said before is not true any more; `onRevoked` of a token that was taken back.
 * @param {{
 *   store: () => Store,
 *   token: () => string,
 *   onChange: (found?: Verdict, kept?: string) => void | Promise<void>,
 *   onKnown: (known: boolean) => void,
 *   onAnswered: () => void,
 *   onRevoked: () => void,
 *   onOwn: () => void,
 * }} heard
 * @returns {Sender}
 */
export function sender({ store, token, onChange, onKnown, onAnswered, onRevoked, onOwn }) {
  let timer = 0;
  let failures = 0;
  let strange = 0;
  /** @type {Promise<Sending> | null} */
  let running = null;
  let awaited = 0;

  function later(/** @type {number} */ seconds) {
    clearTimeout(timer);
    timer = setTimeout(turn, seconds * 1000);
  }

  /**
   * @param {boolean} retry
   * @returns {Promise<Sending>}
   */
  async function send(retry) {
    // The network never rejects here: what does is this phone's own store.
    const unread = () => /** @type {Turn} */ ({ found: "unread", left: 0, judged: 0 });
    const { found, left, judged } = await sendAll(store(), token(), { retry, onChange }).catch(unread);
    const reached = found === "done" || found === "revoked";
    // A server that took something is there again: pauses begin short again.
    failures = reached ? 0 : (left ? 0 : failures) + 1;
    if (judged || found === "unknown" || found === "revoked") onKnown(found !== "unknown");
    onChange();
    if (!awaited && judged) onOwn();
    if (judged && found !== "revoked") onAnswered();
    if (found === "revoked") onRevoked();
    if (!reached) later(pause(failures));
    return { found, left };
  }

  /**
   * One turn at a time; who asks meanwhile gets its result.
   * @returns {Promise<Sending>}
   */
  function turn(retry = false) {
    if (!token()) return Promise.resolve({ found: "again", left: 0 });
    if (!running) running = send(retry).finally(() => (running = null));
    return running;
  }

  /** Count the contacts in a row in which the server did not know this phone. */
  function heard(/** @type {boolean} */ known) {
    strange = known ? 0 : strange + 1;
  }

  return {
    /** Send within the spread. */
    soon: () => later(Math.random() * SPREAD),
    /** Send at once, what needed help included. Returns what came of it, as `sendAll`. */
    now: async () => {
      clearTimeout(timer);
      failures = 0;
      awaited += 1;
      try {
        return together(await running, await turn(true));
      } finally {
        awaited -= 1;
      }
    },
    stop: () => clearTimeout(timer),
    heard,
    /** Whether the server has not known this phone for some contacts. */
    unknown: () => strange >= CONTACTS,
    /** Go on with what was known before the app was closed. */
    recall: (unknown) => void (strange = unknown ? Math.max(strange, CONTACTS) : strange),
  };
}
