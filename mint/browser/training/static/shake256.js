// SHAKE-256, the extendable-output function of FIPS 202. Lanes of 64 bits are two words of 32 bits, the lower first.

const RATE = 136; // bytes
const NUM_ROUNDS = 24;

/** Rotations of the lanes x + 5 * y, and the round constants, by the rules of FIPS 202, sections 3.2.2 and 3.2.5. */
const ROTATIONS = rotations();
const ROUND_CONSTANTS = roundConstants();

/**
 * Return the first bytes of the output.
 *
 * @param {Uint8Array} message
 * @param {number} length
 */
export function shake256(message, length) {
  const padded = new Uint8Array((Math.floor(message.length / RATE) + 1) * RATE);
  padded.set(message);
  padded[message.length] ^= 0x1f;
  padded[padded.length - 1] ^= 0x80;
  const state = new Uint32Array(50);
  const input = new DataView(padded.buffer);
  for (let start = 0; start < padded.length; start += RATE) {
    for (let word = 0; word < RATE / 4; word++) state[word] ^= input.getUint32(start + 4 * word, true);
    permute(state);
  }
  const output = new DataView(new ArrayBuffer(Math.ceil(length / RATE) * RATE));
  for (let start = 0; start < length; start += RATE) {
    if (start) permute(state);
    for (let word = 0; word < RATE / 4; word++) output.setUint32(start + 4 * word, state[word], true);
  }
  return new Uint8Array(output.buffer.slice(0, length));
}

/**
 * Keccak-f[1600].
 *
 * @param {Uint32Array} state
 */
function permute(state) {
  const parity = new Uint32Array(10);
  const moved = new Uint32Array(50);
  for (let round = 0; round < NUM_ROUNDS; round++) {
    for (let word = 0; word < 10; word++) {
      parity[word] = state[word] ^ state[word + 10] ^ state[word + 20] ^ state[word + 30] ^ state[word + 40];
    }
    for (let x = 0; x < 5; x++) {
      const [left, right] = [2 * ((x + 4) % 5), 2 * ((x + 1) % 5)];
      const low = parity[left] ^ ((parity[right] << 1) | (parity[right + 1] >>> 31));
      const high = parity[left + 1] ^ ((parity[right + 1] << 1) | (parity[right] >>> 31));
      for (let lane = 2 * x; lane < 50; lane += 10) {
        state[lane] ^= low;
        state[lane + 1] ^= high;
      }
    }
    for (let x = 0; x < 5; x++) {
      for (let y = 0; y < 5; y++) {
        const [from, to] = [2 * (x + 5 * y), 2 * (y + 5 * ((2 * x + 3 * y) % 5))];
        const turn = ROTATIONS[x + 5 * y];
        const [a, b] = turn < 32 ? [state[from], state[from + 1]] : [state[from + 1], state[from]];
        const bits = turn % 32;
        moved[to] = bits ? (a << bits) | (b >>> (32 - bits)) : a;
        moved[to + 1] = bits ? (b << bits) | (a >>> (32 - bits)) : b;
      }
    }
    for (let row = 0; row < 50; row += 10) {
      for (let word = 0; word < 10; word++) {
        state[row + word] = moved[row + word] ^ (~moved[row + ((word + 2) % 10)] & moved[row + ((word + 4) % 10)]);
      }
    }
    state[0] ^= ROUND_CONSTANTS[2 * round];
    state[1] ^= ROUND_CONSTANTS[2 * round + 1];
  }
}

function rotations() {
  const turns = new Array(25).fill(0);
  let [x, y] = [1, 0];
  for (let t = 0; t < 24; t++) {
    turns[x + 5 * y] = (((t + 1) * (t + 2)) / 2) % 64;
    [x, y] = [y, (2 * x + 3 * y) % 5];
  }
  return turns;
}

function roundConstants() {
  const constants = new Uint32Array(2 * NUM_ROUNDS);
  let register = 1;
  for (let round = 0; round < NUM_ROUNDS; round++) {
    for (let j = 0; j <= 6; j++) {
      const bit = 2 ** j - 1;
      if (register & 1) constants[2 * round + Number(bit >= 32)] |= 1 << bit % 32;
      register = (register << 1) ^ (register & 0x80 ? 0x171 : 0);
    }
  }
  return constants;
}
