// The help sheet: keys, shortcuts on or off, what is shown and where it comes from.

import { setIcons } from "./icons.js";

// In pairs, as they stand side by side.
const KEYS = [
  ["Start or pause", ["Space"], "or double click"],
  ["Full screen", ["F"]],
  ["Fewer tiles", ["Q", "A"]],
  ["More tiles", ["D"]],
  ["Slower", ["S"]],
  ["Faster", ["W", "Z"]],
  ["Previous model", ["B"], "", "playlist"],
  ["Next model", ["N"], "", "playlist"],
  ["Save as PNG", ["P"]],
  ["Statistics", ["I"]],
  ["This help", ["H"]],
  ["originals", ["O"], "", "originals"], // by what they are called here
];

const DREAMS = {
  what:
    "Each tile is a dream: a picture that a network drew from a random place between the sprites it has learnt. " +
    "No two are planned, and none is kept unless you save it.",
  exported: "Three ONNX graphs and a manifest, in one zip: the newest good state, to show with viewer show or any ONNX runtime.",
  download: "Download the four files",
  originals: "Originals",
};
const PAINTINGS = {
  what:
    "Each tile is a piece of a photograph as the network paints it now, in the colours of the sprites and as it has learnt to draw " +
    "from them. O shows photographs beside what becomes of them.",
  exported: "An ONNX graph and a manifest, in one zip: the newest good state, to paint any picture with mint pixelate.",
  download: "Download the two files",
  originals: "Photographs",
};

export class Help {
  #dialog;
  #body;
  #offers = [];
  #facts = [];
  #texts = DREAMS;
  #shortcuts;
  #onExport;

  /** shortcuts is {isOn, turn(on)}; onExport() is called by who wants the exported files. */
  constructor(dialog, shortcuts, onExport) {
    this.#dialog = dialog;
    this.#shortcuts = shortcuts;
    this.#onExport = onExport;
    this.#body = dialog.appendChild(made("div", { className: "sheet" }));
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) dialog.close(); // on the backdrop
    });
    this.#fill();
  }

  get isOpen() {
    return this.#dialog.open;
  }

  /** Tell what the source offers: playlist, originals, export. */
  offer(offers) {
    this.#offers = offers;
    this.#fill();
  }

  /** Tell what is shown, [[name, value]...], and whether it is painted from photographs. */
  describe(facts, isPainting) {
    if (JSON.stringify(facts) === JSON.stringify(this.#facts)) return; // which name the recipe
    this.#facts = facts;
    this.#texts = isPainting ? PAINTINGS : DREAMS;
    this.#fill();
  }

  toggle() {
    if (this.#dialog.open) this.#dialog.close();
    else this.#dialog.showModal();
  }

  #fill() {
    const close = made("button", { type: "button", ariaLabel: "Close help" });
    close.dataset.icon = "close";
    close.addEventListener("click", () => this.#dialog.close());
    const head = made("header", {}, made("h2", { id: "help-title", textContent: "Pixelmint", tabIndex: -1, autofocus: true }), close);
    const what = made("p", { textContent: this.#texts.what });
    const parts = [head, what, made("h3", { textContent: "Keys" }), this.#keys(), this.#switch()];
    if (this.#facts.length) parts.push(made("h3", { textContent: "On the wall" }), definitions(this.#facts));
    if (this.#offers.includes("export")) parts.push(made("h3", { textContent: "Take it with you" }), ...this.#exporting());
    this.#body.replaceChildren(...parts);
    setIcons(this.#body);
  }

  #keys() {
    const list = made("ul", { className: "keys" });
    for (const [what, keys, also, needs] of KEYS) {
      if (needs && !this.#offers.includes(needs)) continue;
      const right = made("span", { className: "also" });
      right.append(...keys.map((key) => made("kbd", { textContent: key })));
      if (also) right.append(also);
      list.append(made("li", {}, made("span", { textContent: this.#texts[what] ?? what }), right));
    }
    return list;
  }

  #exporting() {
    const { exported, download } = this.#texts;
    const button = made("button", { type: "button", textContent: download, className: "plain", id: "export" });
    button.addEventListener("click", () => {
      this.#dialog.close(); // what happens is told on the page
      this.#onExport();
    });
    return [made("p", { textContent: exported }), button];
  }

  #switch() {
    const box = made("input", { type: "checkbox", id: "shortcuts", checked: this.#shortcuts.isOn });
    box.addEventListener("change", () => this.#shortcuts.turn(box.checked));
    return made("label", { className: "switch" }, box, made("span", { textContent: "Keyboard shortcuts" }));
  }
}

function definitions(facts) {
  const list = made("dl", { className: "about" });
  for (const [name, value] of facts) list.append(made("dt", { textContent: name }), made("dd", { textContent: value }));
  return list;
}

function made(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}
