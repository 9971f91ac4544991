/** The evidence of each kind of lead: the figures, a picture, and every item behind it. */

import { t } from "../catalogue.js";
import { count } from "../clocks.js";
import { h, icon } from "../dom.js";
import { againstExpected, answerStrip, timePicture } from "./pictures.js";

/** The figures of a lead in one line. @param {Api.Lead} lead */
export function shortFigures({ kind, evidence: found }) {
  if (kind === "same_answers") return t("forensics.same_short", { same: found.same, common: found.common, expected: found.expected });
  if (kind === "fast_and_right") return t("forensics.fast_short", { n: found.observed, expected: found.expected });
  if (kind === "fast_end") return t("forensics.end_short", { n: found.observed });
  if (kind === "item_key") return t("forensics.key_short", { n: found.n, r: found.discrimination ?? "–" });
  return t("forensics.shared_short", { n: found.shared, expected: found.expected });
}

/** @param {string} summary @param {string[]} heads @param {Child[][]} rows */
function folded(summary, heads, rows) {
  return h("details", {}, h("summary", {}, summary), h("div", { class: "scroll lead-table" }, h("table", { class: "tbl" },
    h("thead", {}, h("tr", {}, heads.map((key) => h("th", {}, t(key))))), h("tbody", {}, rows.map((cells) => h("tr", {}, cells.map((cell) => h("td", {}, cell))))))));
}

/** @param {Api.Evidence} found */
function withoutKeys(found) {
  return !found.keys_shown && h("p", { class: "meta" }, t("forensics.no_keys"));
}

/** @param {Api.Evidence} found */
function sameAnswers(found) {
  /** @type {Api.SharedAnswer[]} */
  const items = found.items;
  const wrong = items.filter(([, , , same, right]) => same === 1 && right === 0);
  return [
    h("p", {}, t("forensics.same_says", { same: found.same, common: found.common, expected: found.expected, wrong: found.same_wrong, expected_wrong: found.expected_wrong })),
    againstExpected([[t("forensics.same"), found.same, found.expected], [t("forensics.same_wrong"), found.same_wrong, found.expected_wrong]], found.common),
    answerStrip(items, found.keys_shown), withoutKeys(found),
    found.keys_shown && folded(t("forensics.wrong_table", { n: wrong.length }), ["forensics.item_id", "forensics.place_here", "forensics.place_there", "forensics.answer"],
      wrong.map(([id, here, there, , , , answer]) => [id, here, there, answer])),
  ];
}

/** @param {Api.Lead} lead */
function times({ kind, evidence: found }) {
  /** @type {Api.TimedItem[]} */
  const items = found.items;
  const says = kind === "fast_end" ? t("forensics.end_says", { n: found.observed }) : t("forensics.fast_says", { n: found.observed, expected: found.expected });
  return [h("p", {}, says), timePicture(items, kind === "fast_end"), h("p", { class: "meta" }, t("forensics.time_is")), withoutKeys(found),
    folded(t("forensics.times_table"), ["forensics.place", "forensics.item_id", "forensics.seconds", "forensics.usual", "forensics.fastest"],
      items.map(([id, seconds, usual, quick], place) => [place + 1, id, seconds ?? "–", usual ?? "–", quick ?? "–"]))];
}

/** @param {Api.Lead} lead @param {string} administration */
function itemKey(lead, administration) {
  const found = lead.evidence;
  /** @type {Api.OptionEvidence[]} */
  const options = found.options;
  const office = `/office/administrations/${administration}`;
  return [h("blockquote", { class: "stats-stem" }, found.stem),
    h("p", {}, t("forensics.key_says", { n: count(found.n), facility: found.facility ?? "–", r: found.discrimination ?? "–" })),
    h("ul", { class: "stack stack-1" }, found.flags.map((/** @type {string} */ flag) => h("li", { class: "state" }, icon("eye", "s"), t(`forensics.key_flag.${flag}`)))),
    options.length > 0 && h("table", { class: "tbl" }, h("thead", {}, h("tr", {}, h("th", {}, t("forensics.answer")), ["forensics.chosen", "forensics.with_rest"].map((key) => h("th", { class: "num" }, t(key))))),
      h("tbody", {}, options.map(([label, right, chosen, related]) => h("tr", {}, h("td", {}, right ? t("forensics.as_key") : label), h("td", { class: "num" }, chosen), h("td", { class: "num" }, related ?? "–"))))),
    withoutKeys(found),
    h("p", { class: "row wrap" }, h("a", { class: "btn", href: `${office}/statistics` }, t("stats.title")),
      h("a", { class: "btn", href: `${office}/corrections#item/${encodeURIComponent(lead.item_id ?? "")}` }, t("correction.title")))];
}

/** @param {Api.Evidence} found */
function sharedItems(found) {
  /** @type {[string, number, number][]} */
  const items = found.items;
  return [h("p", {}, t("forensics.shared_says", { n: found.shared, expected: found.expected })),
    againstExpected([[t("forensics.shared"), found.shared, found.expected]], Math.max(found.shared, found.expected)),
    folded(t("forensics.shared_table"), ["forensics.item_id", "forensics.place_here", "forensics.place_there"], items)];
}

/** @param {Api.Lead} lead @param {string} administration @returns {Child} */
export function drawEvidence(lead, administration) {
  if (lead.kind === "same_answers") return sameAnswers(lead.evidence);
  if (lead.kind === "item_key") return itemKey(lead, administration);
  return lead.kind === "shared_items" ? sharedItems(lead.evidence) : times(lead);
}
