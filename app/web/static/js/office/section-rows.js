/** The sections of a new exam: one row each, with topics, a condition and its supply. */

import { t } from "../catalogue.js";
import { fill, h, icon } from "../dom.js";
import { ConditionField } from "./condition-field.js";
import { hundredths } from "./exam-draft.js";
import { choice, fieldOf, input, valueOf } from "./parts.js";
import { readTopics, TopicFields } from "./topics.js";

const TYPES = ["true_false", "single_choice", "multiple_choice", "numeric", "text_entry", "ordering", "matching", "cloze", "any"];
const RULES = ["all_or_nothing", "partial_no_wrong", "per_option_no_wrong", "per_missed_no_wrong", "proportional", "proportional_with_penalty"];
// The rules that give a fixed number of points for an incomplete response.
const WITH_PARTIAL = RULES.slice(1, 4);
const POINTS = "\\d+(\\.\\d{1,2})?";

/** A new section's document. @param {string} type @param {number} count @returns {Api.SectionDocument} */
export function newSection(type, count) {
  return { type, title: t(`type.${type}`), count, points: 100, topics: {}, must_know: 0, scoring_rule: "all_or_nothing", partial_points: 0 };
}

export class SectionRow {
  /** @param {import("./exam-draft.js").ExamDraft} draft @param {Api.SectionDocument} section @param {() => void} changed */
  constructor(draft, section, changed) {
    this.draft = draft;
    this.place = "";
    this.where = new ConditionField(draft, section.where ?? "", "blueprint.where");
    this.topics = new TopicFields(() => draft.bank);
    this.supply = h("div", { class: "supply-line", "data-supply": true });
    this.fault = h("div", { "data-fault": true });
    const kind = choice("exams.type", "type", TYPES.map((name) => [name, t(`type.${name}`)]));
    const rules = choice("exams.rule", "scoring_rule", RULES.map((rule) => [rule, t(`rule.${rule}`)]));
    const remove = h("button", { class: "btn btn-bare", type: "button", "aria-label": t("exams.remove"), onclick: () => { this.element.remove(); changed(); } }, icon("x", "s"));
    const more = h("details", { class: "section-more", open: Boolean(section.where || section.must_know) }, h("summary", {}, t("blueprint.more")),
      h("div", { class: "grid-more" }, this.where.element, input("blueprint.must_know", { name: "must_know", type: "number", min: 0, value: String(section.must_know) })));
    /** @type {HTMLFieldSetElement} */
    this.element = h("fieldset", { class: "section-row" }, h("legend", { class: "sr" }, t("exams.section")),
      input("exams.title", { name: "title", required: true, maxlength: 100, value: section.title }), kind, input("exams.count", { name: "count", type: "number", min: 1, max: 1000, value: String(section.count), required: true }),
      input("exams.points", { name: "points", inputmode: "decimal", value: String(section.points / 100), required: true, pattern: POINTS }), rules,
      input("exams.partial", { name: "partial_points", inputmode: "decimal", value: String(section.partial_points / 100), pattern: POINTS }), remove,
      this.supply, this.fault, this.topics.element, more);
    fieldOf(this.element, "type").value = section.type;
    fieldOf(this.element, "scoring_rule").value = section.scoring_rule;
    this.topics.put(section.topics);
    this.element.addEventListener("change", () => this.adapt());
    this.adapt();
  }

  /** Offers the scoring rules that fit the type; partial points for the rules that know them. */
  adapt() {
    const [type, rule, partial] = ["type", "scoring_rule", "partial_points"].map((name) => fieldOf(this.element, name));
    const fit = type.value === "any" ? RULES.slice(0, 1) : this.draft.scoringRules[type.value];
    for (const option of rule instanceof HTMLSelectElement ? rule.options : []) option.hidden = option.disabled = fit !== undefined && !fit.includes(option.value);
    if (fit && !fit.includes(rule.value)) rule.value = "all_or_nothing";
    rule.disabled = fit !== undefined && fit.length < 2;
    partial.disabled = !WITH_PARTIAL.includes(rule.value);
  }

  /** The section as the blueprint's document has it. @returns {Api.SectionDocument} */
  read() {
    const of = (/** @type {string} */ name) => valueOf(this.element, name);
    const partial = fieldOf(this.element, "partial_points").disabled ? 0 : hundredths(of("partial_points"));
    /** @type {Api.SectionDocument} */
    const section = { type: of("type"), title: of("title").trim(), count: Number(of("count")), points: hundredths(of("points")), topics: readTopics(this.element),
      must_know: Number(of("must_know")), scoring_rule: of("scoring_rule"), partial_points: partial };
    if (this.where.value) section.where = this.where.value;
    return section;
  }

  /** Shows what is wrong with one of its fields. @param {string} field @param {string} message @param {number} [position] */
  tell(field, message, position) {
    if (field === "where") {
      this.where.tell(message, position);
      this.where.element.closest("details")?.setAttribute("open", "");
    } else {
      fill(this.fault, message && h("p", { class: "field-error" }, message));
      this.element.querySelector(`[name=${CSS.escape(field)}]`)?.setAttribute("aria-invalid", "true");
    }
  }

  /** Clears what `tell` showed. */
  clear() {
    this.where.tell("");
    fill(this.fault);
    this.element.querySelectorAll("[aria-invalid=true]").forEach((field) => field.removeAttribute("aria-invalid"));
  }
}
