// Which steps are measured and recorded: those of mint/training/stats.py and, but for the first, mint/training/saving/history.py. Here
// drawing 64 dreams takes as long as four steps, so 32 are recorded, and of the first steps every sixteenth.

const MIN_INTERVAL = 20;
const INTERVAL_DIVISOR = 100;
const EVERY_SIXTEENTH_UNTIL = 64;
const FOUR_AN_OCTAVE_FROM = 4096;

/** The seeds of the dreams that the history shows. */
export const HISTORY_SEEDS = Array.from({ length: 32 }, (_, index) => index + 1);

/** @param {number} step */
export function isMeasured(step) {
  return step % Math.max(MIN_INTERVAL, Math.floor(step / INTERVAL_DIVISOR)) === 0;
}

/** @param {number} step */
export function isRecorded(step) {
  if (step < EVERY_SIXTEENTH_UNTIL) return step % 16 === 0;
  const octave = 2 ** Math.floor(Math.log2(step)); // the greatest power of two up to the step
  return step % (octave / (step >= FOUR_AN_OCTAVE_FROM ? 4 : 2)) === 0;
}
