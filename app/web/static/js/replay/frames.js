/** Fetches frames ahead of the playhead and keeps a bounded number of them. */

const KEPT = 120;
const AHEAD = 8;

export class Frames {
  #urls = new Map();
  #waiting = new Map();

  /** @param {string} base address of the sitting */
  constructor(base, list) {
    this.base = base;
    this.list = list;
  }

  /** The blob address of the frame at an index of the list; null when it cannot be had. */
  async at(index) {
    const entry = this.list[index];
    return entry ? this.number(entry[0]) : null;
  }

  /** The blob address of a frame by its number. */
  async number(n) {
    if (this.#urls.has(n)) return this.#urls.get(n);
    if (!this.#waiting.has(n)) this.#waiting.set(n, this.#fetch(n).finally(() => this.#waiting.delete(n)));
    return this.#waiting.get(n);
  }

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
      const [oldest, url] = this.#urls.entries().next().value;
      URL.revokeObjectURL(url);
      this.#urls.delete(oldest);
    }
  }

  /** Fetches what the playhead will need next, `stride` frames apart. */
  ahead(index, stride) {
    for (let i = 1; i <= AHEAD; i += 1) {
      const entry = this.list[index + i * stride];
      if (entry && this.#waiting.size < AHEAD) this.number(entry[0]);
    }
  }
}
