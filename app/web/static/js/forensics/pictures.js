/** The pictures of leads, drawn from their figures; each says them to screen readers, none by colour alone. */

import { t } from "../catalogue.js";
import { plot, scale } from "../charts.js";
import { h, s } from "../dom.js";

const BAR = { width: 560, name: 120, height: 26 };
const CELL = { size: 14, gap: 3, across: 40 };
const TIMES = { width: 860, height: 250, left: 52, right: 12, top: 12, bottom: 40 };
const TICKS_S = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800];
const END_SHARE = 0.8;

/** Bars of what was found, each with a mark at what was expected. @param {[string, number, number][]} rows name, found, expected @param {number} most */
export function againstExpected(rows, most) {
  const x = scale(0, Math.max(most, 1), BAR.name, BAR.width - 44);
  return s("svg", { class: "chart lead-bars", viewBox: `0 0 ${BAR.width} ${rows.length * BAR.height + 18}`, role: "img", "aria-label": rows.map(([name, found, expected]) => t("forensics.bar_says", { name, found, expected })).join(" ") },
    rows.map(([name, found, expected], place) => {
      const y = place * BAR.height;
      return [s("text", { x: BAR.name - 8, y: y + 17, "text-anchor": "end" }, name), s("rect", { class: "ch-bar", x: BAR.name, y: y + 4, width: x(found) - BAR.name, height: 18 }),
        s("text", { class: "ch-v", x: x(found) + 6, y: y + 17 }, found), s("path", { class: "ch-old", d: `M${x(expected)} ${y + 1}v24` })];
    }),
    s("path", { class: "ch-old", d: `M${BAR.name} ${rows.length * BAR.height + 3}v12` }), s("text", { x: BAR.name + 6, y: rows.length * BAR.height + 14 }, t("forensics.expected")));
}

/** A legend of shapes. @param {[Child, string][]} rows */
function legend(rows) {
  return h("ul", { class: "row row-4 wrap meta" }, rows.map(([shape, text]) => h("li", { class: "row" }, s("svg", { class: "chart", width: 16, height: 16, viewBox: "0 0 16 16", "aria-hidden": "true" }, shape), text)));
}

/** One common item: full with a cross where both gave the same wrong answer, full where the same, hollow where not. @param {number} x @param {number} y @param {boolean} same @param {boolean} wrong */
function cell(x, y, same, wrong) {
  const { size } = CELL;
  return [s("rect", { class: same ? "ch-bar" : "ch-thin", x: x + 1, y: y + 1, width: size - 2, height: size - 2 }),
    wrong && s("path", { class: "lead-cross", d: `M${x + 4} ${y + 4}l${size - 8} ${size - 8}m0 ${8 - size}l${8 - size} ${size - 8}` })];
}

/** Every item that both answered, in the order of the first form. @param {Api.SharedAnswer[]} items @param {boolean} keys */
export function answerStrip(items, keys) {
  const step = CELL.size + CELL.gap;
  const lines = Math.ceil(items.length / CELL.across);
  const same = items.filter((item) => item[3] === 1);
  const wrong = same.filter((item) => item[4] === 0);
  const picture = s("svg", { class: "chart lead-strip", viewBox: `0 0 ${CELL.across * step} ${lines * step}`, role: "img", "aria-label": t(keys ? "forensics.strip_says" : "forensics.strip_says_no_keys", { n: items.length, same: same.length, wrong: wrong.length }) },
    items.map(([id, here, there, same, right], place) => s("g", {}, s("title", {}, t("forensics.cell", { id, here, there })),
      cell((place % CELL.across) * step, Math.floor(place / CELL.across) * step, same === 1, same === 1 && right === 0))));
  return h("div", { class: "stack stack-1" }, h("p", { class: "label" }, t("forensics.strip")), picture,
    legend([...(keys ? /** @type {[Child, string][]} */ ([[cell(1, 1, true, true), t("forensics.same_wrong")]]) : []), [cell(1, 1, true, false), t(keys ? "forensics.same_right" : "forensics.same")], [cell(1, 1, false, false), t("forensics.different")]]));
}

/** Item by item: the candidate's seconds, what the others needed, and the fastest twentieth. @param {Api.TimedItem[]} items @param {boolean} end whether the last fifth is what the lead is about */
export function timePicture(items, end) {
  const known = items.flatMap(([, seconds, usual, quick]) => [seconds, usual, quick]).filter((value) => value !== null);
  const [low, high] = [Math.min(...known, 10) * 0.8, Math.max(...known, 60) * 1.2];
  const up = scale(Math.log(low), Math.log(high), TIMES.height - TIMES.bottom, TIMES.top);
  const y = (/** @type {number} */ seconds) => up(Math.log(seconds));
  const x = scale(0, items.length + 1, TIMES.left, TIMES.width - TIMES.right);
  const bars = items.map(([, , usual, quick], place) => usual !== null && quick !== null && s("path", { class: "lead-usual", d: `M${x(place + 1)} ${y(quick)}V${y(usual)}` }));
  const marks = items.map(([, , usual], place) => usual !== null && s("path", { class: "ch-goal lead-median", d: `M${x(place + 1) - 3.5} ${y(usual)}h7` }));
  const dots = items.map(([id, seconds, usual, quick, , right], place) => seconds !== null && s("circle", { class: right === 0 ? "ch-thin" : "ch-dot", cx: x(place + 1), cy: y(seconds), r: 3.5 },
    s("title", {}, t("forensics.dot", { place: place + 1, id, seconds, usual: usual ?? "–" }))));
  const quicker = items.filter(([, seconds, , quick]) => seconds !== null && quick !== null && seconds < quick).length;
  const from = x(Math.ceil(END_SHARE * items.length) + 0.5);
  const picture = plot(TIMES, t("forensics.times_say", { n: items.length, quicker }), [t("forensics.place"), t("forensics.seconds")],
    items.map((_, place) => place + 1).filter((place) => place === 1 || place % 10 === 0).map((place) => ({ at: x(place), text: String(place) })),
    TICKS_S.filter((tick) => tick >= low && tick <= high).map((tick) => ({ at: y(tick), text: String(tick) })),
    end && s("rect", { class: "lead-end", x: from, y: TIMES.top, width: TIMES.width - TIMES.right - from, height: TIMES.height - TIMES.bottom - TIMES.top }), bars, marks, dots);
  const keyed = items.some((item) => item[5] !== null);
  return h("div", { class: "stack stack-1" }, picture, legend([[s("circle", { class: "ch-dot", cx: 8, cy: 8, r: 4 }), t(keyed ? "forensics.own_right" : "forensics.own")],
    ...(keyed ? /** @type {[Child, string][]} */ ([[s("circle", { class: "ch-thin", cx: 8, cy: 8, r: 4 }), t("forensics.own_wrong")]]) : []),
    [[s("path", { class: "lead-usual", d: "M8 15V3" }), s("path", { class: "ch-goal lead-median", d: "M4 3h8" })], t("forensics.others")]]));
}
