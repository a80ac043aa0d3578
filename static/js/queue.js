/**
 * Sealed records on their way to the server: each leaves the phone only after a receipt that names it.
 */

import { digest, fromBase64, toBase64 } from "./seal.js";

export const LONGEST_PAUSE = 300;
const FIRST_PAUSE = 2;
const PATIENCE = 60000;
const SEALED = "application/vnd.survey.sealed";

/** Seconds to wait after so many failures in a row: doubling, at most five minutes, and half of it by chance. */
export function pause(failures, random = Math.random) {
  const longest = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(failures, 20));
  return longest * (0.5 + 0.5 * random());
}

const DONE = [200, 201];
const LATER = [408, 425, 429];

/**
 * What the server's answer means for a record: "done", "again", "help" or "revoked".
 * Only our own JSON counts: a hotel's sign-in page answers 200 to everything.
 */
export function verdict(status, reply, record) {
  if (!reply || typeof reply !== "object") return "again";
  if (DONE.includes(status)) return reply.id === record.id && reply.digest === record.digest ? "done" : "again";
  if (typeof reply.code !== "string" || status >= 500 || LATER.includes(status)) return "again";
  if (reply.code === "device_revoked") return "revoked";
  // Not this record's fault: the token is the device's.
  if (status === 401) return "again";
  return "help";
}

/** A sealed record as it is kept; practice never comes here. */
export async function sealedRecord(id, body) {
  return { id, body, digest: await digest(body), help: "" };
}

async function put(record, token) {
  const aborting = new AbortController();
  const timer = setTimeout(() => aborting.abort(), PATIENCE);
  try {
    const response = await fetch(`/api/submissions/${record.id}`, {
      method: "PUT",
      body: record.body,
      headers: { "Content-Type": SEALED, Authorization: `Bearer ${token}` },
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

/** Send one record and act on the answer. Returns the verdict, and what was kept of one whose round is over. */
export async function sendOne(store, record, token) {
  const { status, reply } = await put(record, token);
  const found = verdict(status, reply, record);
  if (found === "done") await store.waiting.release(record.id);
  if (found === "help") await store.waiting.change({ ...record, help: reply.code });
  return { found, kept: found === "done" ? reply.kept : undefined };
}

/** The counts of a day, one more; `kept` tells of one that came after its round was over. */
export function counted(sent, day, kept) {
  const before = sent && sent.day === day ? sent : { count: 0 };
  const late = { ...before.late };
  if (kept) late[kept] = (late[kept] || 0) + 1;
  return { day, count: before.count + 1, late };
}

/**
 * Send what waits, one record at a time, until one must wait or none is left. Returns `{ found, left }`: "done",
 * "again" or "revoked", and how many records left the phone. `retry` takes up records that needed help as well.
 */
export async function sendAll(store, token, { retry = false, onChange = () => {}, onLate = () => {} } = {}) {
  // An earlier server refused what came after its round was over; today's takes it.
  const due = (record) => retry || !record.help || record.help === "round_closed";
  const records = (await store.waiting.all()).filter(due);
  let left = 0;
  for (const record of records) {
    const { found, kept } = await sendOne(store, record, token);
    if (kept) onLate();
    if (found === "done") left += 1;
    onChange(found, kept);
    if (found === "again" || found === "revoked") return { found, left };
  }
  return { found: "done", left };
}

/** How many records wait, need help and were sent today; nothing more is ever shown of them. */
export async function counts(store, day, sent) {
  const records = await store.waiting.all();
  const help = records.filter((record) => record.help);
  return {
    waiting: records.length - help.length,
    help: help.length,
    codes: [...new Set(help.map((record) => record.help))].sort(),
    sent: sent && sent.day === day ? sent.count : 0,
    late: (sent && sent.day === day && sent.late) || {},
  };
}

const FIRST_LINE = "sealed records 1";

/** All records as the lines of one text file, for `python -m survey intake FILE`. */
export function asFile(records) {
  return [FIRST_LINE, ...records.map((record) => toBase64(record.body)), ""].join("\n");
}

/** The envelopes in such a file. */
export function fromFile(text) {
  const [first, ...lines] = text.split(/\r?\n/);
  if (first !== FIRST_LINE) throw new TypeError("not a file of sealed records");
  return lines.filter(Boolean).map(fromBase64);
}
