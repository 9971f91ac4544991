/** Fetches frames ahead of the playhead and keeps a bounded number of them. */

const KEPT = 120;
const AHEAD = 8;

export class Frames {
  /** @type {Map<number, string>} */
  #urls = new Map();
  /** @type {Map<number, Promise<string | null>>} */
  #waiting = new Map();

  /** @param {string} base address of the sitting @param {[number: number, at_ms: number][]} list */
  constructor(base, list) {
    this.base = base;
    this.list = list;
  }

  /** The blob address of the frame at an index of the list; null when it cannot be had. @param {number} index */
  async at(index) {
    const entry = this.list[index];
    return entry ? this.number(entry[0]) : null;
  }

  /** The blob address of a frame by its number. @param {number} n @returns {Promise<string | null>} */
  async number(n) {
    const known = this.#urls.get(n);
    if (known) return known;
    const waiting = this.#waiting.get(n) ?? this.#fetch(n).finally(() => this.#waiting.delete(n));
    this.#waiting.set(n, waiting);
    return waiting;
  }

  /** @param {number} n */
  async #fetch(n) {
    try {
      const answer = await fetch(`${this.base}/frames/${n}.jpg`);
      if (!answer.ok) return null;
      const url = URL.createObjectURL(await answer.blob());
      this.#urls.set(n, url);
      this.#forget();
      return url;
    } catch {
      return null;
    }
  }

  #forget() {
    while (this.#urls.size > KEPT) {
      const oldest = this.#urls.keys().next().value ?? -1;
      URL.revokeObjectURL(this.#urls.get(oldest) ?? "");
      this.#urls.delete(oldest);
    }
  }

  /** Fetches what the playhead will need next, `stride` frames apart. @param {number} index @param {number} stride */
  ahead(index, stride) {
    for (let i = 1; i <= AHEAD; i += 1) {
      const entry = this.list[index + i * stride];
      if (entry && this.#waiting.size < AHEAD) this.number(entry[0]);
    }
  }
}
