/**
 * What the phone keeps, in IndexedDB: `things` by name (locked ones are ciphertext) and sealed records that wait.
 *
 * A connection that failed once may fail for ever though there is room again, and a browser may remove a database
 * under an open page. So a copy of all that is kept is held in memory, and after any failure the database is opened
 * again, made again where it is gone, and given what it lacks, before the same is tried a second time.
 */

export const DATABASE = "notes-2";
/** The database of phones that were set up before drafts had a secret of their own (rebuild.js). */
export const FORMER = "notes";
const SWEEP = "sweep";
const VERSION = 1;
export const THINGS = "things";
export const WAITING = "waiting";

/**
 * @template Value
 * @param {IDBRequest<Value>} request
 * @returns {Promise<Value>}
 */
const settled = (request) =>
  new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error));
  });

/**
 * @param {IDBTransaction} transaction
 * @returns {Promise<void>}
 */
const finished = (transaction) =>
  new Promise((resolve, reject) => {
    const failure = () => transaction.error || new DOMException("aborted", "AbortError");
    transaction.addEventListener("complete", () => resolve());
    transaction.addEventListener("abort", () => reject(failure()));
  });

/**
 * A connection to the database of that name, and whether it was made just now.
 * @param {string} name
 */
async function connected(name) {
  const request = indexedDB.open(name, VERSION);
  let made = false;
  request.onupgradeneeded = () => {
    made = true;
    request.result.createObjectStore(THINGS);
    request.result.createObjectStore(WAITING, { keyPath: "id" });
  };
  return { database: await settled(request), made };
}

/**
 * What is to be written: `value` under `key`, or nothing any more where `value` is left out.
 * @param {string} store
 * @param {string} key
 * @param {unknown} [value]
 * @returns {Change}
 */
const change = (store, key, value) => ({ store, key, value });

/**
 * Write changes, all or none.
 * @param {IDBDatabase} database
 * @param {Change[]} changes
 */
async function write(database, changes) {
  if (!changes.length) return;
  const transaction = database.transaction([...new Set(changes.map(({ store }) => store))], "readwrite");
  const done = finished(transaction);
  changes.forEach(({ store, key, value }) => {
    const held = transaction.objectStore(store);
    if (value === undefined) held.delete(key);
    else if (store === THINGS) held.put(value, key);
    else held.put(value);
  });
  await done;
}

/**
 * Everything that is kept, as it is in the database.
 * @param {IDBDatabase} database
 */
async function contents(database) {
  const transaction = database.transaction([THINGS, WAITING]);
  const [kept, records] = [THINGS, WAITING].map((name) => transaction.objectStore(name));
  const [names, values, sealed] = await Promise.all([
    settled(kept.getAllKeys()),
    settled(kept.getAll()),
    settled(records.getAll()),
  ]);
  return [
    ...names.map((name, place) => change(THINGS, String(name), values[place])),
    ...sealed.map((record) => change(WAITING, record.id, record)),
  ];
}

/** A copy in memory of what is kept. */
function copy() {
  /** @type {Record<string, Map<string, any>>} */
  const held = { [THINGS]: new Map(), [WAITING]: new Map() };
  return {
    held,
    learn: (/** @type {Change[]} */ changes) =>
      changes.forEach(({ store, key, value }) =>
        value === undefined ? held[store].delete(key) : held[store].set(key, value),
      ),
    all: () => [THINGS, WAITING].flatMap((store) => [...held[store]].map(([key, value]) => change(store, key, value))),
  };
}

/**
 * Give a database what it lacks after a failure. The log of the browser may end in half a record: what is written
 * behind it is lost at the next start, with everything else, unless the log is written again at once.
 * @param {IDBDatabase} database
 * @param {ReturnType<typeof copy>} memory
 */
async function putBack(database, memory) {
  await write(database, memory.all());
  await tidy();
}

/**
 * A connection that is made again whenever it failed. `onMade` is called when the database had to be made again.
 * @param {string} name
 * @param {ReturnType<typeof copy>} memory
 * @param {() => Promise<void>} onMade
 */
function lasting(name, memory, onMade) {
  /** @type {Promise<IDBDatabase> | null} */
  let current = null;
  /** @type {IDBDatabase | null} */
  let live = null;
  let known = false;

  async function connect() {
    const { database, made } = await connected(name);
    // A deletion, or a newer version of the app in another tab, must not be kept waiting.
    database.onversionchange = () => leave(database);
    database.onclose = () => leave(database);
    if (known) await putBack(database, memory);
    else memory.learn(await contents(database));
    if (known && made) await onMade();
    known = true;
    live = database;
    return database;
  }

  function leave(/** @type {IDBDatabase} */ database) {
    if (live === database) current = live = null;
    database.close();
  }

  /**
   * @template Value
   * @param {(database: IDBDatabase) => Value | Promise<Value>} work
   * @returns {Promise<Value>}
   */
  function attempt(work) {
    current = current || connect();
    return current.then(work);
  }

  return {
    /**
     * Do something with the database; after a failure with a new connection, once.
     * @template Value
     * @param {(database: IDBDatabase) => Value | Promise<Value>} work
     * @returns {Promise<Value>}
     */
    use: async (work) => {
      const before = current;
      try {
        return await attempt(work);
      } catch (error) {
        // Others may have failed with it and opened a new one already.
        const failed = before || current;
        if (failed === current) current = null;
        await failed?.then((database) => database.close(), () => {});
        return attempt(work);
      }
    },
    close: () => current?.then(leave),
  };
}

