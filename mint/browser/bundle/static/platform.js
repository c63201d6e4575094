// What a marketplace's frame gives a page, and what it asks of it.
//
// fxhash: https://docs.fxhash.xyz/creating-on-fxhash/project-sdk, and window.fxhash, window.$fxhashFeatures and fxpreview() of its first
// years. Art Blocks Engine: https://docs.artblocks.io/creator-docs/art-blocks-engine-onboarding/

/**
 * @typedef {object} FxSdk
 * @property {string} [hash]
 * @property {boolean} [isPreview]
 * @property {(features: Record<string, string | number>) => void} [features]
 * @property {() => void} [preview]
 * @property {(definitions: object[]) => void} [params]
 * @property {() => Record<string, any>} [getParams]
 * @property {(event: string, handler: (values: Record<string, any>) => boolean, done: () => void) => void} [on]
 */

/**
 * The globals of the platforms.
 *
 * @typedef {object} PlatformGlobals
 * @property {FxSdk} [$fx]
 * @property {string} [fxhash]
 * @property {() => void} [fxpreview]
 * @property {{ hash?: string }} [tokenData]
 * @property {Record<string, string | number>} [$fxhashFeatures]
 * @property {Record<string, string | number>} [$features]
 */

/** @typedef {{ tiles?: number, transition?: "cut" | "fade" | "dissolve" }} Params what a collector may choose on fxhash */

const platform = /** @type {PlatformGlobals} */ (globalThis);
const PARAMS = [
  { id: "tiles", name: "Tiles", type: "number", default: 64, options: { min: 1, max: 1024, step: 1 } },
  { id: "transition", name: "How a tile changes", type: "select", default: "fade", options: { options: ["cut", "fade", "dissolve"] } },
];

/** The hash that the address or the platform gives; undefined where none is given. fxhash's SDK makes one up in that case. */
export function givenHash() {
  const named = new URLSearchParams(location.search).get("hash");
  return named ?? platform.$fx?.hash ?? platform.fxhash ?? platform.tokenData?.hash;
}

/** Whether the platform takes the picture that stands for the token; nobody can press a key then. */
export function isPreview() {
  return platform.$fx?.isPreview ?? new URLSearchParams(location.search).get("preview") === "1";
}

/**
 * Declare the features of the token. fxhash wants to know them before the page has loaded.
 *
 * @param {Record<string, string | number>} features
 */
export function declareFeatures(features) {
  platform.$fx?.features?.(features);
  platform.$fxhashFeatures = features;
  platform.$features = features;
}

/**
 * Declare what a collector may choose, and return the choices; onChange(params) is called with new ones.
 *
 * @param {(params: Params) => void} onChange
 * @returns {Params}
 */
export function declareParams(onChange) {
  const { $fx } = platform;
  if (!$fx?.params || !$fx.getParams) return {};
  $fx.params(PARAMS);
  $fx.on?.("params:update", (values) => {
    onChange(values);
    return true;
  }, () => {});
  return $fx.getParams();
}

/** Tell the platform that the picture can be taken. */
export function triggerPreview() {
  if (platform.$fx?.preview) platform.$fx.preview();
  else platform.fxpreview?.();
  document.body.dataset.preview = "ready"; // for programs that look at the page
}
