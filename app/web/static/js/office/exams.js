/** The exams: a list, and defining one with its blueprint. */

import { t } from "../catalogue.js";
import { count, dayOf } from "../clocks.js";
import { fill, h, icon, sentence } from "../dom.js";
import { get, post } from "../server.js";
import { choice, errorPlace, fieldOf, input, problemLines, showError, textsOf, valueOf } from "./parts.js";
import { readTopics, topicFault, TopicFields } from "./topics.js";

const TYPES = ["true_false", "single_choice", "multiple_choice"];
const RULES = ["all_or_nothing", "partial_no_wrong", "per_option_no_wrong"];

/** Draws the tab. @param {HTMLElement} body */
export async function drawExams(body) {
  /** @type {[{exams: Api.Exam[]}, {snapshots: Api.Snapshot[]}]} */
  const [{ exams }, { snapshots: banks }] = await Promise.all([get("/api/exams"), get("/api/snapshots")]);
  const add = h("button", { class: "btn btn-main push", type: "button", disabled: banks.length === 0, onclick: () => new ExamForm(body, banks) }, t("exams.new"));
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

/** Points as the server counts them: whole hundredths of a point. @param {string} text */
function hundredths(text) {
  return Math.round(Number(text) * 100);
}

class ExamForm {
  /** @param {HTMLElement} body @param {Api.Snapshot[]} banks */
  constructor(body, banks) {
    this.body = body;
    this.banks = banks;
    this.error = errorPlace();
    this.sections = h("div", { class: "stack" });
    this.total = h("p", { class: "strong", role: "status" });
    this.form = h("form", { class: "panel panel-body stack stack-4", oninput: () => this.#sum(), onsubmit: (event) => this.#submit(event) },
      h("div", { class: "grid3" }, input("exams.name", { name: "name", required: true, maxlength: 100 }), choice("exams.bank", "snapshot_id", banks.map((b) => [b.id, t("exams.bank_items", { name: b.name, n: count(b.items), day: dayOf(b.published_at) })])),
        input("exams.minutes", { name: "minutes", type: "number", min: 1, max: 600, value: "120", required: true })),
      h("div", { class: "grid3" }, input("exams.pass", { name: "pass_points", inputmode: "decimal", value: "80", required: true, pattern: "\\d+(\\.\\d{1,2})?" }),
        input("exams.must_know", { name: "must_know_minimum", type: "number", min: 0, value: "0", required: true }),
        choice("exams.shown", "result_shown", [["true", t("exams.at_once")], ["false", t("exams.later")]])),
      h("h2", {}, t("exams.sections")), this.sections,
      h("div", { class: "row" }, h("button", { class: "btn", type: "button", onclick: () => this.#add() }, t("exams.add_section")), h("span", { class: "push" }, this.total)),
      this.error, h("div", { class: "row" }, h("button", { class: "btn", type: "button", onclick: () => drawExams(body) }, t("office.back")), h("button", { class: "btn btn-main push", type: "submit" }, t("exams.create"))));
    // Topics belong to a bank: another bank, other topics.
    fieldOf(this.form, "snapshot_id").addEventListener("change", () => this.form.querySelectorAll("[data-topic]").forEach((line) => line.remove()));
    fill(body, h("h1", {}, t("exams.new")), h("div", { class: "scroll" }, this.form));
    this.#add("true_false", 70);
    this.#add("single_choice", 30);
  }

  #add(type = "multiple_choice", number = 10) {
    /** @type {[string, string][]} */
    const rules = RULES.map((rule) => [rule, t(`rule.${rule}`)]);
    const kind = choice("exams.type", "type", TYPES.map((name) => [name, t(`type.${name}`)]));
    fieldOf(kind, "type").value = type;
    /** @type {HTMLFieldSetElement} */
    const row = h("fieldset", { class: "section-row" }, h("legend", { class: "sr" }, t("exams.section")),
      input("exams.title", { name: "title", required: true, maxlength: 100, value: t(`type.${type}`) }), kind, input("exams.count", { name: "count", type: "number", min: 1, max: 1000, value: String(number), required: true }),
      input("exams.points", { name: "points", inputmode: "decimal", value: "1", required: true, pattern: "\\d+(\\.\\d{1,2})?" }), choice("exams.rule", "scoring_rule", rules),
      input("exams.partial", { name: "partial_points", inputmode: "decimal", value: "0", pattern: "\\d+(\\.\\d{1,2})?" }),
      h("button", { class: "btn btn-bare", type: "button", "aria-label": t("exams.remove"), onclick: () => this.#remove(row) }, icon("x", "s")));
    const adapt = () => this.#adapt(row);
    row.addEventListener("change", adapt);
    row.append(new TopicFields(() => this.#bank()).element);
    this.sections.append(row);
    adapt();
    this.#sum();
  }

  /** Scoring rules are for multiple choice; partial points for the partial rules. @param {Element} row */
  #adapt(row) {
    const [type, rule, partial] = ["type", "scoring_rule", "partial_points"].map((name) => fieldOf(row, name));
    rule.disabled = type.value !== "multiple_choice";
    if (rule.disabled) rule.value = "all_or_nothing";
    partial.disabled = rule.value === "all_or_nothing";
  }

  #bank() {
    return this.banks.find((bank) => bank.id === valueOf(this.form, "snapshot_id"));
  }

  /** @param {Element} row */
  #remove(row) {
    row.remove();
    this.#sum();
  }

  #rows() {
    return [...this.sections.children].map((row) => ({
      title: valueOf(row, "title").trim(), type: valueOf(row, "type"), count: Number(valueOf(row, "count")), points: hundredths(valueOf(row, "points")),
      scoring_rule: valueOf(row, "scoring_rule"), partial_points: fieldOf(row, "partial_points").disabled ? 0 : hundredths(valueOf(row, "partial_points")), topics: readTopics(row) }));
  }

  #sum() {
    const rows = this.#rows();
    const items = rows.reduce((n, row) => n + row.count, 0);
    const points = rows.reduce((n, row) => n + row.count * row.points, 0) / 100;
    this.total.textContent = t("exams.sum", { items, points });
  }

  /** @param {SubmitEvent} event */
  async #submit(event) {
    event.preventDefault();
    if (!this.form.reportValidity()) return;
    const faults = [...this.sections.children].map(topicFault).filter(Boolean);
    showError(this.error, faults[0] ?? "", faults.slice(1));
    if (faults.length > 0) return;
    const data = textsOf(this.form);
    const body = { name: data.name, snapshot_id: data.snapshot_id, minutes: Number(data.minutes), pass_points: hundredths(data.pass_points), result_shown: data.result_shown === "true", sections: this.#rows(), must_know_minimum: Number(data.must_know_minimum) };
    try {
      await post("/api/exams", body);
      await drawExams(this.body);
    } catch (problem) {
      showError(this.error, sentence(problem), problemLines(problem));
    }
  }
}
