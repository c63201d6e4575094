// Input: keys, buttons, mouse and touch, reported as actions by name. What an action does is decided elsewhere.

import { findElement } from "./elements.js";

/** @typedef {typeof ACTIONS[number]} Action the id of its button */

const ACTIONS = /** @type {const} */ ([
  "previous",
  "run",
  "next",
  "fewer",
  "more",
  "slower",
  "faster",
  "stats",
  "compare",
  "save",
  "fullscreen",
  "help",
]);
/** @type {Map<string, Action>} */
const KEYS = new Map([
  [" ", "run"],
  ["q", "fewer"],
  ["a", "fewer"],
  ["d", "more"],
  ["s", "slower"],
  ["w", "faster"],
  ["z", "faster"],
  ["i", "stats"],
  ["o", "compare"],
  ["p", "save"],
  ["f", "fullscreen"],
  ["h", "help"],
  ["n", "next"],
  ["b", "previous"],
]);
const REPEATING = new Set(["fewer", "more", "slower", "faster"]);
const SHORTCUTS_OFF = "pixelmint:shortcuts-off"; // a key of localStorage

// Two taps within this time and distance are a double tap.
const DOUBLE_TAP_MS = 400;
const DOUBLE_TAP_PX = 30;

export class Input {
  #onAction;
  #areShortcutsOn = storage()?.getItem(SHORTCUTS_OFF) !== "1";

  /**
   * Listen to the page; onAction(name) is called for each action. Double taps count on the stage only.
   *
   * @param {HTMLElement} stage
   * @param {(name: Action) => void} onAction
   */
  constructor(stage, onAction) {
    this.#onAction = onAction;
    for (const name of ACTIONS) button(name).addEventListener("click", () => onAction(name));
    document.addEventListener("keydown", (event) => this.#handleKey(event));
    this.#watchTaps(stage);
    // A clicked button keeps the focus, and the next Space would press it again. Only people who use the keyboard expect that.
    document.addEventListener("click", ({ detail, target }) => {
      if (detail === 0 || !(target instanceof Element)) return;
      const clicked = target.closest("button:not(dialog *)");
      if (clicked instanceof HTMLElement) clicked.blur();
    });
  }

  get areShortcutsOn() {
    return this.#areShortcutsOn;
  }

  /**
   * Turn the single-key shortcuts on or off, for this browser.
   *
   * @param {boolean} areOn
   */
  turnShortcuts(areOn) {
    this.#areShortcutsOn = areOn;
    if (areOn) storage()?.removeItem(SHORTCUTS_OFF);
    else storage()?.setItem(SHORTCUTS_OFF, "1");
  }

  /** @param {KeyboardEvent} event */
  #handleKey(event) {
    if (!this.#areShortcutsOn || event.defaultPrevented || event.isComposing) return;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const action = KEYS.get(event.key.toLowerCase()); // by letter, not by position: QWERTY, AZERTY and QWERTZ differ
    if (!action || !(event.target instanceof HTMLElement) || isTextField(event.target)) return;
    // Space presses the button that has the focus, and must not do a second thing.
    if (event.key === " " && event.target.closest("button, a, input, summary")) return;
    if (document.querySelector("dialog[open]") && event.key === " ") return;
    event.preventDefault();
    if (event.repeat && !REPEATING.has(action)) return;
    if (button(action).hidden) return;
    this.#onAction(action);
  }

  /** @param {HTMLElement} stage */
  #watchTaps(stage) {
    let [time, x, y] = [-Infinity, 0, 0];
    stage.addEventListener("pointerup", (event) => {
      if (event.button !== 0 || !event.isPrimary) return;
      const isSecond = event.timeStamp - time < DOUBLE_TAP_MS && Math.hypot(event.clientX - x, event.clientY - y) < DOUBLE_TAP_PX;
      [time, x, y] = isSecond ? [-Infinity, 0, 0] : [event.timeStamp, event.clientX, event.clientY];
      if (isSecond) this.#onAction("run");
    });
    // Scrolling is not a tap.
    stage.addEventListener("pointercancel", () => {
      time = -Infinity;
    });
  }
}

/** @param {Action} name */
function button(name) {
  return findElement(`#${name}`, HTMLButtonElement);
}

/** @param {HTMLElement} target */
function isTextField(target) {
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !["checkbox", "radio", "range", "button"].includes(target.type);
}

/** Return what the browser keeps for this page; null in a sandboxed frame, which may keep nothing. */
function storage() {
  try {
    return localStorage;
  } catch {
    return null;
  }
}
