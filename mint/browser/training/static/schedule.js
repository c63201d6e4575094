// What depends only on the images seen: phase_at and schedule_at of mint/recipes/vaegan/losses.py, and the numbers of Adam. Sums,
// products, quotients and square roots alone, which IEEE 754 rounds exactly.

/** @import { Config, Phase } from "./archive.js" */

/**
 * @param {number} imagesSeen
 * @param {number} start
 */
const inverseSquareRoot = (imagesSeen, start) => Math.sqrt(Math.min(1, start / Math.max(imagesSeen, 1)));

/**
 * Return the phase of a step that begins after some images.
 *
 * @param {Config} config
 * @param {number} imagesSeen
 * @returns {Phase}
 */
export function phaseAt(config, imagesSeen) {
  return {
    collages: imagesSeen >= config.collage_start && config.num_collages > 0,
    adversary: imagesSeen > config.adversary_start && config.adversarial_weight > 0,
  };
}

/**
 * Return the numbers of a step that begins after some images, by their names in Python's Schedule.
 *
 * @param {Config} config
 * @param {number} imagesSeen
 * @param {number} imagesPerStep
 * @returns {Record<string, number>}
 */
export function scheduleAt(config, imagesSeen, imagesPerStep) {
  const settled = power(Math.min(1, config.settle_start / Math.max(imagesSeen, 1)), config.settle_power);
  const warmth = Math.min(1, Math.max(0, (imagesSeen - config.adversary_start) / config.adversary_warm_up));
  const step = Math.floor(imagesSeen / imagesPerStep);
  return {
    beta: (config.beta / inverseSquareRoot(imagesSeen, config.settle_start)) * Math.min(1, (imagesSeen + 1) / config.kl_warm_up),
    adversarial_weight: config.adversarial_weight * settled * warmth,
    collage_weight: config.collage_weight * Math.max(config.collage_floor, settled),
    learning_rate_scale: inverseSquareRoot(imagesSeen, config.decay_start),
    ema_weight: 1 - Math.min(config.average_decay, (step + 1) / (step + 10)),
  };
}

/**
 * Return the numbers of the update (Update in mint/browser/training/step_function.py) after a number of earlier steps.
 *
 * @param {Config} config
 * @param {number} epsilon of Adam
 * @param {Record<string, number>} schedule
 * @param {number} numSteps
 */
export function updateNumbers(config, epsilon, schedule, numSteps) {
  const [first, second] = config.betas.map((beta) => 1 - power(beta, numSteps + 1));
  const root = Math.sqrt(second);
  return {
    autoencoder_rate: (config.learning_rate * schedule.learning_rate_scale) / first,
    discriminator_rate: (config.discriminator_learning_rate * schedule.learning_rate_scale) / first,
    root,
    epsilon: epsilon * root,
    ema_weight: schedule.ema_weight,
  };
}

/**
 * Return base ** exponent by squaring: engines round Math.pow differently.
 *
 * @param {number} base
 * @param {number} exponent a whole number
 */
function power(base, exponent) {
  let result = 1;
  for (let square = base, rest = exponent; rest > 0; square *= square, rest = Math.floor(rest / 2)) {
    if (rest % 2) result *= square;
  }
  return result;
}
