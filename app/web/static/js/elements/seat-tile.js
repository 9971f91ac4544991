/** One seat of the map: picture, number, name, state. Redraws only what changed. */

import { t } from "../catalogue.js";
import { ms } from "../clocks.js";
import { fill, h, sign } from "../dom.js";
import { flagName, flagSign, LEVEL, worstFlag } from "../flags.js";
import { stateName } from "../states.js";

const STALE_MS = 3_000;
const LOST_MS = 10_000;
/** @type {Set<Live.State | null>} */
const DIM = new Set(["submitted", "expired", "terminated", "voided", "scheduled"]);
/** @type {Partial<Record<Live.State, string>>} */
const STATE_SIGNS = {
  awaiting_admission: "do", paused: "pause", submitted: "done", expired: "done", terminated: "stop", voided: "stop",
  scheduled: "idle", checking_in: "idle", ready: "ok",
};

export class SeatTile extends HTMLElement {
  image = h("img", { alt: "", hidden: true });
  none = h("span", { class: "tile-none" });
  bar = h("progress", { max: "1", value: "0", "aria-hidden": "true" });
  number = h("span", { class: "chip" });
  corner = h("span", { class: "chip chip-r" });
  nameText = h("span", { class: "one grow" });
  signs = h("span", { class: "row tile-signs" });
  button = h("button", { class: "seat", type: "button", tabindex: "-1", onclick: () => this.#open() },
    h("span", { class: "photo" }, this.image, this.none, this.bar), this.number, this.corner,
    h("span", { class: "seat-foot" }, this.nameText, this.signs));
  /** @type {Live.SeatView | null} */
  #seat = null;
  #key = "";

  connectedCallback() {
    if (!this.button.isConnected) fill(this, this.button);
  }

  #open() {
    if (this.#seat) this.dispatchEvent(new CustomEvent("open", { bubbles: true, detail: this.#seat.index }));
  }

  /**
   * @param {Live.SeatView} seat
   * @param {number} now server time, milliseconds since 1970
   * @param {number} [pictureMs] when the server received the newest picture of this seat; 0: none came yet
   */
  show(seat, now, pictureMs = 0) {
    this.#seat = seat;
    // A seat message tells the picture of its own moment; the pictures themselves come every second.
    const pictured = Math.max(pictureMs, seat.picture_at ? Date.parse(seat.picture_at) : 0);
    const flag = worstFlag(seat.flags.filter((f) => !f.seen_by));
    const age = pictured && !DIM.has(seat.state) ? now - pictured : 0;
    const lost = (seat.presence === "lost" || age > LOST_MS) && !DIM.has(seat.state);
    const corner = this.#corner(seat, now, age, lost, pictured);
    const key = JSON.stringify([seat.label, seat.name, seat.state, flag?.id, lost, corner, seat.answered, seat.called_at, age > STALE_MS, this.image.hidden, seat.camera]);
    if (key === this.#key) return;
    this.#key = key;
    this.number.textContent = seat.label;
    this.corner.textContent = corner;
    this.corner.hidden = corner === "";
    this.nameText.textContent = seat.name ?? "";
    this.#attributes(flag, lost, DIM.has(seat.state));
    this.bar.hidden = !seat.total || DIM.has(seat.state);
    if (seat.total) this.bar.value = seat.answered / seat.total;
    this.none.textContent = this.#nothingShown(seat);
    fill(this.signs, this.#signs(seat, flag, lost, age));
    this.button.setAttribute("aria-label", this.#said(seat, flag, lost));
  }

  /** @param {Live.FlagView | null} flag @param {boolean} lost @param {boolean} dim */
  #attributes(flag, lost, dim) {
    const set = (/** @type {string} */ name, /** @type {string | null | false} */ value) => (value ? this.button.setAttribute(name, value) : this.button.removeAttribute(name));
    set("data-flag", flag && String(LEVEL[flag.severity]));
    set("data-lost", lost && "true");
    set("data-dim", dim && "true");
  }

  /** @param {Live.SeatView} seat */
  #nothingShown(seat) {
    if (!seat.sitting_id) return t("wall.free");
    return !this.image.hidden || DIM.has(seat.state) || seat.camera === "on" ? "" : t("wall.no_picture");
  }

  /** @param {Live.SeatView} seat @param {number} now @param {number} age @param {boolean} lost @param {number} pictured */
  #corner(seat, now, age, lost, pictured) {
    if (lost) return ms(now - (seat.presence === "lost" && seat.presence_since ? Date.parse(seat.presence_since) : pictured));
    if (seat.state && seat.state !== "in_progress") return stateName(seat, "state_short");
    return age > STALE_MS ? t("seconds", { n: Math.floor(age / 1000) }) : "";
  }

  /** @param {Live.SeatView} seat @param {Live.FlagView | null} flag @param {boolean} lost @param {number} age */
  #signs(seat, flag, lost, age) {
    const state = seat.state && STATE_SIGNS[seat.state];
    return [seat.called_at && sign("do"), flag && flagSign(flag.severity), lost ? sign("lost") : age > STALE_MS && sign("stale"),
      state && seat.state !== "ready" && sign(state)];
  }

  /** @param {Live.SeatView} seat @param {Live.FlagView | null} flag @param {boolean} lost */
  #said(seat, flag, lost) {
    return [t("wall.seat", { n: seat.label }), seat.name, seat.state && stateName(seat), lost && t("presence.lost"),
      flag && `${flagName(flag.kind)} ${t(`severity.${flag.severity}`)}`, seat.called_at && t("wall.called")].filter(Boolean).join(" ");
  }

  /** Shows a picture. @param {string} url */
  set picture(url) {
    this.image.src = url;
    this.image.hidden = false;
  }

  /** Marks the seat whose panel is open. @param {boolean} on */
  setCurrent(on) {
    if (on) this.button.setAttribute("aria-current", "true");
    else this.button.removeAttribute("aria-current");
  }

  /** Moves the keyboard to this seat; the map is one tab stop. */
  focusButton() {
    this.button.focus();
  }

  /** @param {boolean} on */
  set reachable(on) {
    this.button.tabIndex = on ? 0 : -1;
  }

  /** @param {boolean} on */
  set faded(on) {
    this.classList.toggle("faded", on);
  }
}

customElements.define("seat-tile", SeatTile);
