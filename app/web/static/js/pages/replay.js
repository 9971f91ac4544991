/** The regulator's replay of one sitting. */

import { loadCatalogue, t, worded } from "../catalogue.js";
import { timeOf } from "../clocks.js";
import { byId, fill, h, icon, kbd, on, s, say, sentence, sign } from "../dom.js";
import "../elements/key-list.js";
import "../elements/time-line.js";
import { dialogOpen, onKeys } from "../keys.js";
import { DispositionPanel } from "../replay/disposition.js";
import { Frames } from "../replay/frames.js";
import { Player } from "../replay/player.js";
import { SPEEDS, Track } from "../replay/track.js";
import { verificationText } from "../replay/verification.js";
import { get } from "../server.js";
import { signedIn, topbar } from "../staff-frame.js";
import { stateName } from "../states.js";

/** @typedef {import("../keys.js").Binding} Binding */

class ReplayPage {
  root = byId("app");
  image = h("img", { alt: t("replay.picture"), hidden: true });
  caption = h("figcaption");
  now = h("img", { alt: t("photo.now"), hidden: true });
  nowTime = h("figcaption", { class: "meta" });
  item = h("div", { class: "stack stack-1 now-item" });
  none = h("div", { class: "tile-none", hidden: true });
  line = h("time-line");
  proof = h("button", { class: "proof proof-wait", type: "button", onclick: () => this.#verify() }, sign("idle"), t("proof.checking"));
  play = h("button", { class: "btn btn-main", type: "button", onclick: () => this.player.toggle() });
  speeds = SPEEDS.map((speed) => h("button", { class: "btn", type: "button", "data-speed": speed, onclick: () => this.player.setSpeed(speed) }, `${speed}×`));
  list = h("div", { class: "tl-list scroll", hidden: true });
  listButton = h("button", { class: "btn", type: "button", "aria-pressed": "false", onclick: () => this.#toggleList() }, icon("table", "s"), t("timeline.list"));
  #itemKey = "";

  /** @param {Api.Staff} me @param {{details: Api.SittingDetail, timeline: Api.Timeline, reasons: Api.Reasons}} parts */
  constructor(me, parts) {
    this.details = parts.details;
    this.timeline = parts.timeline;
    this.reasons = parts.reasons;
    this.me = me;
    this.base = `/api/sittings/${this.details.sitting_id}`;
    this.track = new Track(this.timeline);
    this.player = new Player(this.track, new Frames(this.base, this.timeline.frames), this.image);
    this.panel = new DispositionPanel(this);
    this.#draw();
    this.#wire();
    this.player.seek(this.track.flags[0]?.from_ms ?? 0);
    this.#verify();
  }

  #draw() {
    const { details } = this;
    const facts = [t("replay.ticket", { ticket: details.ticket }), details.enterprise, details.exam, details.administration, details.seat && t("wall.seat", { n: details.seat }), stateName(details), scoreOf(details)];
    fill(this.root, h("div", { class: "replay" }, topbar(this.me),
      h("header", { class: "replay-head" }, h("div", { class: "grow row row-3" }, h("h1", { class: "nowrap" }, details.name), h("span", { class: "one dim" }, facts.filter(Boolean).join(" · "))), this.proof),
      h("div", { class: "replay-view", id: "main" }, h("figure", { class: "photo" }, this.image, this.none, this.caption), h("div", { class: "stack stack-1" }, this.#trio(), this.#ruler(), this.item)),
      h("section", { class: "replay-line" }, h("div", { class: "panel" }, this.#transport(), h("div", { class: "panel-body tl-wrap" }, this.line, this.list))),
      this.panel.element));
    this.line.reasons = this.reasons;
    this.line.load(this.track, this.base);
    fill(this.list, this.line.table());
  }

  #trio() {
    const { details, base } = this;
    const figure = (/** @type {HTMLElement} */ image, /** @type {string} */ title, /** @type {HTMLElement | null} */ time = null) => h("figure", { class: "stack stack-1" }, h("div", { class: "photo" }, image), h("figcaption", { class: "meta" }, title), time);
    const registered = details.registered_photo ? h("img", { src: `${base}/photo`, alt: t("photo.registered") }) : h("span", { class: "tile-none" }, t("photo.none"));
    const admission = details.admission_picture === null ? h("span", { class: "tile-none" }, t("replay.no_admission"))
      : h("img", { src: `${base}/frames/${details.admission_picture}.jpg`, alt: t("replay.admission") });
    return h("div", { class: "trio" }, figure(registered, t("photo.registered")), figure(admission, t("replay.admission")), figure(this.now, t("photo.now"), this.nowTime));
  }

  /** The comparison score at the door on its ruler with the threshold. */
  #ruler() {
    const { identity } = this.details;
    if (!identity || identity.score_milli === null) return h("p", { class: "meta" }, t("replay.no_score"));
    const x = (/** @type {number} */ milli) => 6 + (308 * Math.min(1000, Math.max(0, milli))) / 1000;
    const [score, threshold] = [identity.score_milli, identity.threshold_milli];
    const text = (/** @type {number} */ milli) => (milli / 1000).toFixed(2);
    return h("div", { class: "stack stack-1" }, h("p", { class: "row" }, h("b", {}, t("replay.score")), h("span", { class: "meta" }, worded("outcome", identity.outcome))),
      s("svg", { class: "chart", viewBox: "0 0 320 40", width: 320, height: 40, role: "img", "aria-label": t("replay.score_said", { score: text(score), threshold: text(threshold) }) },
        s("path", { class: "ch-base", d: "M6 21h308M6 17v8M314 17v8" }), s("path", { class: "ch-old", d: `M${x(threshold)} 13v16` }),
        s("text", { x: x(threshold), y: 11, "text-anchor": "middle" }, t("replay.threshold", { value: text(threshold) })),
        s("circle", { class: "ch-dot", cx: x(score), cy: 21, r: 5 }), s("text", { class: "ch-v", x: x(score), y: 38, "text-anchor": "middle" }, text(score))));
  }

  #transport() {
    const { player } = this;
    const button = (/** @type {string} */ name, /** @type {string} */ label, /** @type {() => void} */ act, /** @type {string} */ key) =>
      h("button", { class: "btn", type: "button", "aria-label": label, onclick: act }, icon(name, "s"), kbd(key));
    return h("div", { class: "transport wrap" }, button("stepb", t("replay.previous_flag"), () => player.flag(false), "⇧N"), button("left", t("replay.previous_frame"), () => player.frame(-1), ","),
      this.play, button("right", t("replay.next_frame"), () => player.frame(1), "."), button("step", t("replay.next_flag"), () => player.flag(true), "N"),
      h("span", { class: "row push" }, h("span", { class: "meta" }, t("replay.speed")), h("span", { class: "row seg", role: "group", "aria-label": t("replay.speed") }, this.speeds), kbd("[", "]")), this.listButton, h("key-list"));
  }

  #wire() {
    const { player } = this;
    on(this.line, "seek", (/** @type {number} */ at) => player.seek(at));
    on(player, "moved", (/** @type {number} */ at) => this.#moved(at));
    on(player, "playing", (/** @type {boolean} */ playing) => this.#playing(playing));
    on(player, "speed", (/** @type {number} */ speed) => this.#speed(speed));
    on(player, "drawn", (/** @type {{index: number, url: string | null}} */ { index, url }) => this.#drawn(index, url));
    this.#playing(false);
    this.#speed(player.speed);
    onKeys(this.#keys(), new AbortController().signal);
  }

  #keys() {
    const { player, panel } = this;
    /** @returns {Binding} */
    const key = (/** @type {string[]} */ names, /** @type {string[]} */ shown, /** @type {string} */ says, /** @type {Binding["act"]} */ act) => ({ on: names, shown, says, act, when: () => !dialogOpen() });
    return [
      key([" "], [t("keys.space")], t("keys.play"), (event) => (event.target instanceof Element && event.target.closest("button, summary") ? false : player.toggle())),
      key([","], [","], t("replay.previous_frame"), () => player.frame(-1)), key(["."], ["."], t("replay.next_frame"), () => player.frame(1)),
      key(["n"], ["N"], t("replay.next_flag"), () => player.flag(true)), key(["Shift+n"], ["\u21e7N"], t("replay.previous_flag"), () => player.flag(false)),
      key(["["], ["["], t("keys.slower"), () => player.faster(-1)), key(["]"], ["]"], t("keys.faster"), () => player.faster(1)),
      key(["1", "2", "3"], ["1", "2", "3"], t("disposition.yours"), (event) => panel.press(Number(event.key) - 1)),
      key(["i"], ["I"], t("disposition.open"), () => panel.note()), key(["Ctrl+Enter"], ["Ctrl", "Enter"], t("disposition.submit"), () => panel.submit()),
    ];
  }

  /** @param {number} at */
  #moved(at) {
    this.line.show(at);
    this.panel.moved(this.track.instant(at));
    const visit = this.track.visit(at);
    const frame = this.timeline.frames[this.track.frameIndex(at)];
    const parts = [timeOf(this.track.instant(at)), visit && t("item.number", { n: visit.position }), frame && t("panel.frame", { n: frame[0] })];
    say(this.caption, parts.filter(Boolean).join("  "));
    const key = visit ? `${visit.position} ${this.track.answer(visit.position, at)?.at_ms}` : "";
    if (key === this.#itemKey) return;
    this.#itemKey = key;
    this.#drawItem(visit, at);
  }

  /** @param {Api.Visit | null} visit @param {number} at */
  #drawItem(visit, at) {
    if (!visit) {
      fill(this.item);
      return;
    }
    const answer = this.track.answer(visit.position, at);
    const stem = answer?.item_stem ?? this.timeline.stems?.[visit.position];
    fill(this.item, h("p", { class: "row" }, h("b", {}, t("item.number", { n: visit.position })),
      h("span", { class: "push" }, answer?.response.length ? t("review.answered", { labels: answer.response.join(t("list.comma")) }) : t("item.unanswered"))), stem && h("p", { class: "dim stem-line" }, stem));
  }

  /** @param {number} index @param {string | null} url */
  #drawn(index, url) {
    this.now.hidden = url === null;
    if (url) this.now.src = url;
    const frame = this.timeline.frames[index];
    say(this.nowTime, frame ? timeOf(this.track.instant(frame[1])) : "");
    this.none.hidden = url !== null;
    if (url === null) say(this.none, t(frame ? "replay.frame_missing" : "replay.no_frames"));
  }

  /** @param {boolean} on */
  #playing(on) {
    fill(this.play, icon(on ? "pause" : "play", "s"), t(on ? "replay.pause" : "replay.play"), kbd(t("keys.space")));
  }

  /** @param {number} speed */
  #speed(speed) {
    this.speeds.forEach((b) => b.setAttribute("aria-pressed", String(Number(b.dataset.speed) === speed)));
  }

  #toggleList() {
    this.list.hidden = !this.list.hidden;
    this.line.hidden = !this.list.hidden;
    this.listButton.setAttribute("aria-pressed", String(!this.list.hidden));
  }

  /** Moves the playhead to an instant. @param {Instant} instant */
  seekTo(instant) {
    this.player.seek(Date.parse(instant) - this.track.start);
  }

  /** The instant that the player shows. */
  shownInstant() {
    return this.track.instant(this.player.at);
  }

  async reload() {
    this.details = await get(this.base);
  }

  async #verify() {
    try {
      const answer = await get(`${this.base}/verification`);
      this.proof.className = answer.ok ? "proof" : "proof proof-bad";
      fill(this.proof, sign(answer.ok ? "ok" : "stop"), h("span", {}, h("b", {}, t(answer.ok ? "proof.whole" : "proof.broken")), " ", verificationText(answer)));
    } catch (problem) {
      this.proof.className = "proof proof-wait";
      fill(this.proof, sign("idle"), sentence(problem));
    }
  }
}

/** The current score, and the one before a correction. @param {Api.SittingDetail} details */
function scoreOf({ points, total_points: total, points_first: before, corrected }) {
  if (points === null) return "";
  return corrected ? t("result.was", { points, total, before: before ?? "" }) : t("result.is", { points, total });
}

async function main() {
  await loadCatalogue();
  const root = byId("app");
  const me = await signedIn();
  const id = location.pathname.split("/").at(-1);
  fill(root, h("main", { class: "empty", id: "main" }, h("p", { role: "status" }, t("replay.loading")), h("div", { class: "wait-bar w-12" })));
  try {
    const [details, timeline, reasons] = await Promise.all([get(`/api/sittings/${id}`), get(`/api/sittings/${id}/timeline`), get("/api/reasons")]);
    document.title = `${details.name} · ${t("replay.title")}`;
    new ReplayPage(me, { details, timeline, reasons });
  } catch (problem) {
    fill(root, h("div", { class: "frame" }, topbar(me), h("main", { class: "empty", id: "main" }, h("p", { role: "alert" }, sentence(problem)))));
  }
}

main();
