// Full screen and kiosk: the mosaic alone. Controls and pointer are hidden while nobody uses them, and the screen stays awake.

const IDLE_MS = 2500;

export class Fullscreen {
  #isKiosk;
  #isEmulated = false; // the page fills its window, because the browser has no full screen
  #idleTimer = 0;
  /** @type {WakeLockSentinel | null} */
  #wakeLock = null;
  #onChange;

  /**
   * onChange(isActive) is called at the start and when full screen or kiosk begins or ends.
   *
   * @param {{ isKiosk: boolean, onChange: (isActive: boolean) => void }} options
   */
  constructor({ isKiosk, onChange }) {
    this.#isKiosk = isKiosk;
    this.#onChange = onChange;
    document.addEventListener("fullscreenchange", () => this.#update());
    document.addEventListener("visibilitychange", () => this.#updateWakeLock()); // a hidden page loses its lock
    for (const type of ["pointermove", "pointerdown", "keydown", "focusin"]) {
      document.addEventListener(type, () => this.#showControls(), { passive: true });
    }
    this.#update();
  }

  get isActive() {
    return this.#isKiosk || this.#isEmulated || document.fullscreenElement !== null;
  }

  startKiosk() {
    this.#isKiosk = true;
    this.#update();
  }

  async toggle() {
    if (document.fullscreenElement) {
      await document.exitFullscreen();
    } else if (this.#isEmulated || (this.#isKiosk && !document.fullscreenEnabled)) {
      this.#isEmulated = this.#isKiosk = false;
      this.#update();
    } else {
      try {
        await document.documentElement.requestFullscreen({ navigationUI: "hide" });
      } catch {
        this.#isEmulated = true;
        this.#update();
      }
    }
  }

  #update() {
    document.body.classList.toggle("fullscreen", this.isActive);
    this.#showControls();
    this.#updateWakeLock();
    this.#onChange(this.isActive);
  }

  #showControls() {
    document.body.classList.remove("idle");
    clearTimeout(this.#idleTimer);
    if (!this.isActive) return;
    this.#idleTimer = setTimeout(() => document.body.classList.add("idle"), IDLE_MS);
  }

  async #updateWakeLock() {
    if (!this.isActive) {
      await this.#wakeLock?.release();
      this.#wakeLock = null;
    } else if (mayLock() && document.visibilityState === "visible" && (this.#wakeLock === null || this.#wakeLock.released)) {
      try {
        this.#wakeLock = (await navigator.wakeLock?.request("screen")) ?? null;
      } catch {
        this.#wakeLock = null; // a browser may refuse, for instance when the battery is low
      }
    }
  }
}

/** Whether the page may keep the screen awake; a browser that knows its frame's policy reports each request against it as an error. */
function mayLock() {
  /** @type {{ allowsFeature(feature: string): boolean } | undefined} */
  const policy = Reflect.get(document, "featurePolicy");
  return policy?.allowsFeature("screen-wake-lock") ?? true;
}
