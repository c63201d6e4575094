// The control bar: what its buttons, numbers and choices show. What they do is reported by input.js; choices call back.

import { createElement, findElement } from "./elements.js";
import { setIcon } from "./icons.js";
import { MIN_RATE } from "./protocol.js";

/** @import { HelloMessage, Mode, PhotographFormat, StateMessage, Transition } from "./protocol.js" */

export class Controls {
  #previous = findElement("#previous", HTMLButtonElement);
  #run = findElement("#run", HTMLButtonElement);
  #next = findElement("#next", HTMLButtonElement);
  #fewer = findElement("#fewer", HTMLButtonElement);
  #tiles = findElement("#tiles", HTMLElement);
  #more = findElement("#more", HTMLButtonElement);
  #slower = findElement("#slower", HTMLButtonElement);
  #rate = findElement("#rate", HTMLElement);
  #faster = findElement("#faster", HTMLButtonElement);
  #stats = findElement("#stats", HTMLButtonElement);
  #compare = findElement("#compare", HTMLButtonElement);
  #fullscreen = findElement("#fullscreen", HTMLButtonElement);
  #modes;
  #transitions;

  /**
   * onMode and onTransition are called with the choice that was clicked.
   *
   * @param {{ onMode: (mode: Mode) => void, onTransition: (transition: Transition) => void }} callbacks
   */
  constructor({ onMode, onTransition }) {
    this.#modes = new Choices(findElement("#modes", HTMLElement), onMode);
    this.#transitions = new Choices(findElement("#transitions", HTMLElement), onTransition);
  }

  /**
   * Show the buttons that the source has a use for.
   *
   * @param {HelloMessage} hello
   */
  offer({ abilities, modes, transitions }) {
    this.#compare.hidden = !abilities.includes("originals");
    for (const button of [this.#previous, this.#next]) button.hidden = !abilities.includes("playlist");
    this.#modes.offer(modes);
    this.#transitions.offer(transitions);
  }

  /**
   * Show the settings.
   *
   * @param {StateMessage} state
   * @param {HelloMessage} limits
   */
  showState({ state, tiles, rate, mode, transition, compare }, { max_tiles, max_rate }) {
    this.#tiles.textContent = tiles.toLocaleString("en-US");
    this.#rate.textContent = rate.toLocaleString("en-US");
    this.#fewer.disabled = tiles <= 1;
    this.#more.disabled = tiles >= max_tiles;
    this.#slower.disabled = rate <= MIN_RATE;
    this.#faster.disabled = rate >= max_rate;
    this.#modes.select(mode);
    this.#transitions.select(transition);
    this.#transitions.disable(mode === "walk");
    this.#compare.setAttribute("aria-pressed", String(compare));
    setIcon(this.#run, state === "paused" ? "play" : "pause");
    setLabel(this.#run, state === "paused" ? "Start" : "Pause", "Space");
  }

  /**
   * Say what is compared: sprites, or photographs.
   *
   * @param {PhotographFormat | null} photographs
   */
  showCompared(photographs) {
    const [compared, results] = photographs ? ["Photographs", "their painted versions"] : ["Originals", "reconstructions"];
    this.#compare.setAttribute("aria-label", compared);
    this.#compare.title = `${compared} beside ${results} (O)`;
  }

  /** @param {boolean} isVisible */
  showStatistics(isVisible) {
    this.#stats.setAttribute("aria-pressed", String(isVisible));
  }

  /** @param {boolean} isActive */
  showFullscreen(isActive) {
    setIcon(this.#fullscreen, isActive ? "small" : "full");
    setLabel(this.#fullscreen, isActive ? "Leave full screen" : "Full screen", "F");
  }
}

/**
 * A group of buttons, one of which is chosen.
 *
 * @template {string} T
 */
class Choices {
  #root;
  #onChoose;
  /** @type {Map<T, HTMLButtonElement>} */
  #buttons = new Map();

  /**
   * @param {HTMLElement} root
   * @param {(choice: T) => void} onChoose
   */
  constructor(root, onChoose) {
    this.#root = root;
    this.#onChoose = onChoose;
  }

  /**
   * Show one button for each choice. A single choice stays hidden.
   *
   * @param {T[]} choices
   */
  offer(choices) {
    this.#buttons = new Map(choices.map((choice) => [choice, this.#createButton(choice)]));
    this.#root.replaceChildren(...this.#buttons.values());
    this.#root.hidden = choices.length < 2;
  }

  /** @param {T} chosen */
  select(chosen) {
    for (const [choice, button] of this.#buttons) button.setAttribute("aria-pressed", String(choice === chosen));
  }

  /** @param {boolean} isDisabled */
  disable(isDisabled) {
    for (const button of this.#buttons.values()) button.disabled = isDisabled;
  }

  /** @param {T} choice */
  #createButton(choice) {
    const button = createElement("button", { type: "button", textContent: choice });
    button.addEventListener("click", () => this.#onChoose(choice));
    return button;
  }
}

/**
 * @param {HTMLButtonElement} button
 * @param {string} label
 * @param {string} key
 */
function setLabel(button, label, key) {
  button.setAttribute("aria-label", label);
  button.title = `${label} (${key})`;
}
