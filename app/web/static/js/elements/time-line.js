/**
 * The sitting on six lanes. Property `track`; method `show(at)`; event `seek` (detail: ms).
 * Geometry is set with SVG attributes only. Keyboard: arrows 5 s, Page keys 60 s, Home and End.
 */

import { actDetail, actName } from "../acts.js";
import { t, worded } from "../catalogue.js";
import { ms, timeOf } from "../clocks.js";
import { fill, h, s } from "../dom.js";
import { flagName, LEVEL } from "../flags.js";

const LEFT = 74;
const RIGHT = 12;
const WIDTH = 960;
const SPAN = WIDTH - LEFT - RIGHT;
const LANES = { flags: 48, answers: 79, focus: 110, network: 141, staff: 172, pictures: 207 };
const HEIGHT = 236;
const LANE = 26;
const PICTURES = 20;
const STEPS_MS = [15, 30, 60, 120, 300, 600, 900, 1800, 3600].map((seconds) => seconds * 1000);
/** @type {Record<string, string>} */
const GAPS = { focus_lost: "focus", page_hidden: "focus", fullscreen_left: "focus", camera_lost: "focus" };

export class TimeLine extends HTMLElement {
  /** @type {import("../replay/track.js").Track} */
  #track;
  base = "";
  /** @type {Api.Reasons | null} */
  reasons = null;
  at = 0;
  head = s("path", { class: "tl-head" });
  knob = s("rect", { class: "tl-knob", y: 24, width: 62, height: 18, rx: 2 });
  time = s("text", { class: "tl-now", y: 37.5, "text-anchor": "middle" });
  /** @type {SVGSVGElement} */
  svg;

