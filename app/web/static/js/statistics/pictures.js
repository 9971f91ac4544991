/** Small pictures of an item's figures. Each says its figures to screen readers, and none by colour alone. */

import { t } from "../catalogue.js";
import { s } from "../dom.js";

const WIDTH = 96;
const HEIGHT = 20;
const OPTION = 34;

/** A share as a whole percentage. @param {number} share */
export function percent(share) {
  return `${Math.round(share * 100)}%`;
}

/** @param {number} width @param {number} height @param {string} label @param {...Child} children */
function picture(width, height, label, ...children) {
  return s("svg", { class: "chart", width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label }, ...children);
}

/** Whisker from `low` to `high`, in pixels. @param {number} low @param {number} high */
function whisker(low, high) {
  const middle = HEIGHT / 2;
  return s("path", { class: "ch-ci", d: `M${low} ${middle}H${high}M${low} ${middle - 4}v8M${high} ${middle - 4}v8` });
}

/** Facility: a bar from 0 to 1 with its interval. @param {Api.Estimate} facility */
export function facilityBar(facility) {
  const at = (/** @type {number} */ share) => share * WIDTH;
  const label = t("stats.facility_says", { value: percent(facility.value), low: percent(facility.low), high: percent(facility.high) });
  return picture(WIDTH, HEIGHT, label,
    s("rect", { class: "ch-thin", x: 0.75, y: 4, width: WIDTH - 1.5, height: HEIGHT - 8 }),
    s("rect", { class: "ch-bar", x: 0.75, y: 4, width: at(facility.value), height: HEIGHT - 8 }),
    whisker(at(facility.low), at(facility.high)));
}

/** Discrimination: a point with its interval on -1 to 1. @param {Api.Estimate} found */
export function discriminationMark(found) {
  const at = (/** @type {number} */ r) => 4 + ((r + 1) / 2) * (WIDTH - 8);
  const label = t("stats.discrimination_says", { value: found.value.toFixed(2), low: found.low.toFixed(2), high: found.high.toFixed(2) });
  return picture(WIDTH, HEIGHT, label,
    s("path", { class: "ch-grid", d: `M4 ${HEIGHT / 2}H${WIDTH - 4}` }), s("path", { class: "ch-base", d: `M${at(0)} 2V${HEIGHT - 2}` }),
    whisker(at(found.low), at(found.high)), s("circle", { class: "ch-dot", cx: at(found.value), cy: HEIGHT / 2, r: 4 }));
}

/** Exposure: one bar an administration, the share of its forms that showed the item; the tallest is full height. @param {[shown: number, forms: number][]} exposures */
export function exposureBars(exposures) {
  const shares = exposures.map(([shown, forms]) => (forms ? shown / forms : 0));
  const most = Math.max(...shares);
  const step = Math.min(12, WIDTH / shares.length);
  const bars = shares.map((share, i) => s("rect", { class: "ch-bar", x: i * step + 1, y: HEIGHT - 1 - (most ? (share / most) * (HEIGHT - 3) : 0), width: step - 2, height: most ? (share / most) * (HEIGHT - 3) : 0 }));
  return picture(WIDTH, HEIGHT, t("stats.exposure_says", { shares: shares.map(percent).join(", ") }), s("path", { class: "ch-base", d: `M0 ${HEIGHT - 0.5}H${WIDTH}` }), bars);
}

/** Options: for each one three bars, the share of the lower, middle and upper third that chose it. @param {Api.ItemFigures} item */
export function optionBars(item) {
  const base = 26;
  const groups = item.options.map((option, place) => {
    const x = place * OPTION;
    const bars = option.thirds.map((chosen, third) => {
      const height = item.thirds[third] ? (chosen / item.thirds[third]) * 22 : 0;
      return s("rect", { class: option.key === false ? "ch-thin" : "ch-bar", x: x + 2 + third * 9, y: base - height, width: 7, height });
    });
    const name = s("text", { class: option.key ? "ch-v" : "", x: x + 15, y: 40, "text-anchor": "middle" }, option.key ? `${option.id} \u2713` : option.id);
    return [...bars, name];
  });
  const width = Math.max(1, item.options.length) * OPTION;
  return picture(width, 44, item.options.map((option) => optionSays(item, option)).join(" "),
    s("path", { class: "ch-base", d: `M0 ${base}.5H${width}` }), groups.flat());
}

/** @param {Api.ItemFigures} item @param {Api.OptionStatistics} option */
function optionSays(item, option) {
  const [low, middle, high] = option.thirds.map((chosen, third) => percent(item.thirds[third] ? chosen / item.thirds[third] : 0));
  return t(option.key ? "stats.key_says" : "stats.option_says", { option: option.id, low, middle, high });
}
