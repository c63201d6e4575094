// The mosaic alone on the screen: full screen and kiosk. Controls and pointer leave when nobody moves; the screen stays awake.

const STILL_MS = 2500;

export class Solitude {
  #isKiosk;
  #isImitated = false; // where a browser has no full screen, the page takes its whole window
  #timer = 0;
  #lock = null;
  #onChange;

  /** onChange(isAlone) is called when the mosaic comes to stand alone, or no longer does. */
  constructor({ isKiosk, onChange }) {
    this.#isKiosk = isKiosk;
    this.#onChange = onChange;
    document.addEventListener("fullscreenchange", () => this.#apply());
    document.addEventListener("visibilitychange", () => this.#stayAwake()); // the lock is lost with a hidden page
    for (const type of ["pointermove", "pointerdown", "keydown", "focusin"]) {
      document.addEventListener(type, () => this.#stir(), { passive: true });
    }
    this.#apply();
  }

  get isAlone() {
    return this.#isKiosk || this.#isImitated || document.fullscreenElement !== null;
  }

  setKiosk(isKiosk) {
    this.#isKiosk = isKiosk;
    this.#apply();
  }

  async toggle() {
    if (document.fullscreenElement) {
      await document.exitFullscreen();
    } else if (this.#isImitated || (this.#isKiosk && !document.fullscreenEnabled)) {
      this.#isImitated = this.#isKiosk = false;
      this.#apply();
    } else {
      try {
        await document.documentElement.requestFullscreen({ navigationUI: "hide" });
      } catch {
        this.#isImitated = true;
        this.#apply();
      }
    }
  }

  #apply() {
    document.body.classList.toggle("alone", this.isAlone);
    this.#stir();
    this.#stayAwake();
    this.#onChange(this.isAlone);
  }

  #stir() {
    document.body.classList.remove("still");
    clearTimeout(this.#timer);
    if (!this.isAlone) return;
    this.#timer = setTimeout(() => document.body.classList.add("still"), STILL_MS);
  }

  async #stayAwake() {
    if (!this.isAlone) {
      await this.#lock?.release();
      this.#lock = null;
    } else if (document.visibilityState === "visible" && (this.#lock === null || this.#lock.released)) {
      try {
        this.#lock = (await navigator.wakeLock?.request("screen")) ?? null;
      } catch {
        this.#lock = null; // a browser may refuse, on an empty battery for instance
      }
    }
  }
}
