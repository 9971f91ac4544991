/** The rules of a new exam's blueprint: one row each, in an order that people choose. */

import { t } from "../catalogue.js";
import { fill, h, icon } from "../dom.js";
import { ConditionField } from "./condition-field.js";
import { given, whole } from "./exam-draft.js";
import { choice, fieldOf, input, valueOf } from "./parts.js";

/** Rules that count, and how the document says what they count. */
const MEASURES = ["items", "sets", "sum"];
/** Rules that are conditions only, under the names of the document's lists. */
const CONDITIONS = ["include", "exclude", "together"];
const KINDS = [...MEASURES, ...CONDITIONS, "enemies"];

/**
 * A rule as its row shows it.
 * @typedef {{kind: string, label?: string, where?: string, attribute?: string, at_least?: number, at_most?: number, ids?: string[]}} Rule
 */

/** The rules in a document. @param {Api.BlueprintDocument} document @returns {Rule[]} */
export function rulesIn(document) {
  return [
    ...(document.constraints ?? []).map(({ measure, ...rest }) => ({ kind: measure ?? "items", ...rest })),
    ...CONDITIONS.flatMap((kind) => (/** @type {Record<string, string[] | undefined>} */ (/** @type {unknown} */ (document))[kind] ?? []).map((where) => ({ kind, where }))),
    ...(document.enemies ?? []).map((ids) => ({ kind: "enemies", ids })),
  ];
}

/** The part of a document that rules make; each row learns its place. @param {RuleRow[]} rows */
export function documentOf(rows) {
  /** @type {Record<string, unknown[]>} */
  const lists = {};
  for (const row of rows) {
    const [list, value] = row.read();
    lists[list] = [...(lists[list] ?? []), value];
    row.place = `${list}.${lists[list].length - 1}`;
  }
  return lists;
}

export class RuleRow {
  /** @param {import("./exam-draft.js").ExamDraft} draft @param {Rule} rule @param {() => void} changed */
  constructor(draft, rule, changed) {
    this.place = "";
    this.where = new ConditionField(draft, rule.where ?? "", "blueprint.where");
    this.supply = h("div", { class: "supply-line", "data-supply": true });
    this.fault = h("div", { "data-fault": true });
    const kind = choice("blueprint.kind", "kind", KINDS.map((name) => [name, t(`rule_kind.${name}`)]));
    const move = (/** @type {"up" | "down"} */ way) => h("button", { class: "btn btn-bare", type: "button", "aria-label": t(`blueprint.move_${way}`), onclick: () => { this.#move(way); changed(); } }, icon(way, "s"));
    const remove = h("button", { class: "btn btn-bare", type: "button", "aria-label": t("blueprint.remove"), onclick: () => { this.element.remove(); changed(); } }, icon("x", "s"));
    const shown = (/** @type {Element} */ field, /** @type {string} */ kinds) => { field.setAttribute("data-for", kinds); return field; };
    /** @type {HTMLFieldSetElement} */
    this.element = h("fieldset", { class: "rule-row" }, h("legend", { class: "sr" }, t("blueprint.rule")), kind,
      shown(input("blueprint.label", { name: "label", maxlength: 100, value: rule.label ?? "" }), MEASURES.join(" ")),
      shown(input("blueprint.attribute", { name: "attribute", maxlength: 100, value: rule.attribute ?? "", list: "pool-attributes" }), "sum"),
      shown(input("blueprint.at_least", { name: "at_least", type: "number", min: 0, value: rule.at_least ?? "" }), MEASURES.join(" ")),
      shown(input("blueprint.at_most", { name: "at_most", type: "number", min: 0, value: rule.at_most ?? "" }), MEASURES.join(" ")),
      shown(input("blueprint.ids", { name: "ids", value: (rule.ids ?? []).join(", ") }), "enemies"),
      h("div", { class: "row rule-acts" }, move("up"), move("down"), remove),
      shown(this.where.element, [...MEASURES, ...CONDITIONS].join(" ")), this.supply, this.fault);
    fieldOf(this.element, "kind").value = rule.kind;
    this.element.addEventListener("change", () => this.#adapt());
    this.#adapt();
  }

  #adapt() {
    const kind = valueOf(this.element, "kind");
    for (const field of this.element.querySelectorAll("[data-for]")) field.toggleAttribute("hidden", !field.getAttribute("data-for")?.split(" ").includes(kind));
    this.element.setAttribute("data-kind", kind);
  }

  /** @param {"up" | "down"} way */
  #move(way) {
    const other = way === "up" ? this.element.previousElementSibling : this.element.nextElementSibling;
    const focused = document.activeElement;
    if (way === "up") other?.before(this.element);
    else other?.after(this.element);
    if (focused instanceof HTMLElement) focused.focus();
  }

  /** The list of the document that the rule stands in, and what stands there. @returns {[string, unknown]} */
  read() {
    const of = (/** @type {string} */ name) => valueOf(this.element, name).trim();
    const kind = of("kind");
    if (kind === "enemies") return ["enemies", of("ids").split(/[\s,\uff0c\u3001]+/).filter(Boolean)];
    if (CONDITIONS.includes(kind)) return [kind, this.where.value];
    return ["constraints", { label: of("label"), ...given({ where: this.where.value, measure: kind === "items" ? null : kind, attribute: kind === "sum" ? of("attribute") : "", at_least: whole(of("at_least")), at_most: whole(of("at_most")) }) }];
  }

  /** Shows what is wrong with one of its fields. @param {string} field @param {string} message @param {number} [position] */
  tell(field, message, position) {
    if (position || field === "where") {
      this.where.tell(message, position);
    } else {
      fill(this.fault, message && h("p", { class: "field-error" }, message));
      if (field) this.element.querySelector(`[name=${CSS.escape(field)}]`)?.setAttribute("aria-invalid", "true");
    }
  }

  /** Clears what `tell` showed. */
  clear() {
    this.where.tell("");
    fill(this.fault);
    this.element.querySelectorAll("[aria-invalid=true]").forEach((field) => field.removeAttribute("aria-invalid"));
  }
}
