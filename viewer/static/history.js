// The past of a training: the same latents at earlier steps. Shown only where the source keeps one.

export class History {
  #root;
  #slider;
  #output;
  #now;
  #steps = [];
  #chosen = null;

  /** onChoose(step) is called with a step of the past, or null for the present. */
  constructor(root, onChoose) {
    this.#root = root;
    this.#slider = root.querySelector("#past");
    this.#output = root.querySelector("#past-step");
    this.#now = root.querySelector("#now");
    this.#slider.addEventListener("input", () => {
      const index = Number(this.#slider.value);
      this.#chosen = index >= this.#steps.length ? null : this.#steps[index];
      this.#show();
      onChoose(this.#chosen);
    });
    this.#now.addEventListener("click", () => {
      this.#chosen = null;
      this.#show();
      onChoose(null);
    });
  }

  /** The step of the past that is shown, null for the present. */
  get chosen() {
    return this.#chosen;
  }

  /** Show these steps, oldest first; the place after the last is the present. */
  setSteps(steps) {
    this.#steps = steps;
    this.#root.hidden = steps.length === 0;
    this.#slider.max = String(steps.length);
    this.#show();
  }

  /** Follow what another page has chosen. */
  choose(step) {
    this.#chosen = step;
    this.#show();
  }

  #show() {
    const index = this.#chosen === null ? this.#steps.length : this.#steps.indexOf(this.#chosen);
    const text = this.#chosen === null ? "now" : `step ${this.#chosen.toLocaleString("en-US")}`;
    this.#slider.value = String(index < 0 ? this.#steps.length : index);
    this.#slider.setAttribute("aria-valuetext", text);
    this.#output.textContent = text;
    this.#now.classList.toggle("resting", this.#chosen === null);
  }
}
