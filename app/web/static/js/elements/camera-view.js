/** The mirrored camera picture. Property `camera`; attribute `guide` draws the oval. */

import { t } from "../catalogue.js";
import { fill, h, s } from "../dom.js";

const HOLE = "M0 0h80v60H0z M40 5.5c-11 0-17 9-17 21s7 23 17 23 17-11 17-23-6-21-17-21z";

function guide() {
  return s("svg", { class: "guide", viewBox: "0 0 80 60", "aria-hidden": "true" },
    s("path", { class: "guide-shade", d: HOLE, "fill-rule": "evenodd" }),
    s("ellipse", { class: "guide-line", cx: 40, cy: 27.3, rx: 17, ry: 21.8 }));
}

export class CameraView extends HTMLElement {
  /** @type {import("../camera.js").Camera | null} */
  #camera = null;

  /** @param {import("../camera.js").Camera} camera */
  set camera(camera) {
    this.#camera = camera;
    this.#draw();
  }

  #draw() {
    const video = h("video", { class: "mirrored", "aria-label": t("camera.view"), playsinline: true });
    video.muted = true;
    const camera = this.#camera;
    if (!camera) return;
    const show = () => {
      video.srcObject = camera.video.srcObject;
      if (video.srcObject) video.play().catch(() => {});
    };
    camera.addEventListener("state", show, { signal: this.#signal() });
    show();
    const caption = this.hasAttribute("guide") && h("figcaption", {}, t("camera.mirrored"));
    const classes = this.hasAttribute("guide") ? "photo live camview" : "photo live";
    fill(this, h("figure", { class: classes }, video, this.hasAttribute("guide") && guide(), caption));
  }

  #abort = new AbortController();

  #signal() {
    this.#abort.abort();
    this.#abort = new AbortController();
    return this.#abort.signal;
  }

  disconnectedCallback() {
    this.#abort.abort();
  }
}

customElements.define("camera-view", CameraView);
