// The browser's storage of trainings: IndexedDB, where the page may use it. A frame without an origin of its own may not.

/** @import { HistoryEntry, StatisticsLine } from "./engine_messages.js" */

/**
 * @typedef {object} StoredTraining
 * @property {ArrayBuffer} state
 * @property {number} seconds
 * @property {HistoryEntry[]} history
 * @property {StatisticsLine[]} lines
 */

const DATABASE = "pixelmint";
const STORE = "trainings";

export class TrainingStore {
  #database;
  #key;

  /**
   * @param {IDBDatabase} database
   * @param {string} key
   */
  constructor(database, key) {
    this.#database = database;
    this.#key = key;
  }

  /**
   * Open the storage of one training; null where the browser allows none.
   *
   * @param {string} key
   */
  static async open(key) {
    try {
      const request = indexedDB.open(DATABASE, 1);
      request.addEventListener("upgradeneeded", () => request.result.createObjectStore(STORE));
      return new TrainingStore(await result(request), key);
    } catch {
      return null;
    }
  }

  /** Return what was stored last; null where there is nothing, or it cannot be read. */
  async read() {
    try {
      const store = this.#database.transaction(STORE).objectStore(STORE);
      return /** @type {StoredTraining | null} */ ((await result(store.get(this.#key))) ?? null);
    } catch {
      return null;
    }
  }

  /**
   * Store a training in place of the last. Rejects where there is no room.
   *
   * @param {StoredTraining} training
   */
  async write(training) {
    const transaction = this.#database.transaction(STORE, "readwrite");
    transaction.objectStore(STORE).put(training, this.#key);
    await new Promise((resolve, reject) => {
      transaction.addEventListener("complete", resolve);
      transaction.addEventListener("abort", () => reject(transaction.error));
      transaction.addEventListener("error", () => reject(transaction.error));
    });
  }
}

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
function result(request) {
  return new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error));
    request.addEventListener("blocked", () => reject(new Error("another page keeps the storage closed")));
  });
}
