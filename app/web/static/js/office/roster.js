/** Importing a roster in three steps: choose the files, look at the check, import. */

import { field, t, worded } from "../catalogue.js";
import { count } from "../clocks.js";
import { fill, h, icon, sentence, sign } from "../dom.js";
import { upload } from "../server.js";
import { drawAdministration } from "./administrations.js";
import { errorPlace, input, rowStatus, showError, sum } from "./parts.js";

const STEPS = ["choose", "check", "import"];
const SHOWN = 500;
/** @type {Kind[]} */
const KINDS = ["all", "rejected", "warning"];

/** @typedef {"all" | "rejected" | "warning"} Kind */

export class RosterImport {
  /** @type {Kind} */
  #filter = "all";
  /** From the check on. @type {Api.RosterReport} */
  report;
  table = h("div", { class: "scroll" });
  tabs = h("div", { class: "tabs", role: "tablist" });

  /** @param {HTMLElement} body @param {Api.AdministrationRoster} adm */
  constructor(body, adm) {
    this.body = body;
    this.adm = adm;
    this.error = errorPlace();
    this.form = h("form", { class: "panel panel-body stack stack-3", onsubmit: (event) => this.#check(event) },
      h("div", { class: "grid2" }, input("roster.table", { name: "table", type: "file", accept: ".xlsx,.csv", required: true }), input("roster.photos", { name: "photos", type: "file", accept: ".zip" }),
        h("span"), input("roster.folder", { name: "photos", type: "file", webkitdirectory: true, multiple: true })),
      h("p", { class: "dim" }, t("roster.hint")), this.error,
      h("div", { class: "row" }, h("button", { class: "btn", type: "button", onclick: () => this.#back() }, t("office.back")), h("button", { class: "btn btn-main push", type: "submit" }, t("report.check"))));
    this.#drawChoose();
  }

  #back() {
    return drawAdministration(this.body, this.adm.id);
  }

  /** @param {number} step @param {string} title @param {string} words */
  #head(step, title, words) {
    return h("div", { class: "row row-4" }, h("div", { class: "grow" }, h("h1", {}, title), h("p", { class: "dim" }, words)),
      h("ol", { class: "steps steps-s" }, STEPS.map((name, i) => h("li", { "data-done": i < step, "aria-current": i === step && "step" },
        h("b", {}, i < step ? icon("check", "s") : String(i + 1)), t(`roster.step_${name}`)))));
  }

  #drawChoose() {
    fill(this.body, this.#head(0, t("roster.import"), `${this.adm.name} · ${this.adm.exam}`), this.form);
  }

  /** @param {boolean} dryRun @returns {Promise<Api.RosterReport>} */
  #send(dryRun) {
    const data = new FormData(this.form);
    const photos = data.getAll("photos").filter((file) => file instanceof File).filter((file) => file.size > 0);
    data.delete("photos");
    for (const file of photos) data.append("photos", file, file.name);
    return upload(`/api/administrations/${this.adm.id}/roster?dry_run=${dryRun}`, data);
  }

  /** @param {SubmitEvent} event */
  async #check(event) {
    event.preventDefault();
    showError(this.error, "");
    if (!this.form.reportValidity()) return;
    const waiting = h("div", { class: "panel panel-body stack" }, h("p", { role: "status" }, t("report.checking")), h("div", { class: "wait-bar" }));
    this.form.after(waiting);
    this.form.inert = true;
    try {
      this.#draw(await this.#send(true));
    } catch (problem) {
      showError(this.error, sentence(problem));
    } finally {
      waiting.remove();
      this.form.inert = false;
    }
  }

  /** @param {Api.RosterReport} report */
  #draw(report) {
    this.report = report;
    const table = new FormData(this.form).get("table");
    const file = table instanceof File ? table.name : "";
    const rows = t("report.rows");
    const sums = h("div", { class: "panel sums" }, sum(t("report.in_table"), count(report.rows), rows), sum(t("report.accepted"), count(Math.max(0, report.importable - report.warnings)), rows, "ok", t("report.no_problem")),
      sum(t("report.warning"), count(report.warnings), rows, "look2"), sum(t("report.rejected"), count(report.rejected), rows, "stop", t("report.again_later")),
      sum(t("report.photos"), count(report.photos.matched), t("report.photos_of", { n: count(report.photos.of) })));
    const { unused = [], unused_count: left = 0 } = report.photos;
    const unusedNote = left > 0 && h("p", { class: "note note-look" }, sign("look1"), t("report.unused", { n: count(left), names: unused.slice(0, 20).join(t("list.comma")) }));
    const { importable } = report;
    fill(this.body, this.#head(1, t("report.title", { file }), t("report.only_check", { name: this.adm.name })), sums, unusedNote,
      h("section", { class: "panel importtbl" }, h("div", { class: "panel-head" }, this.tabs), this.table), this.error,
      h("div", { class: "row row-3" }, h("button", { class: "btn btn-bare", type: "button", onclick: () => this.#drawChoose() }, icon("upload", "s"), t("report.other_file")),
        h("button", { class: "btn btn-main push", type: "button", disabled: importable === 0, onclick: () => this.#import() }, t("report.import_n", { n: count(importable) }))));
    this.#drawTable();
  }

  #drawTable() {
    const { findings } = this.report;
    const kinds = { all: findings, rejected: findings.filter((f) => f.status === "rejected"), warning: findings.filter((f) => f.status !== "rejected") };
    /** @type {Record<Kind, string>} */
    const names = { all: "report.findings", rejected: "report.rejected", warning: "report.warning" };
    fill(this.tabs, KINDS.map((name) => h("button", { class: "tab", type: "button", role: "tab", "aria-selected": String(this.#filter === name), onclick: () => this.#choose(name) }, `${t(names[name])} ${count(kinds[name].length)}`)));
    const shown = kinds[this.#filter];
    if (shown.length === 0) {
      fill(this.table, h("div", { class: "empty" }, sign("ok", "l"), h("p", {}, t("report.no_findings"))));
      return;
    }
    const heads = ["name", "report.result", "report.column", "report.written", "report.problem", "report.fix"];
    fill(this.table, h("table", { class: "tbl" }, h("thead", {}, h("tr", {}, h("th", { class: "num" }, t("report.row")), heads.map((k) => h("th", {}, t(k))))),
      h("tbody", {}, shown.slice(0, SHOWN).map((f) => h("tr", {}, h("td", { class: "num" }, f.row), h("td", { class: "nowrap" }, f.name), h("td", { class: "nowrap" }, rowStatus(f.status)),
        h("td", { class: "nowrap" }, f.column ? worded("column", f.column) : f.code.startsWith("photo.") && t("report.photos")), h("td", {}, f.thumbnail && h("img", { class: "roster-photo", src: `data:image/jpeg;base64,${f.thumbnail}`, alt: t("report.photo_of", { name: f.name }) }), f.value && h("span", { class: "cellval" }, f.value)), h("td", {}, field(f, "message")), h("td", {}, field(f, "fix")))))),
    shown.length > SHOWN && h("p", { class: "meta panel-body" }, t("report.more", { n: shown.length - SHOWN })));
  }

  /** @param {Kind} name */
  #choose(name) {
    this.#filter = name;
    this.#drawTable();
  }

  async #import() {
    showError(this.error, "");
    try {
      const done = await this.#send(false);
      await this.#back();
      this.body.prepend(h("p", { class: "note note-ok", role: "status" }, sign("ok"), t("roster.imported", { n: count(done.importable) })));
    } catch (problem) {
      showError(this.error, sentence(problem));
    }
  }
}
