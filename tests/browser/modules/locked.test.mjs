// The lock of the phone: PINs, tries, wiping, and what is encrypted.
import assert from "node:assert/strict";
import test from "node:test";

import * as vault from "../../../static/js/vault/locked.js";

/** A store in memory with the methods of store.js's `things`; the real one runs in the browser's tests. */
export function memory() {
  const map = new Map();
  return {
    map,
    get: async (name) => map.get(name),
    put: async (name, value) => void map.set(name, value),
    remove: async (...names) => names.forEach((name) => map.delete(name)),
    update: async (name, change) => (map.set(name, change(map.get(name))), map.get(name)),
  };
}

const PIN = "482913";

test("only the chosen PIN opens what was locked", async () => {
  const things = memory();
  const key = await vault.create(things, PIN, { token: "t0ken" });
  await vault.put(things, key, "draft", { answers: { saf_day: "2" } }, { until: 12 });
  const { key: right } = await vault.unlock(things, PIN);
  assert.ok(right);
  assert.deepEqual(await vault.get(things, right, "draft"), { answers: { saf_day: "2" } });
  assert.deepEqual(await vault.unlock(things, "482914"), { left: 9 });
  assert.equal(things.map.get("draft").until, 12);
});

test("nothing locked can be read in what is kept", async () => {
  const things = memory();
  const key = await vault.create(things, PIN, { token: "t0ken" });
  await vault.put(things, key, "draft", { district: "Zhob" });
  const all = [...things.map.values()].flatMap((entry) => Object.values(entry));
  const isBytes = (part) => ArrayBuffer.isView(part) || part instanceof ArrayBuffer;
  const readable = all.filter(isBytes).map((part) => Buffer.from(/** @type {Uint8Array} */ (part)).toString("latin1")).join();
  assert.ok(readable.length > 4096);
  assert.doesNotMatch(readable, /Zhob|t0ken|482913/);
});

test("the right PIN resets the count of tries", async () => {
  const things = memory();
  await vault.create(things, PIN, {});
  for (let wrong = 0; wrong < 3; wrong += 1) await vault.unlock(things, "000001");
  assert.ok((await vault.unlock(things, PIN)).key);
  assert.equal(things.map.get("lock").tries, 0);
});

test("ten wrong PINs wipe lock, token, questionnaire and draft, and nothing else", async () => {
  const things = memory();
  const key = await vault.create(things, PIN, { token: "t" });
  await vault.put(things, key, "draft", {});
  await vault.put(things, key, "pack", {});
  await vault.put(things, key, "sent", { day: "2026-11-01", count: 2 });
  await things.put("language", "ur");
  const left = [];
  for (let wrong = 0; wrong < 10; wrong += 1) left.push((await vault.unlock(things, "000001")).left);
  assert.deepEqual(left, [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
  assert.deepEqual([...things.map.keys()], ["language"]);
});

test("a try counts even when its judgement never came", async () => {
  const things = memory();
  await vault.create(things, PIN, {});
  await things.update("lock", (lock) => ({ ...lock, tries: 10 }));
  assert.deepEqual(await vault.unlock(things, PIN), { left: 0 });
  assert.equal(things.map.has("safe"), false);
});

test("a locked thing cannot be passed off as another", async () => {
  const things = memory();
  const key = await vault.create(things, PIN, { token: "t" });
  await assert.rejects(vault.opened(key, "draft", things.map.get("safe")));
});

test("drafts of different length take the same room", async () => {
  const key = await vault.create(memory(), PIN, {});
  const short = await vault.locked(key, "draft", {});
  const long = await vault.locked(key, "draft", { answers: "x".repeat(3000) });
  assert.equal(short.data.byteLength, long.data.byteLength);
});

test("PINs that anyone would try first are refused", () => {
  ["12345", "111111", "123456", "987654", "12a456", "", "٤٥٦٧٨٩"].forEach((pin) => assert.equal(vault.goodPin(pin), false, pin));
  ["482913", "112233", "135790", "4829137"].forEach((pin) => assert.equal(vault.goodPin(pin), true, pin));
});

const secret = () => crypto.getRandomValues(new Uint8Array(32));

test("without the secret that was mixed in, the right PIN opens nothing", async () => {
  const things = memory();
  const own = secret();
  await vault.create(things, PIN, { token: "t" }, own);
  assert.ok((await vault.unlock(things, PIN, own)).key);
  assert.deepEqual(await vault.unlock(things, PIN, secret()), { left: 9 });
  assert.deepEqual(await vault.unlock(things, PIN), { left: 8 });
  assert.equal(vault.openable(things.map.get("lock"), null), false);
  assert.equal(vault.openable(things.map.get("lock"), own), true);
});

test("a draft opens with the secret of its interview only", async () => {
  const things = memory();
  const key = await vault.create(things, PIN, {}, secret());
  const [first, second] = [secret(), secret()];
  await vault.put(things, await vault.draftKey(key, first), "draft", { answers: { saf_day: "2" } });
  assert.deepEqual(await vault.get(things, await vault.draftKey(key, first), "draft"), { answers: { saf_day: "2" } });
  await assert.rejects(vault.get(things, await vault.draftKey(key, second), "draft"));
  await assert.rejects(vault.get(things, key, "draft"));
});

test("a lock of an earlier app still opens", async () => {
  const things = memory();
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const material = await crypto.subtle.importKey("raw", new TextEncoder().encode(PIN), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: 600000 };
  const aes = await crypto.subtle.deriveKey(how, material, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  await vault.put(things, { aes, root: null }, "safe", { token: "t0ken" });
  await things.put("lock", { salt, tries: 0 });
  const { key } = await vault.unlock(things, PIN);
  assert.ok(key);
  assert.deepEqual(await vault.get(things, key, "safe"), { token: "t0ken" });
});

/** @param {number[]} took milliseconds of each probe, by its clock */
function clock(...took) {
  let now = 0;
  let reads = 0;
  return () => {
    if (reads % 2) now += took[Math.min((reads - 1) / 2, took.length - 1)];
    reads += 1;
    return now;
  };
}

test("a quick phone does more rounds, none fewer than 600,000, and none so many that a worker waits", async () => {
  assert.equal(await vault.calibrated(clock(1000)), 600000);
  assert.equal(await vault.calibrated(clock(50)), 600000);
  assert.equal(await vault.calibrated(clock(15)), 1200000);
  assert.equal(await vault.calibrated(clock(400, 12, 300)), 1500000);
  assert.equal(await vault.calibrated(clock(1)), 3000000);
  assert.equal(await vault.calibrated(clock(0)), 3000000);
});

test("the rounds of a lock are its own", async () => {
  const things = memory();
  await vault.create(things, PIN, { token: "t0ken" }, null, 700000);
  assert.equal(things.map.get("lock").rounds, 700000);
  assert.ok((await vault.unlock(things, PIN)).key);
  things.map.get("lock").rounds = 600000;
  assert.deepEqual(await vault.unlock(things, PIN), { left: 9 });
});
