// The help dialog: the keys, a switch for the shortcuts, facts about the model, and the export.

import { createElement } from "./elements.js";
import { setIcons } from "./icons.js";

/** @import { Ability } from "./protocol.js" */

/**
 * @typedef {object} KeyHelp
 * @property {string} action
 * @property {string[]} keys
 * @property {string} [alternative]
 * @property {Ability} [needs]
 */

/** @type {KeyHelp[]} */
const KEYS = [
  { action: "Start or pause", keys: ["Space"], alternative: "or double click" },
  { action: "Full screen", keys: ["F"] },
  { action: "Fewer tiles", keys: ["Q", "A"] },
  { action: "More tiles", keys: ["D"] },
  { action: "Slower", keys: ["S"] },
  { action: "Faster", keys: ["W", "Z"] },
  { action: "Previous model", keys: ["B"], needs: "playlist" },
  { action: "Next model", keys: ["N"], needs: "playlist" },
  { action: "Save as PNG", keys: ["P"] },
  { action: "Statistics", keys: ["I"] },
  { action: "This help", keys: ["H"] },
];

const DREAMS = {
  description:
    "Each tile is a dream: a picture that a network drew from a random place between the sprites it has learned. " +
    "No dream is planned, and none is kept unless you save it.",
  exported: "Three ONNX graphs and a manifest, in one zip: the newest good state, for viewer show or any ONNX runtime.",
  download: "Download the four files",
  originals: "Originals",
};
const PAINTINGS = {
  description:
    "Each tile is a piece of a photograph as the network paints it now, in the colours of the sprites and in the style " +
    "it has learned from them. O shows photographs beside their painted versions.",
  exported: "An ONNX graph and a manifest, in one zip: the newest good state, for painting any picture with mint pixelate.",
  download: "Download the two files",
  originals: "Photographs",
};

export class HelpDialog {
  #dialog;
  #body;
  /** @type {Ability[]} */
  #abilities = [];
  /** @type {[name: string, value: string][]} */
  #facts = [];
  #texts = DREAMS;
  #shortcuts;
  #onExport;

  /**
   * onExport() is called when someone asks for the exported files.
   *
   * @param {HTMLDialogElement} dialog
   * @param {{ areShortcutsOn: boolean, turnShortcuts: (areOn: boolean) => void }} shortcuts
   * @param {() => void} onExport
   */
  constructor(dialog, shortcuts, onExport) {
    this.#dialog = dialog;
    this.#shortcuts = shortcuts;
    this.#onExport = onExport;
    this.#body = createElement("div", { className: "help-body" });
    dialog.append(this.#body);
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) dialog.close(); // a click on the backdrop
    });
    this.#update();
  }

  /**
   * Set what the source offers: playlist, originals, export.
   *
   * @param {Ability[]} abilities
   */
  offer(abilities) {
    this.#abilities = abilities;
    this.#update();
  }

  /**
   * Set the facts about the model, and whether it paints photographs.
   *
   * @param {[name: string, value: string][]} facts
   * @param {boolean} isPainting
   */
  describe(facts, isPainting) {
    if (JSON.stringify(facts) === JSON.stringify(this.#facts)) return; // the recipe is one of them, and only one recipe paints
    this.#facts = facts;
    this.#texts = isPainting ? PAINTINGS : DREAMS;
    this.#update();
  }

  toggle() {
    if (this.#dialog.open) this.#dialog.close();
    else {
      this.#dialog.showModal();
      // Not by the attribute autofocus, which browsers refuse, with an error, to a page in a frame.
      this.#dialog.querySelector("h2")?.focus();
    }
  }

  #update() {
    const close = createElement("button", { type: "button", ariaLabel: "Close help" });
    close.dataset.icon = "close";
    close.addEventListener("click", () => this.#dialog.close());
    const title = createElement("h2", { id: "help-title", textContent: "Pixelmint", tabIndex: -1 });
    const description = createElement("p", { textContent: this.#texts.description });
    /** @param {string} text */
    const heading = (text) => createElement("h3", { textContent: text });
    this.#body.replaceChildren(
      createElement("header", {}, title, close),
      description,
      heading("Keys"),
      this.#createKeys(),
      this.#createSwitch(),
      ...(this.#facts.length ? [heading("About this model"), createFacts(this.#facts)] : []),
      ...(this.#abilities.includes("export") ? [heading("Export"), ...this.#createExport()] : []),
    );
    setIcons(this.#body);
  }

  #createKeys() {
    const list = createElement("ul", { className: "keys" });
    /** @type {KeyHelp} */
    const originals = { action: this.#texts.originals, keys: ["O"], needs: "originals" };
    for (const { action, keys, alternative, needs } of [...KEYS, originals]) {
      if (needs && !this.#abilities.includes(needs)) continue;
      const names = createElement("span", { className: "key-names" });
      names.append(...keys.map((key) => createElement("kbd", { textContent: key })));
      if (alternative) names.append(alternative);
      list.append(createElement("li", {}, createElement("span", { textContent: action }), names));
    }
    return list;
  }

  #createExport() {
    const { exported, download } = this.#texts;
    const button = createElement("button", { type: "button", textContent: download, className: "outlined", id: "export" });
    button.addEventListener("click", () => {
      this.#dialog.close(); // so that the notice on the page is visible
      this.#onExport();
    });
    return [createElement("p", { textContent: exported }), button];
  }

  #createSwitch() {
    const box = createElement("input", { type: "checkbox", id: "shortcuts", checked: this.#shortcuts.areShortcutsOn });
    box.addEventListener("change", () => this.#shortcuts.turnShortcuts(box.checked));
    return createElement("label", { className: "switch" }, box, createElement("span", { textContent: "Keyboard shortcuts" }));
  }
}

/** @param {[name: string, value: string][]} facts */
function createFacts(facts) {
  const list = createElement("dl", { className: "about" });
  for (const [name, value] of facts) {
    list.append(createElement("dt", { textContent: name }), createElement("dd", { textContent: value }));
  }
  return list;
}
