/** The webcam: opens it, takes JPEG frames, and streams them to the recorder. */

import { Connection } from "./connection.js";
import { on } from "./dom.js";
import { socketAddress } from "./server.js";

export const WIDTH = 640;
export const HEIGHT = 480;
export const MAX_BYTES = 256 * 1024;
const HEADER_BYTES = 16;
const IN_FLIGHT = 2;
const QUALITIES = [0.7, 0.5, 0.3];

/**
 * The 16 bytes before a frame's JPEG: "KF", version 1, 0, sequence u32, captured_ms u64, big-endian.
 * @param {number} sequence
 * @param {number} capturedMs milliseconds since 1970
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function frameHeader(sequence, capturedMs) {
  const header = new DataView(new ArrayBuffer(HEADER_BYTES));
  header.setUint8(0, 0x4b);
  header.setUint8(1, 0x46);
  header.setUint8(2, 1);
  header.setUint32(4, sequence);
  header.setBigUint64(8, BigInt(capturedMs));
  return new Uint8Array(header.buffer);
}

/** @typedef {"opening" | "ok" | "blocked" | "none" | "lost"} CameraState */

/** Events: state (detail: "opening" | "ok" | "blocked" | "none" | "lost"). */
export class Camera extends EventTarget {
  video = document.createElement("video");
  /** @type {CameraState} */
  state = "opening";
  label = "";
  /** @type {MediaStream | null} */
  #stream = null;
  #canvas = document.createElement("canvas");
  /** @type {string | null} */
  #device = null;

  constructor() {
    super();
    this.video.muted = true;
    this.video.playsInline = true;
    this.#canvas.width = WIDTH;
    this.#canvas.height = HEIGHT;
  }

  /** Asks for the camera. Never throws: the outcome is `state`. */
  async open() {
    this.close();
    this.#become("opening");
    try {
      const device = this.#device ? { deviceId: { exact: this.#device } } : {};
      const video = { width: { ideal: WIDTH }, height: { ideal: HEIGHT }, ...device };
      const stream = await navigator.mediaDevices.getUserMedia({ video, audio: false });
      this.#stream = stream;
      this.video.srcObject = stream;
      await this.video.play();
      const [track] = stream.getVideoTracks();
      this.label = track.label;
      track.addEventListener("ended", () => this.#become("lost"));
      this.#become("ok");
    } catch (cause) {
      this.#become(cause instanceof DOMException && cause.name === "NotAllowedError" ? "blocked" : "none");
    }
  }

  /** Goes on with the next camera of the computer. */
  async next() {
    const cameras = (await navigator.mediaDevices.enumerateDevices()).filter((d) => d.kind === "videoinput");
    const current = cameras.findIndex((d) => d.label === this.label);
    this.#device = cameras[(current + 1) % cameras.length]?.deviceId ?? null;
    await this.open();
  }

  /** One frame as JPEG, 640x480, at most 256 KiB; null when there is no picture. @returns {Promise<Blob|null>} */
  async grab() {
    if (this.state !== "ok" || this.video.videoWidth === 0) return null;
    this.#draw();
    for (const quality of QUALITIES) {
      /** @type {Blob | null} */
      const blob = await new Promise((done) => this.#canvas.toBlob(done, "image/jpeg", quality));
      if (blob && blob.size <= MAX_BYTES - HEADER_BYTES) return blob;
    }
    return null;
  }

  /** Draws the middle of the picture at 4:3, not mirrored. */
  #draw() {
    const { videoWidth: w, videoHeight: hgt } = this.video;
    const scale = Math.min(w / WIDTH, hgt / HEIGHT);
    const [cw, ch] = [WIDTH * scale, HEIGHT * scale];
    this.#canvas.getContext("2d")?.drawImage(this.video, (w - cw) / 2, (hgt - ch) / 2, cw, ch, 0, 0, WIDTH, HEIGHT);
  }

  close() {
    this.#stream?.getTracks().forEach((track) => track.stop());
    this.#stream = null;
  }

  /** @param {CameraState} state */
  #become(state) {
    this.state = state;
    this.dispatchEvent(new CustomEvent("state", { detail: state }));
  }
}

/**
 * Sends the camera's frames to `/ws/camera`: at most 2 unacknowledged, later ones are skipped.
 * Events: recorded (detail: sequence), closed (detail: why the server ended the connection for good).
 */
export class FrameSender extends EventTarget {
  #connection = new Connection(socketAddress("/ws/camera"));
  #camera;
  #sequence = 0;
  #inFlight = 0;
  #timer = 0;
  #fps = 0;
  #open = false;

  /** @param {Camera} camera */
  constructor(camera) {
    super();
    this.#camera = camera;
    this.#connection.addEventListener("open", () => {
      this.#open = true;
      this.#inFlight = 0;
    });
    on(this.#connection, "closed", (/** @type {{why: string | null}} */ { why }) => {
      this.#open = false;
      if (why) this.dispatchEvent(new CustomEvent("closed", { detail: why }));
    });
    on(this.#connection, "message", (/** @type {{type: string, sequence: number}} */ message) => {
      if (message.type !== "recorded") return;
      this.#inFlight = Math.max(0, this.#inFlight - 1);
      this.dispatchEvent(new CustomEvent("recorded", { detail: message.sequence }));
    });
  }

  start() {
    this.#connection.open();
  }

  /** Frames a second; the server says how many. @param {number} fps */
  rate(fps) {
    if (fps === this.#fps || !(fps > 0)) return;
    this.#fps = fps;
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#send(), 1000 / fps);
  }

  async #send() {
    if (!this.#open || this.#inFlight >= IN_FLIGHT) return;
    const capturedMs = Date.now();
    this.#inFlight += 1;
    const jpeg = await this.#camera.grab();
    if (!jpeg) {
      this.#inFlight = Math.max(0, this.#inFlight - 1);
      return;
    }
    this.#sequence += 1;
    if (!this.#connection.send(new Blob([frameHeader(this.#sequence, capturedMs), jpeg]))) this.#open = false;
  }

  stop() {
    clearInterval(this.#timer);
    this.#fps = 0;
    this.#connection.stop();
  }
}
