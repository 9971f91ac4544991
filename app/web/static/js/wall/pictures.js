/** Binary pictures of the wall socket: header, credit, and one blob address per seat (revoked). */

const HEADER_BYTES = 20;

/**
 * The header of a picture message, or null when it is none.
 * @param {ArrayBuffer} bytes
 */
export function readPicture(bytes) {
  if (bytes.byteLength <= HEADER_BYTES) return null;
  const view = new DataView(bytes);
  if (view.getUint8(0) !== 0x4b || view.getUint8(1) !== 0x54 || view.getUint8(2) !== 1) return null;
  return {
    full: view.getUint8(3) === 1,
    seat: view.getUint16(4),
    sequence: view.getUint32(8),
    receivedMs: Number(view.getBigUint64(12)),
    jpeg: new Uint8Array(bytes, HEADER_BYTES),
  };
}

/** @typedef {{url: string, receivedMs: number, seat: number}} Picture */

export class Pictures {
  /** Newest thumbnail and full address by seat index. @type {Map<number, Picture>} */
  #thumbnails = new Map();
  /** @type {Picture | null} */
  #full = null;
  #uncredited = 0;

  /** @param {(count: number) => void} credit tells the server how many pictures were drawn */
  constructor(credit) {
    this.credit = credit;
  }

  /** Takes a picture message in; returns its header, or null. @param {ArrayBuffer} bytes */
  take(bytes) {
    const picture = readPicture(bytes);
    if (!picture) return null;
    const url = URL.createObjectURL(new Blob([picture.jpeg], { type: "image/jpeg" }));
    const entry = { url, receivedMs: picture.receivedMs, seat: picture.seat };
    if (picture.full) {
      this.#revoke(this.#full);
      this.#full = entry;
    } else {
      this.#revoke(this.#thumbnails.get(picture.seat));
      this.#thumbnails.set(picture.seat, entry);
    }
    this.#count();
    return { ...picture, url };
  }

  /** @param {Picture | null | undefined} entry */
  #revoke(entry) {
    // The image that shows it may still be decoding: leave it one second.
    if (entry) setTimeout(() => URL.revokeObjectURL(entry.url), 1_000);
  }

  /** Credits all pictures of one drawing turn together. */
  #count() {
    this.#uncredited += 1;
    if (this.#uncredited > 1) return;
    const tell = () => {
      const n = this.#uncredited;
      this.#uncredited = 0;
      if (n > 0) this.credit(n);
    };
    // A hidden page draws nothing: it still takes pictures, at the timer's pace.
    if (document.hidden) setTimeout(tell, 200);
    else requestAnimationFrame(tell);
  }

  /** @param {number} seat */
  thumbnail(seat) {
    return this.#thumbnails.get(seat) ?? null;
  }

  /** @param {number} seat */
  full(seat) {
    return this.#full?.seat === seat ? this.#full : null;
  }
}
