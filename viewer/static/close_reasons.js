// Why the server closed the connection, as sentences for the notice.

import { CLOSE_LEAVING, CLOSE_REFUSED, CLOSE_STALLED, CLOSE_VERSION } from "./protocol.js";

const SENTENCES = new Map([
  [CLOSE_LEAVING, "The program behind this page has ended. Start it again and open the address it prints."],
  [CLOSE_REFUSED, "The program refused what this page sent; reload the page."],
  [CLOSE_STALLED, "This page fell behind and was disconnected; it is connecting again."],
  [CLOSE_VERSION, "This page and the program behind it have different versions; reload the page."],
]);
const NO_ANSWER =
  "The program behind this page does not answer. " +
  "Look at its terminal; if it has ended, start it again and open the address it prints.";

/** @param {number} code of the WebSocket */
export function isKnownReason(code) {
  return SENTENCES.has(code);
}

/** @param {number} code of the WebSocket */
export function closeSentence(code) {
  return SENTENCES.get(code) ?? NO_ANSWER;
}
