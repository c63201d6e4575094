// The steps by which tiles and rates grow and shrink.

const RATES = [0.5, 1, 2, 3, 4];
while (RATES.at(-1) < 8192) RATES.push(RATES.at(-2) * 2); // 6, 8, 12, 16...

/** Return the next larger number of tiles that fills a rectangle: 1, 2, 4, 6, 9, 12, 16... */
export function more(tiles, most) {
  let [side, other] = [1, 1];
  while (side * other <= tiles) {
    if (side === other) other++;
    else side++;
  }
  return Math.min(most, side * other);
}

/** Return the next smaller number of tiles, at least 1. */
export function fewer(tiles) {
  let [side, other, best] = [1, 1, 1];
  while (side * other < tiles) {
    best = side * other;
    if (side === other) other++;
    else side++;
  }
  return best;
}

export function faster(rate, most) {
  return Math.min(most, RATES.find((step) => step > rate) ?? most);
}

export function slower(rate) {
  return RATES.findLast((step) => step < rate) ?? RATES[0];
}
