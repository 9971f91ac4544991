/** What a correction changes: counts first, then the items, then everybody whose points differ, in pages. */

import { t, worded } from "../catalogue.js";
import { count } from "../clocks.js";
import { fill, h, sign } from "../dom.js";
import { pager, sum } from "../office/parts.js";
import { markedWords } from "./words.js";

const PAGE = 20;
const HEADS = ["name", "find.ticket", "correction.points", "correction.passed", "correction.marks"];

/** @param {string} before @param {string} after */
function turned(before, after) {
  return h("span", { class: "nowrap" }, before, h("span", { "aria-hidden": "true" }, " → "), h("span", { class: "sr" }, ` ${t("correction.then")} `), h("b", {}, after));
}

/** @param {Api.RunComparison} found */
function counts({ counts: n }) {
  const unit = t("correction.people");
  return h("div", { class: "sums rule" }, sum(t("correction.sittings"), count(n.sittings), unit), sum(t("correction.raised"), count(n.raised), unit), sum(t("correction.lowered"), count(n.lowered), unit, n.lowered > 0 ? "look2" : undefined),
    sum(t("correction.now_passing"), count(n.now_passing), unit), sum(t("correction.now_failing"), count(n.now_failing), unit, n.now_failing > 0 ? "look2" : undefined));
}

/** @param {Api.CorrectedItem} item */
function correction(item) {
  return h("li", { class: "stack stack-1" }, h("p", {}, h("b", {}, item.item_id), " ", h("span", { class: "meta" }, worded("type", item.type))), h("p", { class: "stats-stem" }, item.stem),
    h("p", {}, t("correction.marked_by"), " ", turned(markedWords(item.before, item), markedWords(item.after, item))));
}

/** @param {boolean} passed */
function verdict(passed) {
  return t(passed ? "correction.pass" : "correction.fail");
}

/** @param {Api.ChangedResult} one */
function changeRow(one) {
  const flips = one.pass_before !== one.pass_after;
  return h("tr", {}, h("td", { class: "nowrap" }, h("b", {}, one.name)), h("td", { class: "nowrap" }, one.ticket), h("td", {}, turned(one.points_before, one.points_after)),
    h("td", {}, flips ? h("span", { class: "state" }, sign(one.pass_after ? "ok" : "look2"), turned(verdict(one.pass_before), verdict(one.pass_after))) : verdict(one.pass_after)),
    h("td", {}, one.marks.map((mark) => h("p", {}, t("correction.mark", { n: mark.position, item: mark.item_id }), " ", turned(mark.points_before, mark.points_after), " ", h("span", { class: "meta" }, worded("correction.reason", mark.reason_after))))));
}

/** 2 for who would not pass any more, 1 for who would now, 0 for the others. @param {Api.ChangedResult} one */
function weight(one) {
  return one.pass_before === one.pass_after ? 0 : one.pass_before ? 2 : 1;
}

/** Whose result turns comes first, the others by ticket. @param {Api.ChangedResult[]} found */
function changeTable(found) {
  const changes = [...found].sort((a, b) => weight(b) - weight(a) || a.ticket.localeCompare(b.ticket));
  const rows = h("tbody", {});
  const foot = h("div", { class: "panel-body" });
  const last = Math.max(1, Math.ceil(changes.length / PAGE));
  const turn = (/** @type {number} */ page) => {
    fill(rows, changes.slice((page - 1) * PAGE, page * PAGE).map(changeRow));
    fill(foot, pager(page, last, turn));
  };
  turn(1);
  return [h("div", { class: "scroll" }, h("table", { class: "tbl" }, h("caption", { class: "sr" }, t("correction.who")), h("thead", {}, h("tr", {}, HEADS.map((key) => h("th", { scope: "col" }, t(key))))), rows)), last > 1 && foot];
}

/** Draws a comparison. @param {Api.RunComparison} found */
export function drawComparison(found) {
  return h("div", { class: "comparison" }, counts(found), found.corrections.length > 0 && h("ul", { class: "panel-body stack rule" }, found.corrections.map(correction)),
    found.changes.length > 0 ? changeTable(found.changes) : h("p", { class: "panel-body rule dim" }, t("correction.nobody_changes")));
}
