/**
 * What the phone keeps, in IndexedDB: `things` by name (locked ones are ciphertext) and sealed records that wait.
 *
 * A connection that failed once may fail for ever though there is room again, and a browser may remove a database
 * under an open page. So a copy of all that is kept is held in memory, and after any failure the database is opened
 * anew, made anew where it is gone, and given what it lacks, before the same is tried once more.
 */

export const DATABASE = "notes-2";
/** The database of phones that were set up before drafts had a secret of their own (rebuild.js). */
export const FORMER = "notes";
const SWEEP = "sweep";
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
    transaction.onabort = () => reject(transaction.error || new DOMException("aborted", "AbortError"));
  });

/** A connection to the database of that name, and whether it was made just now. */
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

/** What is to be written: `value` under `key`, or nothing any more where `value` is left out. */
const change = (store, key, value) => ({ store, key, value });

/** Write changes, all or none. */
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

/** Everything that is kept, as it lies in the database. */
async function contents(database) {
  const transaction = database.transaction([THINGS, WAITING]);
  const [kept, records] = [THINGS, WAITING].map((name) => transaction.objectStore(name));
  const [names, values, waiting] = await Promise.all(
    [kept.getAllKeys(), kept.getAll(), records.getAll()].map(settled),
  );
  return [
    ...names.map((name, place) => change(THINGS, name, values[place])),
    ...waiting.map((record) => change(WAITING, record.id, record)),
  ];
}

/** A copy in memory of what is kept. */
function copy() {
  const held = { [THINGS]: new Map(), [WAITING]: new Map() };
  return {
    held,
    learn: (changes) =>
      changes.forEach(({ store, key, value }) =>
        value === undefined ? held[store].delete(key) : held[store].set(key, value),
      ),
    all: () => [THINGS, WAITING].flatMap((store) => [...held[store]].map(([key, value]) => change(store, key, value))),
  };
}

/**
 * Give a database what it lacks after a failure. The log of the browser may end in half a record: what is written
 * behind it is lost at the next start, with everything else, unless the log is written anew at once.
 */
async function putBack(database, memory) {
  await write(database, memory.all());
  await tidy();
}

/** A connection that is made again whenever it failed. `onMade` hears that the database had to be made anew. */
function lasting(name, memory, onMade) {
  let current = null;
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

  function leave(database) {
    if (live === database) current = live = null;
    database.close();
  }

  function attempt(work) {
    current = current || connect();
    return current.then(work);
  }

  return {
    /** Do something with the database; after a failure with a new connection, once. */
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

/** Open the database of this phone, made on first use. */
export async function open(name = DATABASE, onMade = async () => {}) {
  const memory = copy();
  const connection = lasting(name, memory, onMade);
  const put = async (changes) => {
    await connection.use((database) => write(database, changes));
    memory.learn(changes);
  };
  await connection.use(() => {});
  return { things: things(connection, memory, put), waiting: waiting(connection, memory, put), put, close: connection.close };
}

const reading = (database, store) => database.transaction(store).objectStore(store);

function things({ use }, memory, put) {
  return {
    get: (name) => use((database) => settled(reading(database, THINGS).get(name))),
    names: () => use((database) => settled(reading(database, THINGS).getAllKeys())),
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

async function updated(database, name, changed) {
  const transaction = database.transaction(THINGS, "readwrite");
  const done = finished(transaction);
  const store = transaction.objectStore(THINGS);
  let next;
  store.get(name).onsuccess = (event) => {
    next = changed(event.target.result);
    store.put(next, name);
  };
  await done;
  return next;
}

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

/** Whether there is a database of that name; looking makes none. */
export async function exists(name) {
  const request = indexedDB.open(name);
  request.onupgradeneeded = () => request.transaction.abort();
  try {
    (await settled(request)).close();
    return true;
  } catch (error) {
    if (error.name !== "AbortError") throw error;
    return false;
  }
}

/** Delete a database. Returns whether it is gone: another page may hold it. */
export async function deleted(name) {
  const request = indexedDB.deleteDatabase(name);
  await new Promise((resolve) => {
    request.onsuccess = request.onerror = request.onblocked = resolve;
  });
  if (!indexedDB.databases) return request.readyState === "done" && !request.error;
  return !(await indexedDB.databases()).some((found) => found.name === name);
}

/**
 * Make the browser write its files anew: Chromium does so when a database is deleted, for all databases of the app,
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