  /** @param {import("../replay/track.js").Track} track @param {string} base address of the sitting */
  load(track, base) {
    this.#track = track;
    this.base = base;
    this.svg = s("svg", { class: "tl", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "slider", tabindex: "0", "aria-label": t("timeline.label"),
      "aria-valuemin": 0, "aria-valuemax": Math.round(track.length / 1000) },
    this.#hatch(), this.#lanes(), this.#axis(), this.#pauses(), this.#flags(), this.#answers(), this.#gaps("focus"), this.#gaps("network"),
    this.#staff(), this.#pictures(), this.head, this.knob, this.time);
    this.#listen();
    fill(this, this.svg);
    this.show(0);
  }

  /** @param {number | null} at */
  x(at) {
    return LEFT + (SPAN * this.#track.clamp(at ?? this.#track.length)) / this.#track.length;
  }

  /** Moves the playhead. @param {number} at */
  show(at) {
    const x = this.x(at);
    const text = timeOf(this.#track.instant(at));
    this.head.setAttribute("d", `M${x} 30V${HEIGHT - 4}`);
    const centre = Math.min(WIDTH - 32, Math.max(32, x));
    this.knob.setAttribute("x", String(centre - 31));
    this.time.setAttribute("x", String(centre));
    this.time.textContent = text;
    this.svg.setAttribute("aria-valuenow", String(Math.round(at / 1000)));
    this.svg.setAttribute("aria-valuetext", text);
    this.at = at;
  }

  #hatch() {
    const line = s("path", { class: "hatch-l", d: "M0 6L6 0" });
    return s("defs", {}, s("pattern", { id: "hatch", width: 6, height: 6, patternUnits: "userSpaceOnUse" }, line));
  }

  #lanes() {
    return Object.entries(LANES).map(([name, y]) => [
      s("text", { class: "tl-name", x: 0, y: y + 17 }, t(`lane.${name}`)), s("rect", { class: "tl-lane", x: LEFT, y, width: SPAN, height: LANE })]);
  }

  #axis() {
    const step = STEPS_MS.find((size) => this.#track.length / size <= 10) ?? STEPS_MS[STEPS_MS.length - 1];
    const marks = [];
    const first = step - (this.#track.start % step);
    for (let at = first % step; at <= this.#track.length; at += step) {
      const x = this.x(at);
      marks.push(s("path", { class: "tl-grid", d: `M${x} 46V${HEIGHT - 4}` }),
        s("text", { x, y: 16, "text-anchor": "middle" }, timeOf(this.#track.instant(at)).slice(0, step < 60_000 ? 8 : 5)));
    }
    return marks;
  }

  #pauses() {
    return this.#track.timeline.pauses.map(({ from_ms: from, to_ms: to }) => s("rect", {
      class: "tl-pause", x: this.x(from), y: LANES.flags, width: Math.max(2, this.x(to) - this.x(from)), height: HEIGHT - 4 - LANES.flags,
    }, s("title", {}, t("timeline.pause", { for: ms((to ?? this.#track.length) - from) }))));
  }

  #flags() {
    let free = LEFT;
    return this.#track.flags.map((flag) => {
      const [x, end] = [this.x(flag.from_ms), this.x(flag.to_ms)];
      const width = Math.max(6, end - x);
      const name = flagName(flag.kind);
      const wide = width > name.length * 13;
      const at = wide ? x + 4 : x + width + 4;
      const room = at >= free;
      if (room) free = at + name.length * 12;
      const label = room && s("text", { class: wide && flag.severity === "high" ? "tl-in" : "", x: at, y: LANES.flags + 17 }, name);
      return [s("rect", { class: `tl-f${LEVEL[flag.severity]} tl-click`, x, y: LANES.flags + 4, width, height: 18, "data-seek": flag.from_ms },
        s("title", {}, `${name} ${t(`severity.${flag.severity}`)} ${timeOf(this.#track.instant(flag.from_ms))}`)), label];
    });
  }

  #answers() {
    const boxes = this.#track.timeline.visits.map((visit, i) => {
      const [x, end] = [this.x(visit.from_ms), this.x(visit.to_ms)];
      const number = end - x > 18 && s("text", { x: x + 4, y: LANES.answers + 17 }, String(visit.position));
      return [s("rect", { class: i % 2 ? "tl-item" : "tl-item-alt", x, y: LANES.answers + 4, width: Math.max(1, end - x), height: 18 },
        s("title", {}, t("item.number", { n: visit.position }))), number];
    });
    const dots = this.#track.timeline.answers.map((answer) => s("circle", { class: "tl-save", cx: this.x(answer.at_ms), cy: LANES.answers + 7, r: 2 }));
    return [boxes, dots];
  }

  /** @param {"focus" | "network"} lane */
  #gaps(lane) {
    const y = LANES[lane];
    const { page_events: events, connection } = this.#track.timeline;
    const gaps = lane === "network" ? connection.map((gap) => ({ ...gap, kind: "network" })) : events.filter((event) => GAPS[event.kind]);
    let free = LEFT;
    return [s("rect", { class: "tl-on", x: LEFT, y: y + 12, width: SPAN, height: 3 }), gaps.map((gap) => {
      const [x, end] = [this.x(gap.from_ms), this.x(gap.to_ms ?? gap.from_ms)];
      const text = t(`gap.${gap.kind}`, { for: ms((gap.to_ms ?? gap.from_ms) - gap.from_ms) });
      const width = Math.max(5, end - x);
      const room = x + width + 4 >= free && x < WIDTH - 110;
      if (room) free = x + width + text.length * 12;
      return [s("rect", { class: "tl-off", x, y: y + 4, width, height: 18 }, s("title", {}, text)), room && s("text", { x: x + width + 4, y: y + 10 }, text)];
    })];
  }

  #staff() {
    const { acts } = this.#track.timeline;
    let free = LEFT;
    return acts.map((act, i) => {
      const x = this.x(act.at_ms);
      const next = i + 1 < acts.length ? this.x(acts[i + 1].at_ms) : WIDTH;
      const y = LANES.staff + 13;
      const text = actName(act);
      const end = x + 14 + text.length * 12;
      const room = x >= free && end <= next;
      if (room) free = end;
      return [s("path", { class: "tl-act tl-click", d: `M${x} ${y - 5}l5 5-5 5-5-5z`, "data-seek": act.at_ms }, s("title", {}, `${text} ${actDetail(act, this.reasons)}`)),
        room && s("text", { x: x + 8, y: y + 4 }, text)];
    });
  }

