/** Imports of a bank: all of them, and one from the file to the report, in, and out again. */

import { language, t, worded } from "../catalogue.js";
import { count, dayMinute } from "../clocks.js";
import { fill, h, icon, sentence } from "../dom.js";
import { errorPlace, formDialog, input, showError, sum } from "../office/parts.js";
import { get, post, Problem, upload } from "../server.js";
import { outcome } from "./parts.js";
import { Columns, lineMeaning } from "./columns.js";
import { Rows } from "./rows.js";

/** @typedef {import("../pages/bank.js").Place} Place */

const ACCEPTED = ".xlsx,.csv,.txt,.json,.xml,.zip,.gift";
const STEPS = ["file", "columns", "check", "in"];

/** Draws all imports. @param {Place} place */
export async function drawImports(place) {
  /** @type {{imports: Api.ImportHead[]}} */
  const { imports } = await get(`${place.base}/imports`, place.signal);
  const add = h("span", { class: "push row" }, h("a", { class: "btn", href: "/api/banks/template.xlsx", download: "" }, icon("download", "s"), t("banks.template")),
    h("a", { class: "btn btn-main", href: "#import" }, icon("upload", "s"), t("banks.import")));
  fill(place.body, h("div", { class: "row" }, h("h1", {}, t("bank_tab.imports")), add),
    imports.length === 0 ? h("div", { class: "panel empty" }, icon("upload"), h("p", {}, t("imports.none")))
      : h("div", { class: "panel scroll" }, h("table", { class: "tbl" }, h("thead", {}, h("tr", {}, ["imports.file", "imports.when", "banks.state"].map((key) => h("th", {}, t(key))), h("th", { class: "num" }, t("banks.items")))),
        h("tbody", {}, imports.map((one) => h("tr", {}, h("td", {}, h("a", { href: `#import/${one.id}` }, one.file_name)), h("td", { class: "nowrap" }, dayMinute(one.created_at)), h("td", {}, t(`import_state.${one.state}`)), h("td", { class: "num" }, count(one.items))))))));
}

/** Draws one import; without an id the choice of a file. @param {Place} place @param {string} id */
export async function drawImport(place, id) {
  if (!id) return drawChoice(place);
  const found = await get(`${place.base}/imports/${id}`, place.signal);
  return new ImportView(place, found).draw();
}

/** @param {Place} place */
async function drawChoice(place) {
  const error = errorPlace();
  const waiting = h("div", {});
  const send = h("button", { class: "btn btn-main push", type: "submit" }, t("report.check"));
  const form = h("form", { class: "panel panel-body stack stack-3" }, input("imports.file", { name: "file", type: "file", accept: ACCEPTED, required: true }), h("p", { class: "dim" }, t("imports.formats")), error, waiting,
    h("div", { class: "row" }, h("a", { class: "btn", href: "#imports" }, t("office.back")), h("span", { class: "push dim" }, t("report.nothing_yet")), send));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    showError(error, "");
    send.disabled = true;
    fill(waiting, h("p", { role: "status" }, t("report.checking")), h("div", { class: "wait-bar" }));
    try {
      const made = await upload(`${place.base}/imports`, new FormData(form));
      location.hash = `#import/${made.id}`;
    } catch (problem) {
      showError(error, problem instanceof Problem && problem.code.includes(".") ? `${t("imports.unreadable")} ${worded("problem", problem.code, problem.detail)}` : sentence(problem));
    } finally {
      send.disabled = false;
      fill(waiting);
    }
  }, { signal: place.signal });
  fill(place.body, h("div", { class: "row" }, h("h1", {}, t("banks.import")), steps(0)), form);
}

/** Where one stands. @param {number} now */
function steps(now) {
  return h("ol", { class: "steps steps-s push" }, STEPS.map((step, i) => h("li", { "data-done": i < now, "aria-current": i === now && "step" }, h("b", {}, i < now ? icon("check", "s") : i + 1), t(`imports.step_${step}`))));
}

