/** Keeps one WebSocket open: moves messages, waits 0.5 s to 5 s (with jitter) between attempts. */

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5_000;

/** The wait before attempt `n` (from 0), in milliseconds; `chance` is in [0, 1). @param {number} n @param {number} chance */
export function backOff(n, chance) {
  const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** n);
  return wait * (0.75 + 0.5 * chance);
}

/** Close codes after which there is no use in trying again, and the words of the catalogue for them. */
const FINAL_CODES = new Map([[4401, "not_signed_in"], [4403, "forbidden"], [4404, "not_found"], [4408, "superseded"], [4409, "sitting_over"]]);

/**
 * Events: open, message (detail: parsed text or ArrayBuffer), closed (detail: {why}, a word of
 * FINAL_CODES; null when it tries again by itself).
 */
export class Connection extends EventTarget {
  /** @type {WebSocket | null} */
  #socket = null;
  #attempt = 0;
  #timer = 0;
  #stopped = false;

  /** @param {string} address */
  constructor(address) {
    super();
    this.address = address;
  }

  open() {
    this.#stopped = false;
    clearTimeout(this.#timer);
    const socket = new WebSocket(this.address);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    socket.onopen = () => {
      this.#attempt = 0;
      this.dispatchEvent(new CustomEvent("open"));
    };
    socket.onmessage = ({ data }) => {
      const detail = typeof data === "string" ? JSON.parse(data) : data;
      this.dispatchEvent(new CustomEvent("message", { detail }));
    };
    socket.onclose = ({ code }) => this.#closed(socket, code);
  }

  /** @param {WebSocket} socket @param {number} code */
  #closed(socket, code) {
    if (socket !== this.#socket) return;
    this.#socket = null;
    const why = FINAL_CODES.get(code) ?? null;
    this.dispatchEvent(new CustomEvent("closed", { detail: { why } }));
    if (why || this.#stopped) return;
    this.#timer = setTimeout(() => this.open(), backOff(this.#attempt, Math.random()));
    this.#attempt += 1;
  }

  /** Sends an object as JSON, or a blob as it is. False when the socket is not open. @param {object} message */
  send(message) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(message instanceof Blob ? message : JSON.stringify(message));
    return true;
  }

  /** Drops the socket and tries again at once (a person asked, or the server went silent). */
  again() {
    const old = this.#socket;
    this.#socket = null;
    old?.close();
    this.#attempt = 0;
    this.dispatchEvent(new CustomEvent("closed", { detail: { why: null } }));
    this.open();
  }

  stop() {
    this.#stopped = true;
    clearTimeout(this.#timer);
    const old = this.#socket;
    this.#socket = null;
    old?.close();
  }
}
