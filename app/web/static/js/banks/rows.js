/** The rows of an import's report: by what became of them, by problem, in pages. */

import { field, t } from "../catalogue.js";
import { count } from "../clocks.js";
import { fill, h, icon, sentence } from "../dom.js";
import { choice, rowStatus } from "../office/parts.js";
import { get } from "../server.js";
import { roleName } from "./columns.js";

const STATUSES = ["rejected", "imported_with_warning", "unsupported", "imported"];

export class Rows {
  /** @param {string} address @param {Api.Import} found @param {AbortSignal} signal */
  constructor(address, found, signal) {
    this.address = address;
    this.found = found;
    this.signal = signal;
    this.status = STATUSES.find((status) => found.counts[status] > 0) ?? "imported";
    this.code = "";
    this.page = 1;
    this.tabs = h("div", { class: "tabs", role: "group", "aria-label": t("report.result") });
    this.table = h("div", { class: "scroll report-rows" });
    const codes = choice("report.problem", "code", [["", t("imports.all_problems")], ...found.codes.map((code) => /** @type {[string, string]} */ ([code.code, codeWords(code)]))]);
    codes.addEventListener("change", (event) => {
      this.code = /** @type {HTMLSelectElement} */ (event.target).value;
      this.#show("");
    });
    this.element = h("section", { class: "panel" }, h("div", { class: "panel-head" }, this.tabs, h("div", { class: "push codes" }, found.codes.length > 0 && codes)), this.table);
    this.#load();
  }

  /** @param {string} status */
  #show(status) {
    this.status = status;
    this.page = 1;
    return this.#load();
  }

  async #load() {
    const all = /** @type {[string, number, string][]} */ (STATUSES.map((status) => [status, this.found.counts[status], t(`row_status.${status}`)]));
    fill(this.tabs, [...all.filter(([, n]) => n > 0), /** @type {[string, number, string]} */ (["", this.found.rows, t("imports.all_rows")])].map(([status, n, name]) => h("button", {
      class: "tab", type: "button", "aria-pressed": String(status === this.status), onclick: () => this.#show(status) }, name, h("span", { class: "meta" }, count(n)))));
    const query = new URLSearchParams({ page: String(this.page), ...(this.status && { status: this.status }), ...(this.code && { code: this.code }) });
    try {
      this.#draw(await get(`${this.address}/rows?${query}`, this.signal));
    } catch (problem) {
      if (!this.signal.aborted) fill(this.table, h("p", { class: "note note-stop", role: "alert" }, sentence(problem)));
    }
  }

  /** @param {{rows: Api.ImportRow[], total: number, page_size: number}} found */
  #draw(found) {
    const heads = ["imports.id", "report.result", "report.column", "report.written", "report.problem", "report.fix"];
    const last = Math.max(1, Math.ceil(found.total / found.page_size));
    /** @param {number} to */
    const turn = (to) => {
      this.page = to;
      this.#load();
    };
    fill(this.table, found.total === 0 ? h("p", { class: "empty" }, t("imports.no_rows")) : h("table", { class: "tbl" }, h("thead", {}, h("tr", {}, h("th", { class: "num" }, t("report.row")), heads.map((key) => h("th", {}, t(key))))),
      h("tbody", {}, found.rows.flatMap((row) => (row.problems.length ? row.problems : [null]).map((problem) => rowOf(row, problem))))),
    last > 1 && h("div", { class: "row panel-body" }, h("span", { class: "push" }, t("list.page", { page: this.page, last })),
      h("button", { class: "btn", type: "button", disabled: this.page <= 1, "aria-label": t("list.previous_page"), onclick: () => turn(this.page - 1) }, icon("left", "s")),
      h("button", { class: "btn", type: "button", disabled: this.page >= last, "aria-label": t("list.next_page"), onclick: () => turn(this.page + 1) }, icon("right", "s"))));
  }
}

/** @param {Api.ImportRow} row @param {Api.RowProblem | null} problem */
function rowOf(row, problem) {
  return h("tr", {}, h("td", { class: "num" }, row.sheet && h("span", { class: "meta" }, `${row.sheet} `), row.row), h("td", { class: "nowrap" }, row.item_id), h("td", { class: "nowrap" }, rowStatus(row.status)),
    h("td", { class: "nowrap" }, problem && roleName(problem.field)), h("td", {}, problem?.value && h("span", { class: "cellval" }, problem.value)),
    h("td", {}, problem && field(problem, "message")), h("td", {}, problem && field(problem, "fix")));
}

/** The words of a problem with its number of rows. @param {Api.ImportCode} code */
function codeWords(code) {
  return `${field(code, "message")} ${count(code.count)}`;
}
