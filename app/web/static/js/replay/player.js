/** Plays a track: speed, steps, seeking; draws the frame and says where it is. */

import { SPEEDS } from "./track.js";

/** Events: moved (detail: ms), playing (detail: boolean), speed (detail: number). */
export class Player extends EventTarget {
  at = 0;
  playing = false;
  speed = 4;
  #shown = -1;
  #last = 0;

  /** @param {import("./track.js").Track} track @param {import("./frames.js").Frames} frames @param {HTMLImageElement} image */
  constructor(track, frames, image) {
    super();
    this.track = track;
    this.frames = frames;
    this.image = image;
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  play() {
    if (this.at >= this.track.length) this.at = 0;
    this.playing = true;
    this.#last = performance.now();
    this.#tell("playing", true);
    requestAnimationFrame((now) => this.#step(now));
  }

  pause() {
    this.playing = false;
    this.#tell("playing", false);
  }

  /** @param {number} now */
  #step(now) {
    if (!this.playing) return;
    const at = this.at + Math.max(0, now - this.#last) * this.speed;
    this.#last = now;
    this.seek(at);
    if (at >= this.track.length) this.pause();
    else requestAnimationFrame((next) => this.#step(next));
  }

  /** Moves to a place on the track, in ms since its start. @param {number} at */
  seek(at) {
    this.at = this.track.clamp(at);
    this.#draw();
    this.#tell("moved", this.at);
  }

  /** One frame back or forward; stops playing. @param {number} step */
  frame(step) {
    this.pause();
    const { frames } = this.track.timeline;
    const index = Math.min(frames.length - 1, Math.max(0, this.track.frameIndex(this.at) + step));
    if (frames[index]) this.seek(frames[index][1]);
  }

  /** @param {boolean} forward */
  flag(forward) {
    const flag = forward ? this.track.flagAfter(this.at) : this.track.flagBefore(this.at);
    if (flag) this.seek(flag.from_ms);
  }

  /** @param {number} step */
  faster(step) {
    const at = SPEEDS.indexOf(this.speed) + step;
    this.setSpeed(SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, at))]);
  }

  /** @param {number} speed */
  setSpeed(speed) {
    this.speed = speed;
    this.#tell("speed", speed);
  }

  async #draw() {
    const index = this.track.frameIndex(this.at);
    if (index === this.#shown) return;
    this.#shown = index;
    const stride = this.playing ? Math.max(1, Math.round(this.speed / 8)) : 1;
    const url = await this.frames.at(index);
    if (index !== this.#shown) return;
    this.image.hidden = url === null;
    if (url) this.image.src = url;
    this.#tell("drawn", { index, url });
    this.frames.ahead(index, stride);
  }

  /** @param {string} name @param {unknown} detail */
  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
