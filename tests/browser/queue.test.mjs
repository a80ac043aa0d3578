// When a sealed record may leave the phone, when it waits and when it needs help.
import assert from "node:assert/strict";
import test from "node:test";

import * as queue from "../../static/js/queue.js";

const RECORD = { id: "a", digest: "d" };

test("only a receipt with this record's number and digest lets it go", () => {
  assert.equal(queue.verdict(201, { id: "a", digest: "d" }, RECORD), "done");
  assert.equal(queue.verdict(200, { id: "a", digest: "d" }, RECORD), "done");
  assert.equal(queue.verdict(201, { id: "b", digest: "d" }, RECORD), "again");
  assert.equal(queue.verdict(201, { id: "a", digest: "e" }, RECORD), "again");
  assert.equal(queue.verdict(201, {}, RECORD), "again");
});

test("a captive portal never lets a record go nor marks it", () => {
  for (const status of [0, 200, 201, 302, 401, 403, 404, 409, 511]) {
    assert.equal(queue.verdict(status, null, RECORD), "again", String(status));
    assert.equal(queue.verdict(status, "<html>", RECORD), "again", String(status));
    assert.equal(queue.verdict(status, { login: true }, RECORD), "again", String(status));
  }
});

test("a busy or broken server is asked again; a refusal needs help", () => {
  for (const status of [408, 425, 429, 500, 502, 503]) {
    assert.equal(queue.verdict(status, { code: "busy" }, RECORD), "again", String(status));
  }
  for (const [status, code] of [[503, "database_down"], [503, "full"], [500, "database_damaged"]]) {
    assert.equal(queue.verdict(status, { code }, RECORD), "again", code);
  }
  for (const status of [400, 403, 409, 413, 415]) {
    assert.equal(queue.verdict(status, { code: "conflict" }, RECORD), "help", String(status));
  }
});

test("a lost token is not the record's fault", () => {
  assert.equal(queue.verdict(401, { code: "no_token" }, RECORD), "again");
  assert.equal(queue.verdict(401, { code: "device_revoked" }, RECORD), "revoked");
});

test("pauses double from seconds to five minutes and differ by chance", () => {
  const least = [0, 1, 2, 3, 10, 1000].map((failures) => queue.pause(failures, () => 0));
  const most = [0, 1, 2, 3, 10, 1000].map((failures) => queue.pause(failures, () => 1));
  assert.deepEqual(least, [1, 2, 4, 8, 150, 150]);
  assert.deepEqual(most, [2, 4, 8, 16, 300, 300]);
});

test("the count of sent records starts anew each day", () => {
  assert.deepEqual(queue.counted(undefined, "2026-11-01"), { day: "2026-11-01", count: 1 });
  assert.deepEqual(queue.counted({ day: "2026-11-01", count: 4 }, "2026-11-01"), { day: "2026-11-01", count: 5 });
  assert.deepEqual(queue.counted({ day: "2026-10-31", count: 4 }, "2026-11-01"), { day: "2026-11-01", count: 1 });
});

test("the queue as a file gives every envelope back", async () => {
  const bodies = [1, 2, 3].map(() => crypto.getRandomValues(new Uint8Array(4096)));
  const records = await Promise.all(bodies.map((body, place) => queue.sealedRecord(String(place), body)));
  const text = queue.asFile(records);
  assert.deepEqual(queue.fromFile(text), bodies);
  assert.deepEqual(queue.fromFile(text.replace(/\n/g, "\r\n")), bodies);
  assert.throws(() => queue.fromFile("something else\n"), TypeError);
});
