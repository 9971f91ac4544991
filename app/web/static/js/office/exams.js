/** The exams: a list, and the way to a new one. */

import { t } from "../catalogue.js";
import { fill, h, icon } from "../dom.js";
import { get } from "../server.js";
import { ExamForm } from "./exam-form.js";

/** Draws the tab. @param {HTMLElement} body */
export async function drawExams(body) {
  /** @type {[{exams: Api.Exam[]}, {snapshots: Api.Snapshot[]}]} */
  const [{ exams }, { snapshots: banks }] = await Promise.all([get("/api/exams"), get("/api/snapshots")]);
  const add = h("button", { class: "btn btn-main push", type: "button", disabled: banks.length === 0, onclick: () => new ExamForm(body, banks, () => drawExams(body)) }, t("exams.new"));
  const heads = ["exams.minutes", "exams.slots", "exams.total", "exams.pass"];
  fill(body, h("div", { class: "row" }, h("h1", {}, t("office.exams")), add),
    exams.length === 0 ? h("div", { class: "panel empty" }, icon("note"), h("p", {}, t(banks.length === 0 ? "exams.bank_first" : "exams.none")))
      : h("div", { class: "panel scroll" }, h("table", { class: "tbl" }, h("thead", {}, h("tr", {}, h("th", {}, t("name")), h("th", {}, t("exams.bank")), heads.map((k) => h("th", { class: "num" }, t(k))), h("th", {}, t("exams.shown")))),
        h("tbody", {}, exams.map((exam) => examRow(exam, banks))))));
}

/** @param {Api.Exam} exam @param {Api.Snapshot[]} banks */
function examRow(exam, banks) {
  const bank = banks.find((b) => b.id === exam.snapshot_id);
  return h("tr", {}, h("td", {}, h("b", {}, exam.name)), h("td", {}, bank?.name ?? ""), h("td", { class: "num" }, exam.minutes), h("td", { class: "num" }, exam.items),
    h("td", { class: "num" }, exam.total_points / 100), h("td", { class: "num" }, exam.pass_points / 100), h("td", {}, t(exam.result_shown ? "exams.at_once" : "exams.later")));
}
