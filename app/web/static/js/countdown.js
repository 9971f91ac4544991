/** Time left = what the server said, less what the page's monotonic clock has run since. */

/** The minutes at which the time left is spoken. */
export const SPOKEN_MINUTES = [30, 10, 5, 1];

export class Countdown {
  /** @type {number | null} */
  #remaining = null;
  #at = 0;
  #running = false;
  /** @type {Set<number>} */
  #spoken = new Set();

  /**
   * What the server says now.
   * @param {number|null} remainingMs null before the start
   * @param {number} now `performance.now()` when the message came
   * @param {boolean} running false while paused or not started: the time stands still
   */
  sync(remainingMs, now, running) {
    this.#remaining = remainingMs;
    this.#at = now;
    this.#running = running;
  }

  /** Milliseconds left at `now`, never negative; null when the server gave none. @param {number} now */
  left(now) {
    if (this.#remaining === null) return null;
    return Math.max(0, this.#remaining - (this.#running ? now - this.#at : 0));
  }

  /** The minute mark to speak now, each once, only in its own minute; else null. @param {number} now */
  toSpeak(now) {
    const left = this.left(now);
    if (left === null || !this.#running) return null;
    const mark = SPOKEN_MINUTES.find((m) => left <= m * 60_000 && left > (m - 1) * 60_000);
    if (mark === undefined || this.#spoken.has(mark)) return null;
    this.#spoken.add(mark);
    return mark;
  }

  /** Whether the time has run out on this page (the server still decides). @param {number} now */
  over(now) {
    return this.#running && this.left(now) === 0;
  }
}
