// The quantile function of the standard normal distribution: algorithm AS 241, PPND16 (Wichura 1988, Applied Statistics 37(3)), as
// Python's statistics.NormalDist computes it. It differs from Python's by the last digits of a float64 at most, far below float32.

// prettier-ignore
const CENTRE = [
  [2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4, 4.5921953931549871457e4, 1.3731693765509461125e4, 1.9715909503065514427e3, 1.3314166789178437745e2, 3.3871328727963666080],
  [5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4, 2.1213794301586595867e4, 5.3941960214247511077e3, 6.8718700749205790830e2, 4.2313330701600911252e1, 1],
];
// prettier-ignore
const MIDDLE = [
  [7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1, 1.27045825245236838258, 3.64784832476320460504, 5.76949722146069140550, 4.63033784615654529590, 1.42343711074968357734],
  [1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2, 1.48103976427480074590e-1, 6.89767334985100004550e-1, 1.67638483018380384940, 2.05319162663775882187, 1],
];
// prettier-ignore
const TAIL = [
  [2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3, 2.65321895265761230930e-2, 2.96560571828504891230e-1, 1.78482653991729133580, 5.46378491116411436990, 6.65790464350110377720],
  [2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5, 7.86869131145613259100e-4, 1.48753612908506148525e-2, 1.36929880922735805310e-1, 5.99832206555887937690e-1, 1],
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