  #pictures() {
    const { frames } = this.#track.timeline;
    const slot = SPAN / PICTURES;
    return Array.from({ length: PICTURES }, (_, i) => {
      const at = ((i + 0.5) * this.#track.length) / PICTURES;
      const frame = frames[this.#track.frameIndex(at)];
      const box = { x: LEFT + i * slot + 4, y: LANES.pictures + 1, width: slot - 8, height: 24 };
      if (frames[0] && at < frames[0][1]) return null; // before the camera was on nothing is missing
      if (!frame || at - frame[1] > this.#track.length / PICTURES) return s("rect", { class: "tl-off", ...box });
      return s("image", { href: `${this.base}/frames/${frame[0]}.jpg`, preserveAspectRatio: "xMidYMid slice", ...box });
    });
  }

  #listen() {
    const seek = (/** @type {PointerEvent} */ event) => {
      const box = this.svg.getBoundingClientRect();
      const marked = event.type === "pointerdown" && event.target instanceof SVGElement && event.target.dataset.seek;
      const at = marked ? Number(marked) : ((((event.clientX - box.left) * WIDTH) / box.width - LEFT) / SPAN) * this.#track.length;
      this.#seek(at);
    };
    this.svg.addEventListener("pointerdown", (event) => {
      this.svg.setPointerCapture(event.pointerId);
      seek(event);
    });
    this.svg.addEventListener("pointermove", (event) => event.buttons === 1 && seek(event));
    this.svg.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -5_000, ArrowRight: 5_000, PageDown: -60_000, PageUp: 60_000, Home: -Infinity, End: Infinity }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      this.#seek(this.at + step);
    });
  }

  /** @param {number} at */
  #seek(at) {
    this.dispatchEvent(new CustomEvent("seek", { detail: this.#track.clamp(at) }));
  }

  /** The same marks as a table, for screen readers and for reading. */
  table() {
    const { timeline } = this.#track;
    /** @typedef {[at: number, lane: string, text: string, to: number | null]} Row */
    /** @type {Row[]} */
    const rows = [
      ...timeline.flags.map((f) => /** @type {Row} */ ([f.from_ms, t("lane.flags"), `${flagName(f.kind)} ${t(`severity.${f.severity}`)}`, f.to_ms])),
      ...timeline.answers.map((a) => /** @type {Row} */ ([a.at_ms, t("lane.answers"), t("timeline.answered", { n: a.position, labels: a.response.join(t("list.comma")) || t("timeline.cleared") }), null])),
      ...timeline.page_events.map((e) => /** @type {Row} */ ([e.from_ms, t("lane.focus"), worded("gap_name", e.kind), e.to_ms])),
      ...timeline.connection.map((c) => /** @type {Row} */ ([c.from_ms, t("lane.network"), t("gap_name.network"), c.to_ms])),
      ...timeline.acts.map((a) => /** @type {Row} */ ([a.at_ms, t("lane.staff"), [actName(a), actDetail(a, this.reasons)].filter(Boolean).join(" · "), null])),
      ...timeline.pauses.map((p) => /** @type {Row} */ ([p.from_ms, t("lane.staff"), t("state.paused"), p.to_ms])),
    ].sort((a, b) => a[0] - b[0]);
    return h("table", { class: "tbl" }, h("tbody", {}, rows.map(([at, lane, text, to]) => h("tr", {},
      h("td", { class: "nowrap" }, h("button", { class: "linkish", type: "button", onclick: () => this.#seek(at) }, timeOf(this.#track.instant(at)))),
      h("td", { class: "meta nowrap" }, lane), h("td", {}, text), h("td", { class: "num meta" }, to ? ms(to - at) : "")))));
  }
}

customElements.define("time-line", TimeLine);
