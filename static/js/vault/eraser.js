/**
 * Reads and overwrites small files where they are. It runs as a worker, for only there a browser overwrites a file in
 * place; what a database deletes or replaces stays in its log.
 */

const LENGTH = 32;

/**
 * @param {string} name
 * @param {boolean} create
 */
async function handleOf(name, create) {
  const folder = await navigator.storage.getDirectory();
  const file = await folder.getFileHandle(name, { create });
  return file.createSyncAccessHandle();
}

/**
 * The bytes of that name, or null where there is no such file.
 * @param {string} name
 */
async function read(name) {
  const handle = await handleOf(name, false).catch((error) => {
    if (error.name === "NotFoundError") return null;
    throw error;
  });
  if (!handle) return null;
  const found = new Uint8Array(LENGTH);
  try {
    return handle.read(found, { at: 0 }) === LENGTH ? found : null;
  } finally {
    await handle.close();
  }
}

/**
 * Put other bytes in the place of those that are there, and look whether they are there.
 * @param {string} name
 * @param {Uint8Array<ArrayBuffer>} bytes
 */
async function overwrite(name, bytes) {
  const handle = await handleOf(name, true);
  try {
    handle.write(bytes, { at: 0 });
    await handle.flush();
  } finally {
    await handle.close();
  }
  const found = await read(name);
  if (!found || found.some((byte, place) => byte !== bytes[place])) throw new Error("not overwritten");
  return found;
}

self.addEventListener("message", async (event) => {
  const { turn, name, bytes } = /** @type {MessageEvent} */ (event).data;
  try {
    self.postMessage({ turn, found: await (bytes ? overwrite(name, bytes) : read(name)) });
  } catch (error) {
    self.postMessage({ turn, error: String(error), name: /** @type {Error} */ (error).name });
  }
});
