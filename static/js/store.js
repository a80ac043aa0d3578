/**
 * What the phone keeps, in IndexedDB: `things` by name (locked ones are ciphertext) and sealed records that wait.
 */

const DATABASE = "notes";
const VERSION = 1;
export const THINGS = "things";
export const WAITING = "waiting";

const settled = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const finished = (transaction) =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });

/** Open the database of this phone, made on first use. */
export async function open() {
  const request = indexedDB.open(DATABASE, VERSION);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(THINGS);
    request.result.createObjectStore(WAITING, { keyPath: "id" });
  };
  const database = await settled(request);
  // A newer version of the app in another tab must not be kept waiting.
  database.onversionchange = () => database.close();
  return { things: things(database), waiting: waiting(database), close: () => database.close() };
}

const reading = (database, store) => database.transaction(store).objectStore(store);

async function writing(database, stores, change) {
  const transaction = database.transaction(stores, "readwrite");
  change(...stores.map((name) => transaction.objectStore(name)));
  await finished(transaction);
}

function things(database) {
  return {
    get: (name) => settled(reading(database, THINGS).get(name)),
    names: () => settled(reading(database, THINGS).getAllKeys()),
    put: (name, value) => writing(database, [THINGS], (store) => store.put(value, name)),
    remove: (...names) => writing(database, [THINGS], (store) => names.forEach((name) => store.delete(name))),
    /** Read and write in one transaction, so that two tabs cannot overtake each other. */
    update: async (name, change) => {
      let next;
      await writing(database, [THINGS], (store) => {
        store.get(name).onsuccess = (event) => {
          next = change(event.target.result);
          store.put(next, name);
        };
      });
      return next;
    },
  };
}

function waiting(database) {
  return {
    get: (id) => settled(reading(database, WAITING).get(id)),
    all: () => settled(reading(database, WAITING).getAll()),
    /** Keep a sealed record and drop the draft it came from: both or neither. */
    keep: (record) =>
      writing(database, [WAITING, THINGS], (records, things) => {
        records.add(record);
        things.delete("draft");
      }),
    change: (record) => writing(database, [WAITING], (records) => records.put(record)),
    /** Let a record go that the server has, and count it: both or neither. */
    release: (id, count) =>
      writing(database, [WAITING, THINGS], (records, things) => {
        records.delete(id);
        things.get("sent").onsuccess = (event) => things.put(count(event.target.result), "sent");
      }),
  };
}