class ImportView {
  /** @param {Place} place @param {Api.Import} found */
  constructor(place, found) {
    this.place = place;
    this.found = found;
    this.address = `${place.base}/imports/${found.id}`;
    this.error = errorPlace();
    this.said = h("div", {});
  }

  draw() {
    const { found } = this;
    const proposed = found.state === "proposed";
    const correct = (/** @type {Record<string, string>} */ corrections) => this.#send("columns", { columns: corrections });
    const columns = found.has_columns && found.sheets.length > 0 && new Columns(found, proposed, correct).element;
    const note = proposed ? t("report.only_check", { name: "" }) : `${t(`import_state.${found.state}`)} ${dayMinute(found.undone_at ?? found.confirmed_at ?? found.created_at)}`;
    fill(this.place.body, h("div", { class: "row" }, h("div", {}, h("h1", {}, t("report.title", { file: found.file_name })), h("p", { class: "dim" }, note)), steps(proposed ? 2 : 4)),
      this.said, this.#sums(), columns, found.has_lines && lineMeaning(found, proposed, correct), new Rows(this.address, found, this.place.signal).element, this.error, this.#foot(proposed));
  }

  #sums() {
    const { counts, rows, sheets } = this.found;
    const read = sheets.filter((sheet) => sheet.code === "sheet.read");
    const where = read.map((sheet) => [sheet.sheet, encodingName(sheet.encoding)].filter(Boolean).join(" ")).join(" · ");
    return h("div", { class: "panel sums" }, sum(t("report.in_table"), count(rows), t("report.items"), undefined, where),
      sum(t("report.accepted"), count(counts.imported), t("report.items"), "ok"), sum(t("report.warning"), count(counts.imported_with_warning), t("report.items"), "look2"),
      sum(t("report.rejected"), count(counts.rejected), t("report.items"), "stop"), counts.unsupported > 0 && sum(t("imports.unsupported"), count(counts.unsupported), t("report.items"), "stop"));
  }

  /** @param {boolean} proposed */
  #foot(proposed) {
    const { found } = this;
    const back = h("a", { class: "btn", href: proposed ? "#import" : "#imports" }, t(proposed ? "report.other_file" : "office.back"));
    const { rejected } = found.counts;
    const mend = found.has_columns && rejected > 0 && h("a", { class: "btn", href: `${this.address}/rejected.xlsx?lang=${language === "zh-CN" ? "zh" : "en"}`, download: "" }, icon("download", "s"), t("imports.mend", { n: count(rejected) }));
    if (proposed) {
      return h("div", { class: "row" }, mend, back, h("span", { class: "push dim" }, t("imports.as_drafts")),
        h("button", { class: "btn btn-main", type: "button", disabled: found.items === 0, onclick: () => this.#send("confirm") }, t("banks.import_n", { n: count(found.items) })));
    }
    const items = h("a", { class: "btn btn-main", href: `#items?batch=${found.id}` }, t("imports.see"));
    return h("div", { class: "row" }, mend, back, found.state === "confirmed" && [h("button", { class: "btn btn-end push", type: "button", onclick: () => this.#undo() }, t("imports.undo")), items]);
  }

  #undo() {
    formDialog(t("imports.undo"), h("p", {}, t("imports.undo_text", { n: count(this.found.items) })), "imports.undo", async () => {
      await this.#send("undo");
      return true;
    });
  }

  /** @param {"columns" | "confirm" | "undo"} act @param {object} [body] */
  async #send(act, body = {}) {
    showError(this.error, "");
    try {
      this.found = await post(`${this.address}/${act}`, body);
      this.draw();
      if (act === "confirm") fill(this.said, outcome(t("banks.imported_n", { n: count(this.found.items) }), true));
      await this.place.reload();
    } catch (problem) {
      if (problem instanceof Problem && problem.code === "report_changed") {
        this.found = await get(this.address, this.place.signal);
        this.draw();
      }
      showError(this.error, sentence(problem));
    }
  }
}

/** An encoding as people write it: whether the file says so in its first bytes is no matter to them. @param {string} encoding */
function encodingName(encoding) {
  return encoding.toUpperCase().replace("-SIG", "");
}
