// When a sealed record may leave the phone, when it waits and when it needs help.
import assert from "node:assert/strict";
import test from "node:test";

import { FIRST_LINE, NEEDS_HELP, SIGNED_REFUSAL } from "../../../static/js/core/facts.js";
import { proven } from "../../../static/js/device/proof.js";
import * as queue from "../../../static/js/device/queue.js";
import { digest, fromBase64, toBase64 } from "../../../static/js/device/seal.js";

/** @type {any} */
const RECORD = { id: "a", digest: "d" };

test("only a receipt with this record's number and digest lets it go", () => {
  assert.equal(queue.verdict(201, { id: "a", digest: "d" }, RECORD), "done");
  assert.equal(queue.verdict(200, { id: "a", digest: "d" }, RECORD), "done");
  assert.equal(queue.verdict(201, { id: "b", digest: "d" }, RECORD), "again");
  assert.equal(queue.verdict(201, { id: "a", digest: "e" }, RECORD), "again");
  assert.equal(queue.verdict(201, {}, RECORD), "again");
});

test("what answers on the way never lets a record go, marks it or signs the phone out", () => {
  assert.equal(queue.verdict(0, null, RECORD, false), "offline");
  const codes = ["Forbidden", "device_revoked", "no_token", ...NEEDS_HELP];
  for (const status of [200, 201, 302, 400, 401, 403, 404, 409, 413, 429, 500, 502, 503, 511]) {
    const replies = [null, "<html>", { login: true }, ...codes.map((code) => ({ code }))];
    replies.forEach((reply) => assert.equal(queue.verdict(status, reply, RECORD, false), "again", String(status)));
  }
});

test("a busy or broken server is asked again, with any code that it signs", () => {
  /** @type {[number, string][]} */
  const answers = [[503, "busy"], [503, "database_down"], [503, "full"], [500, "database_damaged"]];
  for (const [status, code] of answers) {
    assert.equal(queue.verdict(status, { code }, RECORD, true), "again", code);
  }
});

test("of what our server signs, what is about the record needs help and the rest is sent again", () => {
  NEEDS_HELP.forEach((code) => assert.equal(queue.verdict(400, { code }, RECORD, true), "help", code));
  for (const code of ["busy", "insecure", "not_allowed", "not_found", "wrong_method", "something_new"]) {
    assert.equal(queue.verdict(403, { code }, RECORD, true), "again", code);
  }
  assert.equal(queue.verdict(401, { code: "no_token" }, RECORD, true), "unknown");
  assert.equal(queue.verdict(401, { code: "device_revoked" }, RECORD, true), "revoked");
});

test("a refusal is accepted only with the signature for this code, this address and this token", async () => {
  const names = { name: "ECDSA", namedCurve: "P-256" };
  const keys = await crypto.subtle.generateKey(names, true, ["sign", "verify"]);
  const point = toBase64(new Uint8Array(await crypto.subtle.exportKey("raw", keys.publicKey)));
  const bytes = (text) => new TextEncoder().encode(text);
  const text = [SIGNED_REFUSAL, "conflict", "/api/submissions/a", await digest(bytes("token"))].join("\n");
  const signed = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, keys.privateKey, bytes(text));
  const proof = toBase64(new Uint8Array(signed));
  const reply = { code: "conflict", proof };
  assert.equal(await proven(reply, "/api/submissions/a", "token", point), true);
  assert.equal(await proven({ ...reply, code: "round_closed" }, "/api/submissions/a", "token", point), false);
  assert.equal(await proven(reply, "/api/submissions/b", "token", point), false);
  assert.equal(await proven(reply, "/api/submissions/a", "another", point), false);
  assert.equal(await proven({ code: "conflict" }, "/api/submissions/a", "token", point), false);
  assert.equal(await proven({ ...reply, proof: "?" }, "/api/submissions/a", "token", point), false);
  assert.equal(await proven(reply, "/api/submissions/a", "token", ""), false);
});

test("pauses double from seconds to five minutes and differ by chance", () => {
  const least = [0, 1, 2, 3, 10, 1000].map((failures) => queue.pause(failures, () => 0));
  const most = [0, 1, 2, 3, 10, 1000].map((failures) => queue.pause(failures, () => 1));
  assert.deepEqual(least, [1, 2, 4, 8, 150, 150]);
  assert.deepEqual(most, [2, 4, 8, 16, 300, 300]);
});

test("the count of sent records starts at none each day", () => {
  const day = "2026-11-01";
  assert.deepEqual(queue.counted(undefined, day), { day, count: 1, late: {} });
  assert.deepEqual(queue.counted({ day, count: 4 }, day, "late"), { day, count: 5, late: { late: 1 } });
  assert.deepEqual(queue.counted({ day: "2026-10-31", count: 4, late: { late: 2 } }, day), { day, count: 1, late: {} });
});

test("the queue as a file gives every envelope back", async () => {
  const bodies = [1, 2, 3].map(() => crypto.getRandomValues(new Uint8Array(4096)));
  const records = await Promise.all(bodies.map((body, place) => queue.sealedRecord(String(place), body)));
  const text = queue.asFile(records);
  const [first, ...lines] = text.trimEnd().split("\n");
  assert.equal(first, FIRST_LINE);
  assert.deepEqual(lines.map(fromBase64), bodies);
});
