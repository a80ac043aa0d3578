/**
 * Sealed records on their way to the server: each leaves the phone only after a receipt that names it.
 */

import { DEVICE_REVOKED, FIRST_LINE, MEDIA_TYPE, NEEDS_HELP, NO_TOKEN, SUBMISSIONS } from "../core/facts.js";
import { proven } from "./proof.js";
import { digest, toBase64 } from "./seal.js";

const LONGEST_PAUSE = 300;
const FIRST_PAUSE = 2;
const PATIENCE = 60000;

/**
 * Seconds to wait after so many failures in a row: doubling, at most five minutes, and half of it by chance.
 * @param {number} failures
 */
export function pause(failures, random = Math.random) {
  const longest = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(failures, 20));
  return longest * (0.5 + 0.5 * random());
}

const DONE = [200, 201];

/**
 * What an answer means for a record: "done", "again", "offline", "help", "revoked", or "unknown" for a token that the
 * server does not know. Only a receipt that names the record lets it go, and only a refusal that our own server has
 * signed, `sure`, says more than "again": a gateway on the way answers 200, 403 and 404 to everything.
 * @param {number} status
 * @param {Reply} reply
 * @param {SealedRecord} record
 * @param {unknown} [sure]
 * @returns {Verdict}
 */
export function verdict(status, reply, record, sure) {
  if (!status) return "offline";
  if (!reply || typeof reply !== "object") return "again";
  if (DONE.includes(status)) return reply.id === record.id && reply.digest === record.digest ? "done" : "again";
  if (!sure) return "again";
  if (reply.code === DEVICE_REVOKED) return "revoked";
  if (reply.code === NO_TOKEN) return "unknown";
  return NEEDS_HELP.includes(reply.code) ? "help" : "again";
}

/**
 * A sealed record as it is kept; practice never comes here.
 * @param {string} id
 * @param {Bytes} body
 */
export async function sealedRecord(id, body) {
  return { id, body, digest: await digest(body), help: "", sure: false };
}

/** @param {SealedRecord} record */
const address = (record) => SUBMISSIONS + record.id;

/**
 * @param {SealedRecord} record
 * @param {string} token
 */
async function put(record, token) {
  const aborting = new AbortController();
  const timer = setTimeout(() => aborting.abort(), PATIENCE);
  try {
    const response = await fetch(address(record), {
      method: "PUT",
      body: record.body,
      headers: { "Content-Type": MEDIA_TYPE, Authorization: `Bearer ${token}` },
      credentials: "omit",
      cache: "no-store",
      redirect: "error",
      signal: aborting.signal,
    });
    return { status: response.status, reply: await response.json().catch(() => null) };
  } catch (error) {
    return { status: 0, reply: null };
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Send one record and act on the answer. Returns the verdict, and what was kept of one whose round is over.
 * @param {{ waiting: Pick<Waiting, "release" | "change"> }} store
 * @param {SealedRecord} record
 * @param {string} token
 * @returns {Promise<{ found: Verdict, kept?: string }>}
 */
async function sendOne(store, record, token) {
  const { status, reply } = await put(record, token);
  const sure = await proven(reply, address(record), token);
  const found = verdict(status, reply, record, sure);
  if (found === "done") await store.waiting.release(record.id);
  if (found === "help") await store.waiting.change({ ...record, help: reply.code, sure });
  return { found, kept: found === "done" ? reply.kept : undefined };
}

/**
 * The counts of a day, one more; `kept` says what the server did with one that came after its round was over.
 * @param {Sent | null | undefined} sent
 * @param {string} day
 * @param {string} [kept]
 * @returns {Sent}
 */
export function counted(sent, day, kept) {
  const before = sent && sent.day === day ? sent : { day, count: 0 };
  const late = { ...before.late };
  if (kept) late[kept] = (late[kept] || 0) + 1;
  return { day, count: before.count + 1, late };
}

/**
 * Whether a record needs help; a refusal that nobody signed, as earlier versions accepted it, is none.
 * @param {SealedRecord} record
 */
const stuck = (record) => !!record.help && record.sure === true;

/**
 * In another order each time, so that a record that something on the way never lets through does not hold up the rest.
 * @param {SealedRecord[]} records
 */
const shuffled = (records) =>
  records
    .map((record) => ({ record, draw: Math.random() }))
    .sort((one, other) => one.draw - other.draw)
    .map(({ record }) => record);

/**
 * Send what waits, one record at a time, until one must wait or none is left. Returns `{ found, left, judged }`: "done"
 * or the verdict that ended it, how many records left the phone, and to how many our own server said anything of theirs.
 * `retry` takes up records that needed help as well. What `onChange` does of a record is done before the next one goes.
 * @param {{ waiting: Pick<Waiting, "all" | "release" | "change"> }} store
 * @param {string} token
 * @param {{ retry?: boolean, onChange?: (found: Verdict, kept?: string) => void | Promise<void> }} how
 * @returns {Promise<Turn>}
 */
export async function sendAll(store, token, { retry = false, onChange = () => {} } = {}) {
  const records = shuffled(await store.waiting.all()).filter((record) => retry || !stuck(record));
  let [left, judged] = [0, 0];
  for (const record of records) {
    const { found, kept } = await sendOne(store, record, token);
    if (found === "done") left += 1;
    if (found === "done" || found === "help") judged += 1;
    await onChange(found, kept);
    if (found !== "done" && found !== "help") return { found, left, judged };
  }
  return { found: "done", left, judged };
}

/**
 * How many records wait, need help and were sent today; nothing more is ever shown of them.
 * @param {{ waiting: Pick<Waiting, "all"> }} store
 * @param {string} day
 * @param {Sent | null} sent
 * @returns {Promise<Counts>}
 */
export async function counts(store, day, sent) {
  const records = await store.waiting.all();
  const help = records.filter(stuck);
  return {
    waiting: records.length - help.length,
    help: help.length,
    codes: [...new Set(help.map((record) => record.help))].sort(),
    sent: sent && sent.day === day ? sent.count : 0,
    late: (sent && sent.day === day && sent.late) || {},
  };
}

/**
 * All records as the lines of one text file, for `python -m survey intake FILE`.
 * @param {SealedRecord[]} records
 */
export function asFile(records) {
  return [FIRST_LINE, ...records.map((record) => toBase64(record.body)), ""].join("\n");
}
