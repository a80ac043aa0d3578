// The sealing of records against the vectors of RFC 9180, appendix A.3.1 (DHKEM P-256, HKDF-SHA256, AES-128-GCM).
import assert from "node:assert/strict";
import test from "node:test";

import * as seal from "../../../static/js/device/seal.js";

const fromHex = (text) => Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
const toHex = (data) => Buffer.from(data).toString("hex");

const RFC = {
  info: "4f6465206f6e2061204772656369616e2055726e",
  enc:
    "04a92719c6195d5085104f469a8b9814d5838ff72b60501e2c4466e5e67b325ac9" +
    "8536d7b61a1af4b78e5b7f951c0900be863c403ce65c9bfcb9382657222d18c4",
  privateKey: "4995788ef4b9d6132b249ce59a77281493eb39af373d236a1fe415cb0c2d7beb",
  recipient:
    "04fe8c19ce0905191ebc298a9245792531f26f0cece2460639e8bc39cb7f706a82" +
    "6a779b4cf969b8a0e539c7f62fb3d30ad6aa8f80e30f1d128aafd68a2ce72ea0",
  aad: "436f756e742d30",
  plaintext: "4265617574792069732074727574682c20747275746820626561757479",
  ciphertext: "5ad590bb8baa577f8619db35a36311226a896e7342a6d836d8b7bcd2f20b6c7f9076ac232e3ab2523f39513434",
};

async function ephemeral() {
  const point = fromHex(RFC.enc);
  const curve = { name: "ECDH", namedCurve: "P-256" };
  const jwk = {
    kty: "EC",
    crv: "P-256",
    x: seal.toBase64(point.slice(1, 33)),
    y: seal.toBase64(point.slice(33)),
  };
  const d = seal.toBase64(fromHex(RFC.privateKey));
  return {
    publicKey: await crypto.subtle.importKey("jwk", jwk, curve, true, []),
    privateKey: await crypto.subtle.importKey("jwk", { ...jwk, d }, curve, false, ["deriveBits"]),
  };
}

test("the sender reproduces the RFC's encapsulated key and first ciphertext", async () => {
  const sealed = await seal.sealBase(fromHex(RFC.recipient), fromHex(RFC.info), fromHex(RFC.plaintext), {
    aead: seal.AES_128_GCM,
    aad: fromHex(RFC.aad),
    ephemeral: await ephemeral(),
  });
  assert.equal(toHex(sealed), RFC.enc + RFC.ciphertext);
});

test("two seals of the same record have nothing in common but the header", async () => {
  const fields = { key: "k", questionnaire: "q", version: "1", id: "i", round: "r" };
  const once = await seal.envelope(fromHex(RFC.recipient), fields, { a: 1 }, 3759);
  const twice = await seal.envelope(fromHex(RFC.recipient), fields, { a: 1 }, 3759);
  assert.equal(once.length, 4096);
  assert.deepEqual(once.slice(0, 256), twice.slice(0, 256));
  assert.notDeepEqual(once.slice(256), twice.slice(256));
});

test("every record of a questionnaire has one length", async () => {
  const fields = { key: "k", questionnaire: "q", version: "1", id: "i", round: "r" };
  const short = await seal.envelope(fromHex(RFC.recipient), fields, {}, 1000);
  const long = await seal.envelope(fromHex(RFC.recipient), fields, { text: "x".repeat(900) }, 1000);
  assert.equal(short.length, long.length);
  await assert.rejects(seal.envelope(fromHex(RFC.recipient), fields, { text: "x".repeat(1000) }, 1000), RangeError);
});

test("the header holds its six fields in order and nothing else", () => {
  const fields = { round: "2026-1", id: "i", version: "7", questionnaire: "q", key: "k", district: "secret" };
  const text = new TextDecoder().decode(seal.header(fields));
  assert.equal(text.length, 256);
  assert.equal(
    text.trimEnd(),
    '{"format":1,"key":"k","questionnaire":"q","version":"7","id":"i","round":"2026-1"}',
  );
});

test("record numbers are random UUIDs of version 4", () => {
  const ids = new Set(Array.from({ length: 50 }, seal.randomId));
  assert.equal(ids.size, 50);
  ids.forEach((id) => assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/));
});

test("digest is SHA-256 (FIPS 180-2, 'abc')", async () => {
  const found = await seal.digest(new TextEncoder().encode("abc"));
  assert.equal(found, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});

test("base64url goes there and back", () => {
  const data = crypto.getRandomValues(new Uint8Array(65));
  assert.deepEqual(seal.fromBase64(seal.toBase64(data)), data);
  assert.doesNotMatch(seal.toBase64(data), /[+/=]/);
});
