// Labels: one switch for each thing that a model can be asked for by name. A switch is open, on or off, in this order.

const OPEN = 0.5;
const NEXT = new Map([[OPEN, 1], [1, 0], [0, OPEN]]);
const PRESSED = new Map([[OPEN, "mixed"], [1, "true"], [0, "false"]]);
const SAID = new Map([[OPEN, "with or without"], [1, "with"], [0, "without"]]);

export class Labels {
  #root;
  #ask;
  #names = [];

  /** ask(label, value) is called with the label's number and what it is to be: 1, 0 or 0.5. */
  constructor(root, ask) {
    this.#root = root;
    this.#ask = ask;
  }

  /** Show the labels of a model and what is asked of it: ["town"...], [0.5...]. */
  show(names, asked) {
    if (JSON.stringify(names) !== JSON.stringify(this.#names)) {
      this.#names = names;
      this.#root.replaceChildren(...names.map((name, label) => this.#button(name, label)));
      this.#root.hidden = names.length === 0;
    }
    [...this.#root.children].forEach((button, label) => {
      button.dataset.value = asked[label];
      button.setAttribute("aria-pressed", PRESSED.get(asked[label]) ?? "mixed");
      button.title = `${names[label]}: ${SAID.get(asked[label]) ?? "in part"}`;
    });
  }

  #button(name, label) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", textContent: name });
    button.addEventListener("click", () => this.#ask(label, NEXT.get(Number(button.dataset.value)) ?? OPEN));
    return button;
  }
}

/** Write what is asked, as ``viewer snapshot --label`` takes it: "hat=1, gold earring=0". */
export function writtenLabels(names, asked) {
  return names.map((name, label) => [name, asked[label]]).filter(([, value]) => value !== OPEN).map((pair) => pair.join("=")).join(", ");
}
