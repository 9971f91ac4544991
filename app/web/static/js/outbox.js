/**
 * The outbox: every answer is written here, in this computer's IndexedDB, before it is sent.
 *
 * One writer (random name, numbers 1, 2, 3 ...) per sitting and browser profile. When the store
 * fails the outbox goes on in memory and says so: `stored` is false from then on.
 */

const NAME = "kaochang-outbox";
const WRITERS = "writers";
const MESSAGES = "messages";

/** A random name of 22 characters for writers and tabs. */
export function randomName() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** @template Result @param {IDBRequest<Result>} request @returns {Promise<Result>} */
function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** @param {IDBTransaction} transaction @returns {Promise<void>} */
function finished(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
    transaction.onerror = () => reject(transaction.error);
  });
}

/** @param {IDBFactory} factory */
function openDatabase(factory) {
  const request = factory.open(NAME, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(WRITERS, { keyPath: "sitting" });
    request.result.createObjectStore(MESSAGES, { keyPath: ["sitting", "seq"] });
  };
  return settled(request);
}

/** A message that the outbox has not numbered yet. @typedef {Live.Unnumbered & {elapsed_ms: number}} Unstored */
/** The row of a sitting's writer. @typedef {{sitting: string, writer: string, next: number}} Writer */

export class Outbox {
  /** @type {IDBDatabase | null} */
  #database = null;
  /** @type {string} */
  #sitting;
  #next = 1;
  writer = randomName();
  /** False after the store failed once: answers then live in this page only. */
  stored = true;

  /** @param {string} sitting */
  constructor(sitting) {
    this.#sitting = sitting;
  }

  /**
   * Opens the sitting's outbox, making its writer when there is none.
   * @param {string} sitting
   * @param {IDBFactory} [factory]
   */
  static async open(sitting, factory = globalThis.indexedDB) {
    const outbox = new Outbox(sitting);
    try {
      outbox.#database = await openDatabase(factory);
      await outbox.#loadWriter(outbox.#database);
    } catch {
      outbox.stored = false;
    }
    return outbox;
  }

  /** @param {IDBDatabase} database */
  async #loadWriter(database) {
    const transaction = database.transaction(WRITERS, "readwrite", { durability: "strict" });
    const store = transaction.objectStore(WRITERS);
    /** @type {Writer | undefined} */
    const found = await settled(store.get(this.#sitting));
    const row = found ?? { sitting: this.#sitting, writer: this.writer, next: 1 };
    if (!found) store.put(row);
    await finished(transaction);
    this.writer = row.writer;
    this.#next = row.next;
  }

  /** The server applied up to `seq`: never number below that. @param {number} seq */
  async adopt(seq) {
    this.#next = Math.max(this.#next, seq + 1);
    if (!this.stored) return;
    await this.#guarded(async (database) => {
      const transaction = database.transaction(WRITERS, "readwrite", { durability: "strict" });
      const store = transaction.objectStore(WRITERS);
      /** @type {Writer} */
      const row = await settled(store.get(this.#sitting));
      if (row.next <= seq) store.put({ ...row, next: seq + 1 });
      await finished(transaction);
    });
  }

  /**
   * Numbers a message and stores it. Resolves after the store has it (or has failed: see `stored`).
   * @param {Unstored} message
   * @returns {Promise<Live.Numbered>} the message with its `seq`
   */
  async append(message) {
    const numbered = await this.#guarded((database) => this.#store(database, message));
    if (numbered) {
      this.#next = numbered.seq + 1;
      return numbered;
    }
    const seq = this.#next;
    this.#next += 1;
    return { ...message, seq };
  }

  /** @param {IDBDatabase} database @param {Unstored} message @returns {Promise<Live.Numbered>} */
  async #store(database, message) {
    const transaction = database.transaction([WRITERS, MESSAGES], "readwrite", { durability: "strict" });
    const writers = transaction.objectStore(WRITERS);
    /** @type {Writer} */
    const row = await settled(writers.get(this.#sitting));
    const numbered = { ...message, seq: row.next };
    writers.put({ ...row, next: row.next + 1 });
    transaction.objectStore(MESSAGES).put({ sitting: this.#sitting, seq: row.next, message: numbered });
    await finished(transaction);
    return numbered;
  }

  /** Everything stored and not yet removed, ascending. */
  async pending() {
    const rows = await this.#guarded((database) => {
      const store = database.transaction(MESSAGES).objectStore(MESSAGES);
      return settled(store.getAll(this.#range(0, Number.MAX_SAFE_INTEGER)));
    });
    return (rows ?? []).map((/** @type {{message: Live.Numbered}} */ row) => row.message);
  }

  /** Forgets everything up to `seq`: the server has it. @param {number} seq */
  async removeUpTo(seq) {
    await this.#guarded(async (database) => {
      const transaction = database.transaction(MESSAGES, "readwrite");
      transaction.objectStore(MESSAGES).delete(this.#range(0, seq));
      await finished(transaction);
    });
  }

  /** Forgets one number: the server refused it for good. @param {number} seq */
  async removeOne(seq) {
    await this.#guarded(async (database) => {
      const transaction = database.transaction(MESSAGES, "readwrite");
      transaction.objectStore(MESSAGES).delete([this.#sitting, seq]);
      await finished(transaction);
    });
  }

  close() {
    this.#database?.close();
  }

  /** @param {number} low @param {number} high */
  #range(low, high) {
    return IDBKeyRange.bound([this.#sitting, low], [this.#sitting, high]);
  }

  /** @template Result @param {(database: IDBDatabase) => Promise<Result>} work @returns {Promise<Result | null>} */
  async #guarded(work) {
    if (!this.stored || !this.#database) return null;
    try {
      return await work(this.#database);
    } catch {
      this.stored = false;
      return null;
    }
  }
}
