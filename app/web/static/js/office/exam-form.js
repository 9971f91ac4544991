/** A new exam with its blueprint: written here, checked while typing, audited before it is made. */

import { t, tongue } from "../catalogue.js";
import { count, dayOf } from "../clocks.js";
import { fill, h, icon, on, sentence } from "../dom.js";
import { fetchFile, post, Problem, upload } from "../server.js";
import { AuditPanel } from "./audit-panel.js";
import { ExamDraft, hundredths } from "./exam-draft.js";
import { FormRules } from "./form-rules.js";
import { choice, errorPlace, fieldOf, formDialog, input, problemLines, showError, valueOf } from "./parts.js";
import { documentOf, RuleRow, rulesIn } from "./rule-rows.js";
import { newSection, SectionRow } from "./section-rows.js";
import { showSupply } from "./supply-bars.js";
import { topicFault } from "./topics.js";

const FORMAT = "kaochang.blueprint/1";
const CHECK_AFTER_MS = 350;
const STEPS_KEPT = 100;
const POINTS = "\\d+(\\.\\d{1,2})?";

export class ExamForm {
  /** @param {HTMLElement} body @param {Api.Snapshot[]} banks @param {() => Promise<void>} leave shows the list of exams */
  constructor(body, banks, leave) {
    this.leave = leave;
    this.draft = new ExamDraft(banks);
    this.error = errorPlace();
    this.total = h("p", { class: "strong exam-total", role: "status" });
    this.sections = h("div", { class: "stack" });
    this.rules = h("div", { class: "stack" });
    this.formPart = h("div", {});
    this.names = h("datalist", { id: "pool-attributes" });
    this.audit = new AuditPanel(this.draft, (place) => this.#goTo(place));
    this.undo = h("button", { class: "btn", type: "button", disabled: true, title: "Ctrl+Z", onclick: () => this.#undo() }, t("blueprint.undo"));
    /** @type {SectionRow[]} */
    this.sectionRows = [];
    /** @type {RuleRow[]} */
    this.ruleRows = [];
    /** @type {string[]} */
    this.past = [];
    this.form = this.#layOut(banks);
    fill(body, h("div", { class: "row" }, h("h1", {}, t("exams.new")), h("span", { class: "push row" }, this.undo, ...this.#fileActs())), h("div", { class: "scroll stack stack-3" }, this.form, this.audit.element));
    this.#show({ name: "", minutes: "120", pass_points: "80", result_shown: "true", snapshot_id: banks[0].id, blueprint: { format: FORMAT, title: "", must_know: 0, shuffle_items: true, shuffle_options: true,
      sections: [newSection("true_false", 70), newSection("single_choice", 30)] } });
    this.untouched = this.last = JSON.stringify(this.#read());
    this.#guard(body);
    this.#chooseBank();
  }

  /** @param {Api.Snapshot[]} banks */
  #layOut(banks) {
    const bank = choice("exams.bank", "snapshot_id", banks.map((b) => [b.id, t("exams.bank_items", { name: b.name, n: count(b.items), day: dayOf(b.published_at) })]));
    bank.addEventListener("change", () => this.#chooseBank());
    const add = (/** @type {string} */ key, /** @type {() => unknown} */ act) => h("button", { class: "btn", type: "button", onclick: act }, t(key));
    /** @type {HTMLFormElement} */
    const form = h("form", { class: "panel panel-body stack stack-4", oninput: () => this.#typed(), onchange: () => this.#changed(), onsubmit: (event) => this.#submit(event) },
      h("div", { class: "grid3" }, input("exams.name", { name: "name", required: true, maxlength: 100 }), bank, input("exams.minutes", { name: "minutes", type: "number", min: 1, max: 600, required: true })),
      h("div", { class: "grid3" }, input("exams.pass", { name: "pass_points", inputmode: "decimal", required: true, pattern: POINTS }), choice("exams.shown", "result_shown", [["true", t("exams.at_once")], ["false", t("exams.later")]])),
      h("h2", {}, t("exams.sections")), this.sections,
      h("div", { class: "row" }, add("exams.add_section", () => this.#addSection(newSection("multiple_choice", 10))), h("span", { class: "push" }, this.total)),
      h("h2", {}, t("blueprint.rules")), h("p", { class: "meta" }, t("blueprint.rules_about")), this.rules, h("div", { class: "row" }, add("blueprint.add_rule", () => this.#addRule({ kind: "items" }))),
      h("h2", {}, t("blueprint.whole_form")), this.formPart, this.names, this.error,
      h("div", { class: "row" }, h("button", { class: "btn", type: "button", onclick: () => this.#away(() => this.leave()) }, t("office.back")), h("span", { class: "push row" },
        add("blueprint.audit_start", () => this.#audit()), h("button", { class: "btn btn-main", type: "submit" }, t("exams.create")))));
    form.addEventListener("keydown", (event) => this.#key(event));
    return form;
  }

  #fileActs() {
    /** @type {HTMLInputElement} */
    const file = h("input", { type: "file", class: "sr", name: "blueprint_file", accept: ".toml,.json", "aria-label": t("blueprint.upload"), onchange: () => { this.#upload(file); } });
    return [h("button", { class: "btn", type: "button", onclick: () => file.click() }, icon("upload"), t("blueprint.upload")), file,
      h("button", { class: "btn", type: "button", onclick: () => this.#download() }, icon("download"), t("blueprint.download"))];
  }

  /** Everything that was written, as `#show` takes it. @returns {Api.ExamDraft} */
  #read() {
    const of = (/** @type {string} */ name) => valueOf(this.form, name);
    this.sectionRows = this.#inOrder(this.sectionRows, this.sections);
    this.ruleRows = this.#inOrder(this.ruleRows, this.rules);
    this.sectionRows.forEach((row, index) => { row.place = `sections.${index}`; });
    const blueprint = { format: FORMAT, title: of("name").trim() || t("exams.new"), sections: this.sectionRows.map((row) => row.read()), ...documentOf(this.ruleRows), ...this.formRules?.read() };
    return { name: of("name"), minutes: of("minutes"), pass_points: of("pass_points"), result_shown: of("result_shown"), snapshot_id: of("snapshot_id"), blueprint: /** @type {Api.BlueprintDocument} */ (blueprint) };
  }

  /** The rows that still stand on the page, in its order. @template {{element: Element}} Row @param {Row[]} rows @param {Element} place @returns {Row[]} */
  #inOrder(rows, place) {
    return [...place.children].flatMap((element) => rows.filter((row) => row.element === element));
  }

  /** @param {Api.ExamDraft} shown */
  #show(shown) {
    const { blueprint, ...head } = shown;
    for (const [name, value] of Object.entries(head)) fieldOf(this.form, name).value = value;
    fill(this.sections);
    fill(this.rules);
    this.sectionRows = this.ruleRows = [];
    for (const section of blueprint.sections) this.#addSection(section, false);
    for (const rule of rulesIn(blueprint)) this.#addRule(rule, false);
    this.formRules = new FormRules(blueprint);
    fill(this.formPart, this.formRules.element);
  }

  /** @param {Api.SectionDocument} section */
  #addSection(section, now = true) {
    const row = new SectionRow(this.draft, section, () => this.#changed());
    this.sectionRows = [...this.sectionRows, row];
    this.sections.append(row.element);
    if (now) this.#changed();
  }

  /** @param {import("./rule-rows.js").Rule} rule */
  #addRule(rule, now = true) {
    const row = new RuleRow(this.draft, rule, () => this.#changed());
    this.ruleRows = [...this.ruleRows, row];
    this.rules.append(row.element);
    if (!now) return;
    this.#changed();
    fieldOf(row.element, "kind").focus();
  }

  async #chooseBank() {
    try {
      await this.draft.choose(valueOf(this.form, "snapshot_id"));
    } catch (problem) {
      showError(this.error, sentence(problem));
    }
    fill(this.names, this.draft.attributes.map(({ name }) => h("option", { value: name })));
    for (const row of this.sectionRows) row.adapt();
    this.#typed();
  }

  /** Something is different on the page; it becomes a step to undo when it is `#changed`. */
  #typed() {
    const { blueprint } = this.#read();
    const items = blueprint.sections.reduce((n, row) => n + row.count, 0);
    const points = blueprint.sections.reduce((n, row) => n + row.count * row.points, 0) / 100;
    this.total.textContent = t("exams.sum", { items, points });
    this.audit.changed();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#check(), CHECK_AFTER_MS);
  }

  #changed() {
    const now = JSON.stringify(this.#read());
    if (this.last !== undefined && now !== this.last) {
      this.past = [...this.past, this.last].slice(-STEPS_KEPT);
      this.last = now;
    }
    this.undo.disabled = this.past.length === 0;
    this.#typed();
  }

  #undo() {
    const before = this.past.pop();
    if (before === undefined) return;
    this.#show(JSON.parse(before));
    this.last = before;
    this.undo.disabled = this.past.length === 0;
    this.#chooseBank();
  }

  /** Ctrl+Z takes back the last change; what is being typed is the browser's to take back. @param {KeyboardEvent} event */
  #key(event) {
    if (event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
    if (JSON.stringify(this.#read()) !== this.last) return;
    event.preventDefault();
    this.#undo();
  }

  /** What the server is asked about. */
  #body() {
    const { snapshot_id, blueprint, pass_points } = this.#read();
    return { snapshot_id, blueprint, pass_points: hundredths(pass_points) };
  }

  async #check() {
    if (!this.form.isConnected) return;
    const body = this.#body();
    const asked = JSON.stringify(body);
    try {
      /** @type {{demands: Api.Demand[]}} */
      const { demands } = await post("/api/blueprints/check", body);
      if (asked !== JSON.stringify(this.#body())) return;
      this.#clear();
      showSupply([...this.sectionRows, ...this.ruleRows], demands);
    } catch (problem) {
      if (asked === JSON.stringify(this.#body())) this.#fault(problem);
    }
  }

  #clear() {
    for (const row of [...this.sectionRows, ...this.ruleRows]) row.clear();
    fill(this.form.querySelector("[data-place=form] > [data-fault]") ?? h("div"));
    showError(this.error, "");
  }

  /** Shows a refusal at the row it is about. @param {unknown} problem @returns {boolean} whether there is such a row */
  #fault(problem) {
    this.#clear();
    const [body, first] = problem instanceof Problem ? [problem.body, problem.body.problems?.[0]] : [undefined, undefined];
    const field = body?.field ?? "";
    if (!first || !field) return false;
    const row = [...this.sectionRows, ...this.ruleRows].find(({ place }) => field === place || field.startsWith(`${place}.`));
    if (row) row.tell(field.slice(row.place.length + 1), tongue(first), first.position ? Number(first.position) : undefined);
    else fill(this.form.querySelector("[data-place=form] > [data-fault]") ?? h("div"), h("p", { class: "field-error" }, tongue(first)));
    return true;
  }

  /** @param {string} place */
  #goTo(place) {
    const row = [...this.sectionRows, ...this.ruleRows].find((one) => place === one.place || place.startsWith(`${one.place}.`));
    const element = row?.element ?? this.formPart;
    element.setAttribute("data-obstacle", "");
    element.scrollIntoView({ block: "center" });
    /** @type {HTMLElement | null} */ (element.querySelector("input, select"))?.focus({ preventScroll: true });
  }

  /** Whether the form can be sent; says what is wrong if not. */
  #sound() {
    this.form.querySelectorAll("[data-obstacle]").forEach((row) => row.removeAttribute("data-obstacle"));
    if (!this.form.reportValidity()) return false;
    const faults = [...this.sections.children].map(topicFault).filter(Boolean);
    showError(this.error, faults[0] ?? "", faults.slice(1));
    return faults.length === 0;
  }

  async #audit() {
    if (!this.#sound()) return;
    try {
      await this.audit.start(this.#body());
    } catch (problem) {
      if (this.#fault(problem)) showError(this.error, t("blueprint.look_at_row"));
      else this.audit.refuse(problem);
    }
  }

  /** @param {SubmitEvent} event */
  async #submit(event) {
    event.preventDefault();
    if (!this.#sound()) return;
    const { name, minutes, result_shown, ...rest } = this.#read();
    try {
      await post("/api/exams", { ...rest, name, minutes: Number(minutes), pass_points: hundredths(rest.pass_points), result_shown: result_shown === "true" });
      this.last = this.untouched = JSON.stringify(this.#read());
      await this.leave();
    } catch (problem) {
      if (this.#fault(problem)) {
        showError(this.error, t("blueprint.look_at_row"), problemLines(problem));
        return;
      }
      showError(this.error, sentence(problem), problemLines(problem));
      if (problem instanceof Problem) for (const { place } of problem.body.problems ?? []) if (place) this.#goTo(place);
    }
  }

  /** @param {HTMLInputElement} file */
  async #upload(file) {
    if (!file.files?.[0]) return;
    const form = new FormData();
    form.append("file", file.files[0]);
    file.value = "";
    try {
      /** @type {{blueprint: Api.BlueprintDocument}} */
      const { blueprint } = await upload("/api/blueprints/file", form);
      const now = this.#read();
      this.#show({ ...now, name: now.name || blueprint.title, blueprint });
      this.#changed();
    } catch (problem) {
      const field = problem instanceof Problem ? problem.body.field : "";
      showError(this.error, field ? t("blueprint.file_wrong_at", { field }) : t("blueprint.file_wrong"), problemLines(problem));
      this.error.scrollIntoView({ block: "nearest" });
    }
  }

  async #download() {
    const { blueprint } = this.#read();
    try {
      const address = URL.createObjectURL(await fetchFile("/api/blueprints/download", { blueprint, format: "toml" }));
      h("a", { href: address, download: `${blueprint.title}.toml` }).click();
      URL.revokeObjectURL(address);
    } catch (problem) {
      if (!this.#fault(problem)) showError(this.error, sentence(problem), problemLines(problem));
    }
  }

  /** Whether leaving would lose something. */
  get #unsaved() {
    return this.form.isConnected && JSON.stringify(this.#read()) !== this.untouched;
  }

  /** Leaves, after a question when something would be lost. @param {() => unknown} go */
  #away(go) {
    if (!this.#unsaved) {
      this.audit.cancel();
      go();
      return;
    }
    if (this.asking?.open) return;
    this.asking = formDialog(t("blueprint.leave_title"), h("p", {}, t("blueprint.leave_about")), "blueprint.leave", async () => {
      this.untouched = JSON.stringify(this.#read());
      this.audit.cancel();
      go();
      return true;
    });
  }

  /** Asks before a link, the browser's own way back or forth, or closing the page loses something. @param {HTMLElement} body */
  #guard(body) {
    const shown = new AbortController();
    const gone = () => !this.form.isConnected && (shown.abort(), true);
    addEventListener("beforeunload", (event) => {
      if (!gone() && this.#unsaved) event.preventDefault();
    }, { signal: shown.signal });
    on(body, "leaving", (/** @type {string} */ wanted, event) => {
      if (gone() || !this.#unsaved) return;
      event.preventDefault();
      this.#away(() => { location.hash = wanted; });
    }, shown.signal);
    document.addEventListener("click", (event) => {
      const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
      if (gone() || !(link instanceof HTMLAnchorElement) || link.target || link.closest("main") || !this.#unsaved) return;
      event.preventDefault();
      this.#away(() => location.assign(link.href));
    }, { signal: shown.signal, capture: true });
  }
}
