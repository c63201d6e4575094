// Keys, buttons, mouse and touch: what a person does, told as actions by name. What an action means is not decided here.

const KEYS = {
  " ": "run",
  q: "fewer",
  a: "fewer",
  d: "more",
  s: "slower",
  w: "faster",
  z: "faster",
  i: "stats",
  o: "compare",
  p: "save",
  f: "full",
  h: "ask",
  n: "next",
  b: "previous",
};
const REPEATING = new Set(["fewer", "more", "slower", "faster"]);
const BUTTONS = ["previous", "run", "next", "fewer", "more", "slower", "faster", "stats", "compare", "save", "full", "ask"];
const SHORTCUTS_OFF = "pixelmint:shortcuts-off";

// Two taps are a double tap within this time and distance.
const DOUBLE_MS = 400;
const DOUBLE_PX = 30;

export class Controls {
  #act;
  #isOn = localStorage.getItem(SHORTCUTS_OFF) === null;

  /** act(name) is called with the name of an action, that is the id of its button. */
  constructor(stage, act) {
    this.#act = act;
    for (const name of BUTTONS) document.getElementById(name).addEventListener("click", () => act(name));
    document.addEventListener("keydown", (event) => this.#press(event));
    this.#watchTaps(stage);
    // A button that was clicked keeps the focus, and the next Space would press it again; with the keyboard that is expected.
    document.addEventListener("click", (event) => {
      if (event.detail > 0) event.target.closest("button:not(dialog *)")?.blur();
    });
  }

  get isOn() {
    return this.#isOn;
  }

  /** Turn the single-key shortcuts on or off, for this browser. */
  turn(isOn) {
    this.#isOn = isOn;
    if (isOn) localStorage.removeItem(SHORTCUTS_OFF);
    else localStorage.setItem(SHORTCUTS_OFF, "1");
  }

  #press(event) {
    if (!this.#isOn || event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const action = KEYS[event.key.toLowerCase()]; // the letter, not its place: QWERTY, AZERTY and QWERTZ differ
    if (!action || isTextField(event.target)) return;
    // Space presses the button that has the focus; it must not do two things.
    if (event.key === " " && event.target.closest("button, a, input, summary")) return;
    if (document.querySelector("dialog[open]") && event.key === " ") return;
    event.preventDefault();
    if (event.repeat && !REPEATING.has(action)) return;
    if (document.getElementById(action).hidden) return;
    this.#act(action);
  }

  #watchTaps(stage) {
    let [time, x, y] = [-Infinity, 0, 0];
    stage.addEventListener("pointerup", (event) => {
      if (event.button !== 0 || !event.isPrimary) return;
      const isSecond = event.timeStamp - time < DOUBLE_MS && Math.hypot(event.clientX - x, event.clientY - y) < DOUBLE_PX;
      [time, x, y] = isSecond ? [-Infinity, 0, 0] : [event.timeStamp, event.clientX, event.clientY];
      if (isSecond) this.#act("run");
    });
    // Scrolling is no tap.
    stage.addEventListener("pointercancel", () => {
      time = -Infinity;
    });
  }
}

function isTextField(target) {
  if (target.isContentEditable || target.tagName === "TEXTAREA" || target.tagName === "SELECT") return true;
  return target.tagName === "INPUT" && !["checkbox", "radio", "range", "button"].includes(target.type);
}
