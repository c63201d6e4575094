/** SHA-256 (FIPS 180-4), synchronous: a page declares the features of its token while it loads, which crypto.subtle cannot do. */

/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes (section 4.2.2). */
const ROUND_CONSTANTS = cubeRootsOfPrimes(64);
const START = Int32Array.of(
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
);

/** @param {number} count */
function cubeRootsOfPrimes(count) {
  const out = [];
  for (let n = 2; out.length < count; n++) {
    let isPrime = true;
    for (let divisor = 2; divisor * divisor <= n; divisor++) {
      isPrime &&= n % divisor !== 0;
    }
    if (isPrime) {
      out.push(Number(fractionOfCubeRoot(BigInt(n))) | 0);
    }
  }
  return Int32Array.from(out);
}

/**
 * Return the first 32 bits of the fractional part of a cube root, in integers.
 * @param {bigint} n
 */
function fractionOfCubeRoot(n) {
  const scaled = n << 96n;
  let low = 0n;
  let high = 1n << 36n;
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle * middle * middle <= scaled) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return low & 0xffffffffn;
}

/**
 * @param {number} x
 * @param {number} bits
 */
const rotatedRight = (x, bits) => (x >>> bits) | (x << (32 - bits));

/**
 * Return the digest of bytes, 32 bytes.
 * @param {Uint8Array} bytes
 */
export function sha256(bytes) {
  const padded = new Uint8Array((((bytes.length + 8) >> 6) + 1) << 6);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(padded.length - 4, bytes.length << 3);
  const state = START.slice();
  for (let start = 0; start < padded.length; start += 64) {
    compress(state, view, start);
  }
  const digest = new DataView(new ArrayBuffer(32));
  state.forEach((word, place) => digest.setInt32(4 * place, word));
  return new Uint8Array(digest.buffer);
}

/**
 * @param {Int32Array} state
 * @param {DataView} view
 * @param {number} start
 */
function compress(state, view, start) {
  const words = new Int32Array(64);
  for (let i = 0; i < 16; i++) {
    words[i] = view.getInt32(start + 4 * i);
  }
  for (let i = 16; i < 64; i++) {
    const x = words[i - 15];
    const y = words[i - 2];
    const s0 = rotatedRight(x, 7) ^ rotatedRight(x, 18) ^ (x >>> 3);
    const s1 = rotatedRight(y, 17) ^ rotatedRight(y, 19) ^ (y >>> 10);
    words[i] = words[i - 16] + s0 + words[i - 7] + s1;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i++) {
    const s1 = rotatedRight(e, 6) ^ rotatedRight(e, 11) ^ rotatedRight(e, 25);
    const s0 = rotatedRight(a, 2) ^ rotatedRight(a, 13) ^ rotatedRight(a, 22);
    const first = (h + s1 + ((e & f) ^ (~e & g)) + ROUND_CONSTANTS[i] + words[i]) | 0;
    const second = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, place) => {
    state[place] += word;
  });
}

/** @param {Uint8Array} bytes */
export const hexadecimal = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
