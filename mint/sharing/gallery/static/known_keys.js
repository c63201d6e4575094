// The keys that this browser has seen on pages of this address, and by which snapshots: trust on first use.

const STORAGE_KEY = "pixelmint-known-keys";
const MAX_KEYS = 1000;
const MAX_SNAPSHOTS = 1000; // of a key

/**
 * Remember that a key has signed a snapshot; return how many others by it were seen before, or null where the browser keeps nothing.
 *
 * @param {string} publicKey
 * @param {string} snapshot the SHA-256 of its manifest
 */
export function countSeen(publicKey, snapshot) {
  try {
    const known = read();
    const snapshots = known.get(publicKey) ?? [];
    const others = snapshots.filter((each) => each !== snapshot);
    known.delete(publicKey); // the newest last
    known.set(publicKey, [...others, snapshot].slice(-MAX_SNAPSHOTS));
    localStorage.setItem(STORAGE_KEY, JSON.stringify([...known].slice(-MAX_KEYS)));
    return others.length;
  } catch {
    return null; // forbidden, or full
  }
}

/** @returns {Map<string, string[]>} */
function read() {
  try {
    /** @type {[string, string[]][]} */
    const pairs = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? "[]");
    return new Map(pairs.filter(([, snapshots]) => Array.isArray(snapshots)));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return new Map();
    throw error;
  }
}
