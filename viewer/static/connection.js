// The WebSocket: opens, tells what arrives, and opens again when it was lost.

import { CLOSE_REFUSED, CLOSE_TOO_LARGE, CLOSE_VERSION, SUBPROTOCOL, message, readFrame } from "./protocol.js";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8000;
const FINAL = [CLOSE_REFUSED, CLOSE_TOO_LARGE, CLOSE_VERSION]; // the same would happen again

export class Connection {
  #url;
  #handlers;
  #greeting;
  #socket = null;
  #wait = FIRST_WAIT_MS;
  #isOver = false;

  /**
   * handlers: {message(kind, fields), frame(frame), lost(code)}; greeting() gives the first message, sent on each opening.
   */
  constructor(url, handlers, greeting) {
    this.#url = url;
    this.#handlers = handlers;
    this.#greeting = greeting;
    this.#open();
    // Back from a sleeping phone or another tab: do not wait for the timer.
    window.addEventListener("online", () => this.#hurry());
    document.addEventListener("visibilitychange", () => this.#hurry());
  }

  send(kind, fields) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(message(kind, fields));
  }

  #open() {
    const socket = new WebSocket(this.#url, SUBPROTOCOL);
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    socket.addEventListener("open", () => {
      socket.send(this.#greeting());
    });
    socket.addEventListener("message", ({ data }) => {
      if (socket !== this.#socket) return;
      this.#wait = FIRST_WAIT_MS; // it speaks: the next loss begins with a short wait
      if (typeof data !== "string") return this.#handlers.frame(readFrame(data));
      const { kind, ...fields } = JSON.parse(data);
      this.#handlers.message(kind, fields);
    });
    socket.addEventListener("close", (event) => {
      if (socket !== this.#socket) return;
      this.#socket = null;
      this.#handlers.lost(event.code);
      this.#isOver = FINAL.includes(event.code);
      if (this.#isOver) return;
      setTimeout(() => this.#socket ?? this.#open(), this.#wait);
      this.#wait = Math.min(LONGEST_WAIT_MS, this.#wait * 2);
    });
  }

  #hurry() {
    if (this.#socket === null && !this.#isOver && document.visibilityState === "visible") this.#open();
  }
}
