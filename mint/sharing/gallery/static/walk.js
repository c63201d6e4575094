// Points between latents: great circles, blended into a Catmull-Rom spline, as viewer/latents/walk.py computes them.

// Below this sine two directions are nearly equal or opposite, and are interpolated along a straight line.
const MIN_SINE = 1e-4;

/** @typedef {Float32Array | Float64Array} Latent */

/**
 * Return the point at t, 0 to 1, on the curve from the second to the third of four latents.
 *
 * @param {[Latent, Latent, Latent, Latent]} points
 * @param {number} t
 */
export function splinePoint(points, t) {
  if (t === 0) return Float32Array.from(points[1]);
  const first = [0, 1, 2].map((index) => slerp(points[index], points[index + 1], t + 1 - index));
  const second = [0, 1].map((index) => slerp(first[index], first[index + 1], (t + 1 - index) / 2));
  return Float32Array.from(slerp(second[0], second[1], t));
}

/**
 * Return the point at t on the great circle from a to b; t may be outside of 0 to 1 (Shoemake 1985).
 *
 * @param {Latent} a
 * @param {Latent} b
 * @param {number} t
 */
function slerp(a, b, t) {
  let [dot, squareA, squareB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    dot += a[i] * b[i];
    squareA += a[i] * a[i];
    squareB += b[i] * b[i];
  }
  const cosine = Math.min(1, Math.max(-1, dot / Math.max(Math.sqrt(squareA) * Math.sqrt(squareB), Number.MIN_VALUE)));
  const angle = Math.acos(cosine);
  const sine = Math.sin(angle);
  const [shareA, shareB] = sine < MIN_SINE ? [1 - t, t] : [Math.sin((1 - t) * angle) / sine, Math.sin(t * angle) / sine];
  return Float64Array.from(a, (value, i) => shareA * value + shareB * b[i]);
}
