/** A condition over the items' attributes: its text, and a builder that writes tests into it. */

import { t, worded } from "../catalogue.js";
import { fill, h, icon } from "../dom.js";

/** How conditions spell a comparison, by the name of its words. */
const COMPARISONS = { same: "=", other: "!=", in: "in", not_in: "not in", less: "<", most: "<=", more: ">", least: ">=", under: "under", present: "is present", absent: "is absent" };
const LISTS = ["in", "not in"];
const ALONE = ["is present", "is absent"];
const NUMBER = /^-?\d+(\.\d+)?$/;
let ids = 0;

/** A value as conditions spell it. @param {string} value */
function spelled(value) {
  return NUMBER.test(value) ? value : JSON.stringify(value);
}

/** The words of an attribute's value, where it has any. @param {string} attribute @param {string} value */
function valueWords(attribute, value) {
  if (attribute === "type") return worded("type", value, value);
  if (attribute === "difficulty") return worded("difficulty", value, value);
  return value;
}

export class ConditionField {
  /** @param {import("./exam-draft.js").ExamDraft} draft @param {string} text @param {string} label catalogue key */
  constructor(draft, text, label) {
    this.draft = draft;
    ids += 1;
    const [id, parts] = [`condition${ids}`, `parts${ids}`];
    this.text = h("input", { class: "input mono", id, name: "where", value: text, maxlength: 2000, spellcheck: "false", autocomplete: "off", placeholder: t("condition.placeholder"), "aria-describedby": `${id}e` });
    this.fault = h("div", { class: "stack stack-1", id: `${id}e`, "data-fault": true });
    this.parts = h("div", { class: "row row-3 wrap condition-parts", id: parts, hidden: true });
    this.open = h("button", { class: "btn", type: "button", "aria-expanded": "false", "aria-controls": parts, onclick: () => this.#toggle() }, t("condition.add"));
    this.element = h("div", { class: "field condition" }, h("label", { for: id }, t(label)), h("div", { class: "row" }, this.text, this.open), this.parts, this.fault);
  }

  get value() {
    return this.text.value.trim();
  }

  #toggle() {
    this.parts.hidden = !this.parts.hidden;
    this.open.setAttribute("aria-expanded", String(!this.parts.hidden));
    if (!this.parts.hidden) this.#draw();
  }

  #draw() {
    const names = this.draft.attributes.map((attribute) => attribute.name);
    /** @type {HTMLSelectElement} */
    const name = h("select", { class: "input", "aria-label": t("condition.attribute"), onchange: () => this.#values() }, names.map((one) => h("option", { value: one }, worded("attribute", one, one))));
    /** @type {HTMLSelectElement} */
    const comparison = h("select", { class: "input", "aria-label": t("condition.comparison"), onchange: () => this.#values() }, Object.entries(COMPARISONS).map(([key, spelling]) => h("option", { value: spelling }, t(`comparison.${key}`))));
    this.chosen = { name, comparison };
    this.values = h("span", { class: "condition-values" });
    const add = h("button", { class: "btn", type: "button", onclick: () => this.#append() }, t("condition.append"));
    if (names.length === 0) fill(this.parts, h("span", { class: "meta" }, t("condition.no_attributes")));
    else fill(this.parts, h("span", { class: "select" }, name, icon("down")), h("span", { class: "select" }, comparison, icon("down")), this.values, add);
    // What is chosen here is no change of the exam until it is written into the text.
    for (const kind of ["input", "change"]) this.parts.addEventListener(kind, (event) => event.stopPropagation());
    if (names.length > 0) {
      this.#values();
      name.focus();
    }
  }

  #values() {
    if (!this.chosen || !this.values) return;
    const { name, comparison } = this.chosen;
    const attribute = this.draft.attributes.find((one) => one.name === name.value);
    const known = attribute?.values ?? [];
    if (ALONE.includes(comparison.value)) {
      fill(this.values);
    } else if (LISTS.includes(comparison.value) && known.length > 0) {
      fill(this.values, h("select", { class: "input", multiple: true, size: Math.min(6, known.length), "aria-label": t("condition.values") },
        known.map(([value, n]) => h("option", { value }, t("condition.of", { value: valueWords(name.value, value), n })))));
    } else {
      const list = `${this.text.id}v`;
      fill(this.values, h("input", { class: "input", list, "aria-label": t("condition.value"), value: known[0]?.[0] ?? "" }),
        h("datalist", { id: list }, known.map(([value, n]) => h("option", { value }, t("condition.of", { value: valueWords(name.value, value), n })))));
    }
  }

  #append() {
    if (!this.chosen || !this.values) return;
    const { name, comparison } = this.chosen;
    const field = /** @type {HTMLSelectElement | HTMLInputElement | null} */ (this.values.querySelector("select, input"));
    const values = field instanceof HTMLSelectElement ? [...field.selectedOptions].map((option) => option.value) : field ? [field.value.trim()] : [];
    if (!ALONE.includes(comparison.value) && (values.length === 0 || values[0] === "")) {
      field?.focus();
      return;
    }
    const tail = ALONE.includes(comparison.value) ? "" : LISTS.includes(comparison.value) ? ` [${values.map(spelled).join(", ")}]` : ` ${spelled(values[0])}`;
    const test = `${name.value} ${comparison.value}${tail}`;
    this.text.value = this.value ? `${this.value} and ${test}` : test;
    for (const kind of ["input", "change"]) this.text.dispatchEvent(new Event(kind, { bubbles: true }));
    this.text.focus();
  }

  /** Shows what is wrong and where, or clears it. @param {string} message @param {number} [position] from 1 */
  tell(message, position) {
    this.text.setAttribute("aria-invalid", String(Boolean(message)));
    const [before, rest] = position ? [this.text.value.slice(0, position - 1), this.text.value.slice(position - 1)] : ["", ""];
    fill(this.fault, message && h("span", { class: "field-error" }, message),
      position && h("code", { class: "cellval", "aria-hidden": "true" }, before.slice(-30), h("mark", {}, rest.slice(0, 12) || "\u00a0"), rest.slice(12, 30)));
  }
}
