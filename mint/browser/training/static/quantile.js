// The quantile function of the standard normal distribution: algorithm AS 241, PPND16 (Wichura 1988, Applied Statistics 37(3)), as
// Python's statistics.NormalDist computes it. It differs from Python's by the last digits of a float64 at most, far below float32.

// prettier-ignore
const CENTRE = [
  [2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946, 1971.5909503065513, 133.14166789178438, 3.3871328727963665],
  [5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751, 687.1870074920579, 42.31333070160091, 1],
];
// prettier-ignore
const MIDDLE = [
  [0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045, 5.769497221460691, 4.630337846156546, 1.4234371107496835],
  [1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851, 1.6763848301838038, 2.053191626637759, 1],
];
// prettier-ignore
const TAIL = [
  [2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124, 0.29656057182850487, 1.7848265399172913, 5.463784911164114, 6.657904643501103],
  [2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133, 0.014875361290850615, 0.1369298809227358, 0.599832206555888, 1],
];

/**
 * Return the number below which the share p of standard normal numbers lies.
 *
 * @param {number} p between 0 and 1
 */
export function quantile(p) {
  const fromMiddle = p - 0.5;
  if (Math.abs(fromMiddle) <= 0.425) return fromMiddle * ratio(CENTRE, 0.180625 - fromMiddle * fromMiddle);
  const r = Math.sqrt(-logarithm(fromMiddle <= 0 ? p : 1 - p));
  const x = r <= 5 ? ratio(MIDDLE, r - 1.6) : ratio(TAIL, r - 5);
  return fromMiddle < 0 ? -x : x;
}

/**
 * @param {number[][]} polynomials numerator and denominator, the highest power first
 * @param {number} x
 */
function ratio([numerator, denominator], x) {
  const value = (/** @type {number[]} */ coefficients) => coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
  return value(numerator) / value(denominator);
}

const LN_2 = 0.6931471805599453;
const NUM_TERMS = 12;

/**
 * Return the natural logarithm by + - * / alone: engines round Math.log differently.
 *
 * @param {number} x positive and finite
 */
function logarithm(x) {
  let [rest, exponent] = [x, 0];
  for (; rest < Math.SQRT1_2; rest *= 2) exponent--;
  for (; rest > Math.SQRT2; rest /= 2) exponent++;
  // log(rest) = 2 * atanh(t); t is below 0.172, so the terms that are left out are below 1e-20.
  const t = (rest - 1) / (rest + 1);
  let sum = 0;
  for (let term = NUM_TERMS; term >= 0; term--) sum = sum * t * t + 1 / (2 * term + 1);
  return exponent * LN_2 + 2 * t * sum;
}
