/** The time left; spoken at 30, 10, 5 and 1 minutes only. */

import { t } from "../catalogue.js";
import { hms } from "../clocks.js";
import { fill, h, icon, say } from "../dom.js";

const SOON_MS = 600_000;

export class TimeLeft extends HTMLElement {
  kind = "";
  label = h("span", { class: "t-18 row" });
  output = h("output", { role: "timer", "aria-live": "off" });
  spoken = h("span", { class: "sr", "aria-live": "assertive" });

  connectedCallback() {
    this.classList.add("clock");
    fill(this, this.label, this.output, this.spoken);
  }

  /**
   * @param {import("../countdown.js").Countdown} countdown
   * @param {number} now
   * @param {boolean} paused
   */
  show(countdown, now, paused) {
    const left = countdown.left(now);
    say(this.output, left === null ? "--:--:--" : hms(left));
    const soon = left !== null && left < SOON_MS;
    this.classList.toggle("clock-soon", soon);
    const kind = paused ? "paused" : soon ? "soon" : "normal";
    if (kind !== this.kind) {
      this.kind = kind;
      fill(this.label, paused && icon("pause", "s"), t(`clock.${kind}`));
    }
    const mark = countdown.toSpeak(now);
    if (mark !== null) say(this.spoken, t("clock.spoken", { n: mark }));
  }
}

customElements.define("time-left", TimeLeft);
