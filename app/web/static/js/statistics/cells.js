/** Figures of an item as cells of a table: picture, number with its error, and honest words when there are too few. */

import { t } from "../catalogue.js";
import { h, sign } from "../dom.js";
import { discriminationMark, exposureBars, facilityBar, optionBars, percent } from "./pictures.js";

/** @param {Api.Estimate} found */
function withError(found) {
  return h("p", { class: "meta" }, t("stats.with_error", { value: found.value.toFixed(2), error: found.standard_error.toFixed(2) }));
}

/** @param {Api.ItemFigures} item */
export function facilityCell({ facility }) {
  return facility && [facilityBar(facility), withError(facility)];
}

/** @param {Api.ItemFigures} item */
export function discriminationCell({ discrimination }) {
  return discrimination ? [discriminationMark(discrimination), withError(discrimination)] : h("p", { class: "meta" }, t("stats.too_few"));
}

/** @param {Api.ItemFigures} item */
export function optionsCell(item) {
  return item.options.length > 0 ? optionBars(item) : h("p", { class: "meta" }, t("stats.no_options"));
}

/** Exposure by administration, the latest in words. @param {[shown: number, forms: number][]} exposures */
export function exposureCell(exposures) {
  const last = exposures.at(-1);
  return last && [exposureBars(exposures), h("p", { class: "meta nowrap" }, t("stats.exposure_last", { share: percent(last[1] ? last[0] / last[1] : 0), shown: last[0], forms: last[1] }))];
}

// From what says most about a wrong key to what says least.
const URGENCY = ["distractor_over_key", "negative_discrimination", "too_hard", "too_easy"];

/** Those to look at first, the ones whose key may be wrong before the others. @template {{flags: string[]}} T @param {T[]} items @returns {T[]} */
export function toLookAtFirst(items) {
  const place = (/** @type {T} */ item) => Math.min(URGENCY.length, ...item.flags.map((flag) => URGENCY.indexOf(flag)));
  return [...items].sort((a, b) => place(a) - place(b));
}

/** A reason to look, or what was done about an item. @param {string} mark @param {string} text */
export function signLine(mark, text) {
  return h("p", { class: "state" }, sign(mark), text);
}

/** The reasons to look at an item, or that there are too few sittings to name any. @param {Api.ItemFigures} item */
export function flagLines(item) {
  return [item.flags.map((flag) => signLine("look2", t(`stats.flag.${flag}`))), item.too_few && h("p", { class: "meta" }, t("stats.too_few_to_flag"))];
}