/**
 * Open the database of this phone, made on first use.
 * @returns {Promise<Store>}
 */
export async function open(name = DATABASE, onMade = async () => {}) {
  const memory = copy();
  const connection = lasting(name, memory, onMade);
  const put = async (/** @type {Change[]} */ changes) => {
    await connection.use((database) => write(database, changes));
    memory.learn(changes);
  };
  await connection.use(() => {});
  return { things: things(connection, memory, put), waiting: waiting(connection, memory, put), put, close: connection.close };
}

/**
 * @param {IDBDatabase} database
 * @param {string} store
 */
const reading = (database, store) => database.transaction(store).objectStore(store);

/** @typedef {(changes: Change[]) => Promise<void>} Put */

/**
 * @param {ReturnType<typeof lasting>} connection
 * @param {ReturnType<typeof copy>} memory
 * @param {Put} put
 * @returns {Things}
 */
function things({ use }, memory, put) {
  return {
    get: (name) => use((database) => settled(reading(database, THINGS).get(name))),
    names: async () => (await use((database) => settled(reading(database, THINGS).getAllKeys()))).map(String),
    put: (name, value) => put([change(THINGS, name, value)]),
    remove: (...names) => put(names.map((name) => change(THINGS, name))),
    /** Read and write in one transaction, so that two tabs cannot overtake each other. */
    update: async (name, changed) => {
      const next = await use((database) => updated(database, name, changed));
      memory.learn([change(THINGS, name, next)]);
      return next;
    },
  };
}

/**
 * @param {IDBDatabase} database
 * @param {string} name
 * @param {(found: any) => any} changed
 */
async function updated(database, name, changed) {
  const transaction = database.transaction(THINGS, "readwrite");
  const done = finished(transaction);
  const store = transaction.objectStore(THINGS);
  const request = store.get(name);
  /** @type {unknown} */
  let next;
  request.onsuccess = () => {
    next = changed(request.result);
    store.put(next, name);
  };
  await done;
  return next;
}

/**
 * @param {ReturnType<typeof lasting>} connection
 * @param {ReturnType<typeof copy>} memory
 * @param {Put} put
 * @returns {Waiting}
 */
function waiting({ use }, memory, put) {
  return {
    get: (id) => use((database) => settled(reading(database, WAITING).get(id))),
    all: () => use((database) => settled(reading(database, WAITING).getAll())),
    /** What waits as far as it is held in memory: for when the database cannot be read. */
    held: () => [...memory.held[WAITING].values()],
    /** Keep a sealed record and drop the draft it came from: both or neither. */
    keep: (record) => put([change(WAITING, record.id, record), change(THINGS, "draft")]),
    change: (record) => put([change(WAITING, record.id, record)]),
    /** Let a record go that the server has. */
    release: (id) => put([change(WAITING, id)]),
  };
}

/**
 * Whether there is a database of that name; looking makes none.
 * @param {string} name
 */
export async function exists(name) {
  const request = indexedDB.open(name);
  request.onupgradeneeded = () => /** @type {IDBTransaction} */ (request.transaction).abort();
  try {
    (await settled(request)).close();
    return true;
  } catch (error) {
    if (/** @type {Error} */ (error).name !== "AbortError") throw error;
    return false;
  }
}

/**
 * Delete a database. Returns whether it is gone: another page may hold it.
 * @param {string} name
 */
export async function deleted(name) {
  const request = indexedDB.deleteDatabase(name);
  await new Promise((resolve) => {
    request.onsuccess = request.onerror = request.onblocked = resolve;
  });
  if (!indexedDB.databases) return request.readyState === "done" && !request.error;
  return !(await indexedDB.databases()).some((found) => found.name === name);
}

/**
 * Make the browser write its files again: Chromium does so when a database is deleted, for all databases of the app,
 * and drops what was deleted or replaced in the files that were closed before.
 */
export async function tidy() {
  const request = indexedDB.open(SWEEP);
  request.onupgradeneeded = () => request.result.createObjectStore(SWEEP);
  (await settled(request)).close();
  await deleted(SWEEP);
}

const LITTLE_ROOM = 5e6;

/** Whether the phone says that little room is left. */
export async function almostFull() {
  if (!navigator.storage || !navigator.storage.estimate) return false;
  const { quota = 0, usage = 0 } = await navigator.storage.estimate();
  return quota - usage < LITTLE_ROOM;
}
