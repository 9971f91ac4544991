/** The liveness challenge of the identity check: one step at a time, said, drawn and counted down. */

import { t } from "../catalogue.js";
import { fill, h, s, say, sign } from "../dom.js";

const STEP_MS = 12_000;
const HEAD = { cx: 60, cy: 54, rx: 27, ry: 34 };

/** A head from the front, with eyes that are open or closed. @param {boolean} closed */
function face(closed) {
  const eye = (/** @type {number} */ x) => (closed ? s("path", { class: "ch-line ch-lid", d: `M${x - 6} 50q6 5 12 0` })
    : s("circle", { class: "ch-dot", cx: x, cy: 50, r: 3 }));
  return [s("ellipse", { class: "ch-head", ...HEAD }), eye(49), eye(71), s("path", { class: "ch-line", d: "M60 53v10M52 72q8 5 16 0" })];
}

/** A head turned to the left of the picture, and an arrow that way. The self-view is a mirror: left is the own left. */
function turned() {
  return [s("g", { class: "ch-turn" }, s("ellipse", { class: "ch-head", ...HEAD }), s("path", { class: "ch-line", d: "M80 50q7 6 0 14" }),
    s("circle", { class: "ch-dot", cx: 41, cy: 50, r: 3 }), s("circle", { class: "ch-dot", cx: 57, cy: 50, r: 3 }),
    s("path", { class: "ch-line", d: "M44 53l-7 10h6M41 73q6 3 11 0" })),
  s("path", { class: "ch-arrow", d: "M92 104H30M42 93l-12 11 12 11" })];
}

function closer() {
  const small = { cx: 60, cy: 58, rx: 17, ry: 21 };
  return [s("g", { class: "ch-near" }, s("ellipse", { class: "ch-head", cx: 60, cy: 58, rx: 36, ry: 45 })), s("ellipse", { class: "ch-was", ...small }),
    s("path", { class: "ch-arrow", d: "M40 36L20 16M20 28V16h12M80 36l20-20M88 16h12v12M40 80l-20 20M20 88v12h12M80 80l20 20M88 100h12V88" })];
}

/** What to do, drawn; the words beside it say the same. @param {Live.ChallengeStep} step */
export function drawing(step) {
  /** @type {Record<Live.ChallengeStep, () => SVGElement[]>} */
  const drawn = {
    turn_left: turned, turn_right: () => [s("g", { transform: "translate(120 0) scale(-1 1)" }, turned())],
    close_eyes: () => face(true), come_closer: closer,
  };
  return s("svg", { class: "ch-drawing", viewBox: "0 0 120 120", "aria-hidden": "true", "data-step": step }, drawn[step]());
}

export class ChallengePart {
  #step = "";
  element = h("div", { class: "sheet challenge", hidden: true });
  #picture = h("div");
  #dots = h("p", { class: "row row-3" });
  #left = h("output", { class: "t-20 strong nowrap", role: "timer", "aria-live": "off" });
  #bar = h("progress", { max: String(STEP_MS), value: String(STEP_MS), "aria-hidden": "true" });

  /** Title and words of where the challenge stands, for the page's live region. @param {Live.Challenge} challenge @returns {[title: string, words: string]} */
  words({ step, failed }) {
    const now = failed ? "failed" : step ?? "done";
    return [t(`challenge.${now}`), t(`challenge_text.${now}`)];
  }

  /** @param {Live.Challenge | null} challenge null: nothing is asked */
  draw(challenge) {
    const asks = challenge !== null && challenge.step !== null && !challenge.failed;
    if (asks === this.element.hidden) {
      this.element.hidden = !asks;
      fill(this.element, asks && [this.#picture, h("div", { class: "stack stack-4" }, this.#dots, h("div", { class: "stack stack-1" }, this.#left, this.#bar),
        h("p", { class: "t-18 dim" }, t("challenge.help")))]);
    }
    if (!asks || challenge.step === null) return;
    const seconds = Math.ceil(challenge.left_ms / 1000);
    say(this.#left, t("challenge.left", { n: seconds }));
    this.#bar.value = challenge.left_ms;
    const key = `${challenge.step}${challenge.done}`;
    if (key === this.#step) return;
    this.#step = key;
    fill(this.#picture, drawing(challenge.step));
    const dots = Array.from({ length: challenge.total }, (_, i) => sign(i < challenge.done ? "ok" : i === challenge.done ? "do" : "idle", "l"));
    fill(this.#dots, dots, h("span", {}, t("challenge.count", { n: challenge.done + 1, total: challenge.total })));
  }
}
