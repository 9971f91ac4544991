/** The item banks, and importing one: choose a file, check, import. */

import { field, t, worded } from "../catalogue.js";
import { count, dayOf } from "../clocks.js";
import { fill, h, icon, sentence, sign } from "../dom.js";
import { get, upload } from "../server.js";
import { errorPlace, input, rowStatus, showError, sum } from "./parts.js";

/** Draws the tab. @param {HTMLElement} body */
export async function drawBanks(body) {
  /** @type {{banks: Api.Bank[]}} */
  const { banks } = await get("/api/banks");
  const importer = h("button", { class: "btn btn-main push", type: "button", onclick: () => new BankImport(body) }, icon("upload", "s"), t("banks.import"));
  fill(body, h("div", { class: "row" }, h("h1", {}, t("office.banks")), importer),
    banks.length === 0 ? h("div", { class: "panel empty" }, icon("table"), h("p", {}, t("banks.none")))
      : h("div", { class: "panel scroll" }, h("table", { class: "tbl" }, h("thead", {}, h("tr", {}, ["banks.name", "banks.industry"].map((k) => h("th", {}, t(k))),
        ["banks.items", "type.true_false", "type.single_choice", "type.multiple_choice", "banks.must_know"].map((k) => h("th", { class: "num" }, t(k))), h("th", {}, t("banks.imported")))),
      h("tbody", {}, banks.map(bankRow)))));
}

/** @param {Api.Bank} bank */
function bankRow(bank) {
  const types = ["true_false", "single_choice", "multiple_choice"];
  return h("tr", {}, h("td", {}, h("b", {}, bank.name)), h("td", {}, bank.industry), h("td", { class: "num" }, count(bank.items)),
    types.map((type) => h("td", { class: "num" }, count(bank.by_type[type] ?? 0))), h("td", { class: "num" }, count(bank.must_know)), h("td", { class: "nowrap" }, dayOf(bank.imported_at)));
}

class BankImport {
  /** @param {HTMLElement} body */
  constructor(body) {
    this.body = body;
    this.error = errorPlace();
    this.report = h("div", { class: "stack stack-3" });
    this.form = h("form", { class: "panel panel-body stack stack-3", onsubmit: (event) => this.#check(event) },
      h("div", { class: "grid3" }, input("banks.file", { name: "file", type: "file", accept: ".xlsx,.csv,.json,.txt", required: true }),
        input("banks.name", { name: "name", required: true, maxlength: 100 }), input("banks.industry", { name: "industry", required: true, maxlength: 60 })),
      this.error, h("div", { class: "row" }, h("button", { class: "btn", type: "button", onclick: () => drawBanks(body) }, t("office.back")),
        h("span", { class: "push dim" }, t("report.nothing_yet")), h("button", { class: "btn btn-main", type: "submit" }, t("report.check"))));
    this.form.addEventListener("input", () => fill(this.report));
    fill(body, h("h1", {}, t("banks.import")), this.form, this.report);
  }

  /** @param {boolean} dryRun @returns {Promise<Api.BankReport>} */
  #send(dryRun) {
    return upload(`/api/banks/import?dry_run=${dryRun}`, new FormData(this.form));
  }

  /** @param {SubmitEvent} event */
  async #check(event) {
    event.preventDefault();
    showError(this.error, "");
    if (!this.form.reportValidity()) return;
    fill(this.report, h("div", { class: "panel panel-body stack" }, h("p", { role: "status" }, t("report.checking")), h("div", { class: "wait-bar" })));
    try {
      this.#draw(await this.#send(true));
    } catch (problem) {
      fill(this.report);
      showError(this.error, sentence(problem));
    }
  }

  /** @param {Api.BankReport} report */
  #draw(report) {
    const good = report.accepted;
    const rows = report.rows.filter((row) => row.code);
    fill(this.report, h("div", { class: "panel sums" }, sum(t("report.accepted"), count(report.accepted - report.warnings), t("report.items"), "ok"),
      sum(t("report.warning"), count(report.warnings), t("report.items"), "look2"), sum(t("report.rejected"), count(report.rejected), t("report.items"), "stop")),
    rows.length > 0 && h("div", { class: "panel scroll report-rows" }, h("table", { class: "tbl" }, h("thead", {}, h("tr", {}, h("th", {}, t("report.sheet")), h("th", { class: "num" }, t("report.row")),
      ["report.result", "report.column", "report.written", "report.problem", "report.fix"].map((k) => h("th", {}, t(k))))),
    h("tbody", {}, rows.slice(0, 500).map((row) => h("tr", {}, h("td", { class: "nowrap" }, row.sheet), h("td", { class: "num" }, row.row), h("td", { class: "nowrap" }, rowStatus(row.status)),
      h("td", { class: "nowrap" }, worded("column", row.field ?? "", row.field ?? "")), h("td", {}, row.value && h("span", { class: "cellval" }, row.value)), h("td", {}, field(row, "message")), h("td", {}, field(row, "fix"))))))),
    h("div", { class: "row" }, rows.length > 500 && h("span", { class: "dim" }, t("report.more", { n: rows.length - 500 })),
      h("button", { class: "btn btn-main push", type: "button", disabled: good === 0, onclick: () => this.#import() }, t("banks.import_n", { n: count(good) }))));
  }

  async #import() {
    try {
      const done = await this.#send(false);
      await drawBanks(this.body);
      this.body.prepend(h("p", { class: "note note-ok", role: "status" }, sign("ok"), t("banks.imported_n", { n: count(done.accepted) })));
    } catch (problem) {
      showError(this.error, sentence(problem));
    }
  }
}
