/**
 * The sealing of one record to the server's public key: HPKE (RFC 9180, base mode) on WebCrypto, and the envelope
 * around it (docs/envelope.md). What is sealed here cannot be opened here.
 */

import { ENVELOPE_FORMAT, HEADER_FIELDS, HEADER_LENGTH } from "../core/facts.js";

/** @param {string} text */
const bytes = (text) => new TextEncoder().encode(text);
const NONE = new Uint8Array(0);
const BLOCK = 32; // SHA-256, and the P-256 coordinate
const P256 = { name: "ECDH", namedCurve: "P-256" };

/** @typedef {{ id: number, keyLength: number }} Cipher */

/** The authenticated ciphers of RFC 9180 that a browser has; envelopes use AES-256-GCM. */
export const AES_128_GCM = { id: 1, keyLength: 16 };
const AES_256_GCM = { id: 2, keyLength: 32 };

const KEM = join(bytes("KEM"), [0, 0x10]);
/** @param {Cipher} aead */
const suite = (aead) => join(bytes("HPKE"), [0, 0x10, 0, 1, 0, aead.id]);

/**
 * One array out of several.
 * @param {(Bytes | number[])[]} parts
 */
export function join(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  parts.reduce((offset, part) => (whole.set(part, offset), offset + part.length), 0);
  return whole;
}

/**
 * @param {Bytes} key
 * @param {Bytes} data
 */
async function mac(key, data) {
  // Some browsers refuse an empty HMAC key; HMAC fills a short key with zeros, so this one is equal.
  const raw = key.length ? key : new Uint8Array(BLOCK);
  const imported = await crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, data));
}

/**
 * @param {Bytes} id
 * @param {Bytes} salt
 * @param {string} label
 * @param {Bytes} material
 */
const extract = (id, salt, label, material) => mac(salt, join(bytes("HPKE-v1"), id, bytes(label), material));

/**
 * LabeledExpand of RFC 9180 for at most one block of output, which is all that this suite asks for.
 * @param {Bytes} id
 * @param {Bytes} secret
 * @param {string} label
 * @param {Bytes} info
 * @param {number} length
 */
async function expand(id, secret, label, info, length) {
  const block = await mac(secret, join([0, length], bytes("HPKE-v1"), id, bytes(label), info, [1]));
  return block.slice(0, length);
}

/**
 * @param {Bytes} publicKey
 * @param {CryptoKeyPair} ephemeral
 */
async function encapsulate(publicKey, ephemeral) {
  const recipient = await crypto.subtle.importKey("raw", publicKey, P256, true, []);
  const enc = new Uint8Array(await crypto.subtle.exportKey("raw", ephemeral.publicKey));
  const agreement = { name: "ECDH", public: recipient };
  const shared = new Uint8Array(await crypto.subtle.deriveBits(agreement, ephemeral.privateKey, 8 * BLOCK));
  const secret = await extract(KEM, NONE, "eae_prk", shared);
  return { enc, secret: await expand(KEM, secret, "shared_secret", join(enc, publicKey), BLOCK) };
}

/**
 * @param {Bytes} shared
 * @param {Bytes} info
 * @param {Cipher} aead
 */
async function schedule(shared, info, aead) {
  const id = suite(aead);
  const hashes = [await extract(id, NONE, "psk_id_hash", NONE), await extract(id, NONE, "info_hash", info)];
  const context = join([0], ...hashes);
  const secret = await extract(id, shared, "secret", NONE);
  const key = await expand(id, secret, "key", context, aead.keyLength);
  return { key, nonce: await expand(id, secret, "base_nonce", context, 12) };
}

/**
 * HPKE single-shot seal in base mode with DHKEM(P-256, HKDF-SHA256) and HKDF-SHA256.
 * `publicKey` is the uncompressed point (65 bytes). Returns the encapsulated key followed by the ciphertext.
 * @param {Bytes} publicKey
 * @param {Bytes} info
 * @param {Bytes} plaintext
 * @param {{ aead?: Cipher, aad?: Bytes, ephemeral?: CryptoKeyPair }} how
 */
export async function sealBase(publicKey, info, plaintext, { aead = AES_256_GCM, aad = NONE, ephemeral } = {}) {
  const pair = ephemeral || (await crypto.subtle.generateKey(P256, false, ["deriveBits"]));
  const { enc, secret } = await encapsulate(publicKey, pair);
  const { key, nonce } = await schedule(secret, info, aead);
  const imported = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt"]);
  const cipher = { name: "AES-GCM", iv: nonce, additionalData: aad };
  return join(enc, new Uint8Array(await crypto.subtle.encrypt(cipher, imported, plaintext)));
}

const SPACE = 0x20;

/**
 * @param {Bytes} data
 * @param {number} length
 */
function padded(data, length) {
  if (data.length > length) throw new RangeError("longer than its envelope");
  const whole = new Uint8Array(length).fill(SPACE);
  whole.set(data);
  return whole;
}

/**
 * The 256 bytes that stay readable: format, key, questionnaire, version, record and round.
 * @param {Record<string, unknown>} fields
 */
export function header(fields) {
  /** @type {Record<string, unknown>} */
  const named = { format: ENVELOPE_FORMAT };
  HEADER_FIELDS.forEach((name) => (named[name] = fields[name]));
  return padded(bytes(JSON.stringify(named)), HEADER_LENGTH);
}

/**
 * The envelope of one record. `size` is the length every record of this questionnaire is padded to, so that its
 * length says nothing; the header is bound to the ciphertext as HPKE's `info`.
 * @param {Bytes} publicKey
 * @param {Record<string, unknown>} fields
 * @param {unknown} record
 * @param {number} size
 */
export async function envelope(publicKey, fields, record, size) {
  const info = header(fields);
  return join(info, await sealBase(publicKey, info, padded(bytes(JSON.stringify(record)), size)));
}

/** @param {Bytes} data */
const hex = (data) => Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");

/**
 * SHA-256 in hexadecimal: the digest that the server's receipt must repeat.
 * @param {Bytes} data
 */
export async function digest(data) {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", data)));
}

/** A random UUID of version 4; `crypto.randomUUID` came to Android only in 2021. */
export function randomId() {
  const random = crypto.getRandomValues(new Uint8Array(16));
  random[6] = (random[6] & 0x0f) | 0x40;
  random[8] = (random[8] & 0x3f) | 0x80;
  return hex(random).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/**
 * The bytes of a base64url text without padding.
 * @param {string} text
 */
export function fromBase64(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

/**
 * Base64url without padding.
 * @param {Bytes} data
 */
export function toBase64(data) {
  const letters = Array.from(data, (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
