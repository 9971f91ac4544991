/** The ledger: how often each item was seen against its cap and the structure, and what two forms share. */

import { t } from "../catalogue.js";
import { FRAME, plot, scale } from "../charts.js";
import { count } from "../clocks.js";
import { h, s } from "../dom.js";

const LISTED = 200;
const BOTTOM = FRAME.height - FRAME.bottom;

/** Per mille as a percentage. @param {number} permille */
function percent(permille) {
  return `${permille / 10}%`;
}

/** Every item as a column, the most seen first, with the cap and what the structure forces. @param {Api.Exposure} found */
function itemsPicture(found) {
  const shares = found.items.map(([, seen]) => (found.seen ? (1_000 * seen) / found.seen : 0));
  const most = Math.max(10, found.minimum_permille, found.cap_permille ?? 0, ...shares);
  const x = scale(0, Math.max(1, shares.length), FRAME.left, FRAME.width - FRAME.right);
  const y = scale(0, most, BOTTOM, FRAME.top);
  const line = (/** @type {number} */ value, /** @type {string} */ kind) => s("path", { class: kind, d: `M${FRAME.left} ${y(value)}H${FRAME.width - FRAME.right}` });
  const steps = `M${x(0)} ${BOTTOM}${shares.map((share, place) => `V${y(share)}H${x(place + 1)}`).join("")}V${BOTTOM}Z`;
  return plot(FRAME, t("forensics.items_say", { items: shares.length, most: percent(Math.round(shares[0] ?? 0)), minimum: percent(found.minimum_permille) }),
    [t("forensics.by_use"), t("forensics.share")], [0, 0.25, 0.5, 0.75, 1].map((part) => Math.round(part * shares.length)).map((value) => ({ at: x(value), text: count(value) })),
    [0, 0.5, 1].map((part) => Math.round((part * most) / 10)).map((value) => ({ at: y(value * 10), text: String(value) })),
    s("path", { class: "ch-bar", d: steps }), line(found.minimum_permille, "ch-old"), found.cap_permille !== null && line(found.cap_permille, "ch-cap"));
}

/** How many pairs of forms share how many items, and how many of forms drawn anew. @param {Api.Exposure} found */
function overlapPicture(found) {
  const [first, last] = [found.overlaps[0][0], found.overlaps[found.overlaps.length - 1][0]];
  const most = Math.max(1, ...found.overlaps.flatMap(([, seen, expected]) => [seen, expected]));
  const x = scale(first, last + 1, FRAME.left, FRAME.width - FRAME.right);
  const y = scale(0, most, BOTTOM, FRAME.top);
  const wide = Math.max(1, (FRAME.width - FRAME.left - FRAME.right) / (last + 1 - first) - 1);
  const step = Math.max(1, Math.ceil((last - first + 1) / 8));
  const expected = found.overlaps.map(([common, , n], place) => `${place ? "L" : "M"}${x(common) + wide / 2} ${y(n)}`).join("");
  return plot(FRAME, t("forensics.overlaps_say", { mean: found.mean, expected: found.expected_mean, most: last }), [t("forensics.items_in_both"), t("forensics.pairs")],
    found.overlaps.map(([common]) => common).filter((common) => (common - first) % step === 0).map((common) => ({ at: x(common) + wide / 2, text: String(common) })),
    [0, 0.5, 1].map((part) => Math.round(part * most)).map((value) => ({ at: y(value), text: count(value) })),
    found.overlaps.map(([common, n]) => n > 0 && s("rect", { class: "ch-bar", x: x(common), y: y(n), width: wide, height: BOTTOM - y(n) }, s("title", {}, t("forensics.bin", { common, n })))),
    s("path", { class: "lead-expected", d: expected }));
}

/** @param {Api.Exposure} found */
function itemsTable(found) {
  const above = (/** @type {number} */ seen) => found.cap_forms !== null && seen > found.cap_forms;
  const rows = found.items.slice(0, LISTED);
  return h("details", { class: "panel panel-body" }, h("summary", {}, t("forensics.items_table", { n: rows.length })), h("div", { class: "scroll lead-table" }, h("table", { class: "tbl" },
    h("thead", {}, h("tr", {}, ["forensics.item_id", "forensics.seen_on", "forensics.share", "forensics.remark"].map((key) => h("th", {}, t(key))))),
    h("tbody", {}, rows.map(([id, seen]) => h("tr", {}, h("td", {}, id), h("td", { class: "num" }, count(seen)), h("td", { class: "num" }, found.seen ? ((100 * seen) / found.seen).toFixed(1) : "–"),
      h("td", {}, above(seen) ? t("forensics.above_cap") : found.forced.includes(id) && t("forensics.forced"))))))));
}

/** @param {Api.Exposure} found @returns {Child} */
export function drawExposure(found) {
  const unseen = found.items.filter(([, seen]) => seen === 0).length;
  const cap = found.cap_permille === null ? t("forensics.no_cap") : t("forensics.cap_says", { cap: percent(found.cap_permille), n: count(found.cap_forms ?? 0) });
  return h("div", { class: "stack stack-3" },
    h("p", { class: "dim" }, t("forensics.exposure_about", { seen: count(found.seen), dealt: count(found.dealt), items: count(found.items.length), unseen: count(unseen) })),
    h("div", { class: "grid2" },
      h("section", { class: "panel" }, h("h2", { class: "panel-head" }, t("forensics.exposure_of_items")), h("div", { class: "panel-body stack" }, itemsPicture(found),
        h("p", { class: "meta" }, t("forensics.minimum_says", { minimum: percent(found.minimum_permille) })), h("p", { class: "meta" }, cap))),
      h("section", { class: "panel" }, h("h2", { class: "panel-head" }, t("forensics.overlap_of_forms")), h("div", { class: "panel-body stack" },
        found.overlaps.length > 0 ? overlapPicture(found) : h("p", {}, t("forensics.no_pairs")),
        h("p", { class: "meta" }, t("forensics.overlap_about", { mean: found.mean, expected: found.expected_mean, n: count(found.drawn_anew), pairs: count(found.pairs) }))))),
    itemsTable(found));
}
