/** The scoring runs of an administration: the one that waits for a decision, and all there were. */

import { t } from "../catalogue.js";
import { dayMinute } from "../clocks.js";
import { fill, h, sentence, sign } from "../dom.js";
import { errorPlace, formDialog, showError } from "../office/parts.js";
import { get, post } from "../server.js";
import { drawComparison } from "./comparison.js";

/** @type {Record<string, string>} */
const MARKS = { proposed: "do", confirmed: "ok", withdrawn: "idle" };
const HEADS = ["correction.run", "correction.state", "correction.items", "correction.note", "correction.proposed_by", "correction.decided_by"];

/** @param {Api.ScoringRun} run */
function stateMark(run) {
  return h("span", { class: "state" }, sign(MARKS[run.state]), t(`correction.state_${run.state}`));
}

/** @param {string | null} name @param {Instant | null} at */
function who(name, at) {
  return at ? [h("span", {}, name || t("by.server")), h("br"), h("span", { class: "meta" }, dayMinute(at))] : "";
}

/**
 * The proposal that waits, with the two ways to decide; its own proposer can only take it back.
 * @param {string} base address of the administration
 * @param {Api.RunComparison} found
 * @param {(said: string) => Promise<void>} done
 */
export function drawWaiting(base, found, done) {
  const run = /** @type {Api.ScoringRun} */ (found.run);
  const decide = async (/** @type {"confirmed" | "withdrawn"} */ decision) => {
    await post(`${base}/scoring-runs/${run.number}/decision`, { decision });
    await done(t(`correction.said_${decision}`));
    return true;
  };
  const confirm = () => formDialog(t("correction.confirm"), h("p", {}, t("correction.confirm_text", { n: found.changes.length })), "correction.confirm", () => decide("confirmed"));
  const withdraw = () => formDialog(t(run.own ? "correction.take_back" : "correction.reject"), h("p", {}, t("correction.withdraw_text")), run.own ? "correction.take_back" : "correction.reject", () => decide("withdrawn"));
  return h("section", { class: "panel", "aria-labelledby": "waiting-title" }, h("div", { class: "panel-head wrap" }, sign("do"), h("h2", { id: "waiting-title" }, t("correction.waiting", { n: run.number })), h("span", { class: "meta" }, t("correction.by_at", { name: run.proposed_by, at: dayMinute(run.proposed_at) })),
    h("span", { class: "push row" }, h("button", { class: "btn", type: "button", onclick: withdraw }, t(run.own ? "correction.take_back" : "correction.reject")), !run.own && h("button", { class: "btn btn-main", type: "button", onclick: confirm }, t("correction.confirm")))),
  run.own && h("p", { class: "note note-do" }, sign("do"), t("correction.own")), h("p", { class: "panel-body" }, h("span", { class: "label" }, t("correction.note")), " ", run.note), drawComparison(found));
}

/** All runs, the newest first; each opens to what it changed for whom. @param {string} base @param {Api.ScoringRun[]} runs */
export function drawRuns(base, runs) {
  const rows = [...runs].reverse().flatMap((run) => runRows(base, run));
  return h("section", { class: "panel", "aria-labelledby": "runs-title" }, h("h2", { class: "panel-head", id: "runs-title" }, t("correction.history")),
    h("div", { class: "scroll" }, h("table", { class: "tbl" }, h("thead", {}, h("tr", {}, HEADS.map((key) => h("th", { scope: "col" }, t(key))), h("th", {}, h("span", { class: "sr" }, t("correction.see"))))), h("tbody", {}, rows))));
}

/** @param {string} base @param {Api.ScoringRun} run */
function runRows(base, run) {
  const cell = h("td", { colspan: HEADS.length + 1 });
  const more = h("tr", { hidden: true }, cell);
  const error = errorPlace();
  const open = async () => {
    const shown = button.getAttribute("aria-expanded") === "true";
    button.setAttribute("aria-expanded", String(!shown));
    more.hidden = shown;
    if (shown || cell.hasChildNodes()) return;
    try {
      fill(cell, h("p", { role: "status" }, t("loading")));
      fill(cell, drawComparison(await get(`${base}/scoring-runs/${run.number}`)));
    } catch (problem) {
      fill(cell, error);
      showError(error, sentence(problem));
    }
  };
  const button = h("button", { class: "btn", type: "button", "aria-expanded": "false", "aria-label": t("correction.see_run", { n: run.number }), onclick: open }, t("correction.see"));
  return [h("tr", {}, h("td", { class: "nowrap" }, t("correction.run_n", { n: run.number })), h("td", { class: "nowrap" }, stateMark(run)), h("td", {}, run.base === null ? t("correction.first_run") : run.items.join(", ") || t("correction.as_in_the_bank")), h("td", {}, run.note),
    h("td", { class: "nowrap" }, who(run.proposed_by, run.proposed_at)), h("td", { class: "nowrap" }, who(run.decided_by, run.decided_at)), h("td", { class: "num" }, run.base !== null && button)), more];
}
