/** Fields for what each type of item asks and what is right: document parts in, document parts out. */

import { t } from "../catalogue.js";
import { fill, h, icon } from "../dom.js";
import { choice, fieldOf, input } from "../office/parts.js";

/** @typedef {Record<string, any>} Part what of an item's document belongs to its type */

const LETTERS = "ABCDEFGHIJKLMNOP";
const TRUE_FALSE = ["T", "F"];
const MAX_CHOICES = 8;

/** A labelled text of several lines. @param {string} key @param {Attributes} attributes @param {string} value */
export function area(key, attributes, value) {
  const id = `a${crypto.randomUUID().slice(0, 8)}`;
  return h("div", { class: "field" }, h("label", { for: id }, t(key)), h("textarea", { class: "input", id, rows: 2, ...attributes, value }));
}

/** The lines of a text that are not empty. @param {string} text */
export function lines(text) {
  return text.split("\n").map((line) => line.trim()).filter(Boolean);
}

/** @param {string[]} texts */
function lettered(texts) {
  return texts.map((text, i) => ({ id: LETTERS[i] ?? "?", text }));
}

/** A box with its words. @param {string} key @param {string} name @param {boolean} on */
function box(key, name, on) {
  return h("label", { class: "row" }, h("input", { type: "checkbox", name, checked: on }), t(key));
}

/** Options with their marks of what is right. */
class ChoiceFields {
  /** @param {Part} part @param {string} type */
  constructor(part, type) {
    this.type = type;
    this.list = h("div", { class: "stack stack-1" });
    this.more = h("button", { class: "linkish", type: "button", onclick: () => this.#add() }, t("editor.add_option"));
    const fixed = type === "true_false";
    this.element = h("fieldset", { class: "stack", "data-field": "options option key" }, h("legend", { class: "label" }, t("editor.options_and_key")), this.list, !fixed && this.more);
    const options = fixed ? TRUE_FALSE.map((id) => ({ id, text: "" })) : part.options ?? lettered(["", "", "", ""]);
    this.#draw(options.map((/** @type {{id: string, text: string}} */ option) => ({ text: option.text, on: (part.key ?? []).includes(option.id) })));
  }

  /** @param {{text: string, on: boolean}[]} options */
  #draw(options) {
    const one = this.type !== "multiple_choice";
    const fixed = this.type === "true_false";
    fill(this.list, options.map(({ text, on }, i) => {
      const letter = LETTERS[i];
      return h("div", { class: "row option-row" }, h("label", { class: "row" }, !fixed && h("b", {}, letter), h("input", { type: one ? "radio" : "checkbox", name: "right", checked: on, "aria-label": t("editor.is_right", { option: fixed ? t(`editor.${TRUE_FALSE[i]}`) : letter }) })),
        fixed ? h("span", {}, t(`editor.${TRUE_FALSE[i]}`)) : h("input", { class: "input", name: "option", value: text, "aria-label": t("editor.option", { letter }) }),
        !fixed && options.length > 2 && h("button", { class: "btn btn-bare", type: "button", "aria-label": t("editor.remove_option", { letter }), onclick: () => this.#remove(i) }, icon("x", "s")));
    }));
    this.more.hidden = options.length >= MAX_CHOICES;
  }

  #read() {
    return [...this.list.children].map((row) => ({ text: this.type === "true_false" ? "" : fieldOf(row, "option").value.trim(), on: /** @type {HTMLInputElement} */ (fieldOf(row, "right")).checked }));
  }

  #add() {
    this.#draw([...this.#read(), { text: "", on: false }]);
    this.list.querySelector(".option-row:last-child .input")?.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** @param {number} place */
  #remove(place) {
    this.#draw(this.#read().filter((_, i) => i !== place));
    this.element.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** @returns {Part} */
  part() {
    const read = this.#read();
    // What stands in a true/false item is the server's to know.
    if (this.type === "true_false") return { key: TRUE_FALSE.filter((_, i) => read[i].on) };
    const options = lettered(read.map((option) => option.text));
    return { options, key: options.filter((_, i) => read[i].on).map((option) => option.id) };
  }
}

class NumericFields {
  /** @param {Part} part */
  constructor(part) {
    this.element = h("fieldset", { class: "grid3", "data-field": "key unit" }, h("legend", { class: "label" }, t("editor.key")), input("editor.value", { name: "value", value: part.value ?? "", inputmode: "decimal" }), input("editor.tolerance", { name: "tolerance", value: part.tolerance ?? "0", inputmode: "decimal" }), input("editor.unit", { name: "unit", value: part.unit ?? "" }));
  }

  /** @returns {Part} */
  part() {
    const [value, tolerance, unit] = ["value", "tolerance", "unit"].map((name) => fieldOf(this.element, name).value.trim());
    return { value, tolerance: tolerance || "0", unit };
  }
}

class TextFields {
  /** @param {Part} part */
  constructor(part) {
    this.accepted = area("editor.accepted", { name: "accepted", rows: 3 }, (part.accepted ?? []).join("\n"));
    this.element = h("fieldset", { class: "stack", "data-field": "key" }, h("legend", { class: "label" }, t("editor.key")), this.accepted, box("editor.fold_case", "fold_case", part.fold_case ?? true), box("editor.fold_width", "fold_width", part.fold_width ?? true));
  }

  /** @returns {Part} */
  part() {
    const [fold_case, fold_width] = ["fold_case", "fold_width"].map((name) => /** @type {HTMLInputElement} */ (fieldOf(this.element, name)).checked);
    return { accepted: lines(fieldOf(this.element, "accepted").value), fold_case, fold_width };
  }
}

class OrderingFields {
  /** @param {Part} part */
  constructor(part) {
    const texts = new Map((part.options ?? []).map((/** @type {{id: string, text: string}} */ option) => [option.id, option.text]));
    this.element = h("fieldset", { "data-field": "options key" }, h("legend", { class: "label" }, t("editor.options_and_key")), area("editor.in_order", { name: "ordered", rows: 5 }, (part.key ?? []).map((/** @type {string} */ id) => texts.get(id)).join("\n")));
  }

  /** @returns {Part} */
  part() {
    const options = lettered(lines(fieldOf(this.element, "ordered").value));
    return { options, key: options.map((option) => option.id) };
  }
}

class MatchingFields {
  /** @param {Part} part */
  constructor(part) {
    const keys = new Map();
    for (const [source, target] of part.key ?? []) keys.set(source, `${keys.get(source) ?? ""}${target}`);
    const sources = (part.sources ?? []).map((/** @type {{id: string, text: string}} */ one) => `${one.text} = ${keys.get(one.id) ?? ""}`);
    const targets = (part.targets ?? []).map((/** @type {{text: string}} */ one) => one.text);
    this.element = h("fieldset", { class: "grid2", "data-field": "sources options key" }, h("legend", { class: "label" }, t("editor.options_and_key")), area("editor.sources", { name: "sources", rows: 5 }, sources.join("\n")), area("editor.targets", { name: "targets", rows: 5 }, targets.join("\n")));
  }

  /** @returns {Part} */
  part() {
    const read = lines(fieldOf(this.element, "sources").value).map((line) => line.match(/^(.*?)\s*=\s*([A-Pa-p]*)$/) ?? [line, line, ""]);
    const key = read.flatMap(([, , letters], i) => [...letters.toUpperCase()].map((letter) => [String(i + 1), letter]));
    return { sources: read.map(([, text], i) => ({ id: String(i + 1), text })), targets: lettered(lines(fieldOf(this.element, "targets").value)), key, multiple: read.some(([, , letters]) => letters.length > 1) };
  }
}

const GAP = /\[\[([A-Za-z0-9_]{1,16})\]\]/g;

/** The gaps that stand in the stem as [[1]], [[2]]... */
class ClozeFields {
  /** @param {Part} part */
  constructor(part) {
    /** @type {Map<string, {kind: string, text: string, unit: string, weight: number, fold_case: boolean, fold_width: boolean}>} */
    this.known = new Map((part.gaps ?? []).map((/** @type {Part} */ gap) => [gap.id, shownGap(gap)]));
    this.list = h("div", { class: "stack" });
    this.element = h("fieldset", { class: "stack", "data-field": "gaps key options" }, h("legend", { class: "label" }, t("editor.gaps")), h("p", { class: "meta" }, t("editor.gap_hint")), this.list);
    this.shown = "";
  }

  /** Follows the stem: one row for each gap in it. @param {string} stem */
  follow(stem) {
    const ids = [...new Set([...stem.matchAll(GAP)].map((found) => found[1]))];
    if (ids.join() === this.shown) return;
    this.#remember();
    this.shown = ids.join();
    /** @type {[string, string][]} */
    const kinds = ["text", "number", "menu"].map((kind) => [kind, t(`editor.gap_${kind}`)]);
    fill(this.list, ids.map((id) => {
      const gap = this.known.get(id) ?? { kind: "text", text: "", unit: "", weight: 1 };
      const row = h("div", { class: "gap-row", "data-gap": id }, h("b", {}, `[[${id}]]`), choice("editor.gap_kind", "kind", kinds), area("editor.gap_key", { name: "text" }, gap.text), input("editor.unit", { name: "unit", value: gap.unit }), input("editor.weight", { name: "weight", type: "number", min: 1, max: 100, value: String(gap.weight) }));
      fieldOf(row, "kind").value = gap.kind;
      return row;
    }));
  }

  #remember() {
    for (const row of this.list.children) {
      const id = /** @type {HTMLElement} */ (row).dataset.gap ?? "";
      const [kind, text, unit, weight] = ["kind", "text", "unit", "weight"].map((name) => /** @type {HTMLInputElement} */ (row.querySelector(`[name=${name}]`)).value);
      const { fold_case = true, fold_width = true } = this.known.get(id) ?? {};
      this.known.set(id, { kind, text, unit, weight: Number(weight) || 1, fold_case, fold_width });
    }
  }

  /** @returns {Part} */
  part() {
    this.#remember();
    return { gaps: this.shown.split(",").filter(Boolean).map((id) => writtenGap(id, /** @type {any} */ (this.known.get(id)))) };
  }
}

/** @param {Part} gap */
function shownGap(gap) {
  const kept = { unit: gap.unit ?? "", weight: gap.weight, fold_case: gap.fold_case ?? true, fold_width: gap.fold_width ?? true };
  if (gap.options) return { ...kept, kind: "menu", text: gap.options.map((/** @type {{id: string, text: string}} */ option) => (gap.key.includes(option.id) ? "*" : "") + option.text).join("\n") };
  if (gap.value !== undefined) return { ...kept, kind: "number", text: gap.tolerance === "0" ? gap.value : `${gap.value} ± ${gap.tolerance}` };
  return { ...kept, kind: "text", text: gap.accepted.join("\n") };
}

/** @param {string} id @param {{kind: string, text: string, unit: string, weight: number, fold_case: boolean, fold_width: boolean}} gap */
function writtenGap(id, { kind, text, unit, weight, fold_case, fold_width }) {
  if (kind === "menu") {
    const marked = lines(text);
    const options = lettered(marked.map((line) => line.replace(/^\*\s*/, "")));
    return { id, weight, options, key: options.filter((_, i) => marked[i].startsWith("*")).map((option) => option.id) };
  }
  if (kind === "number") {
    const [value, tolerance = "0"] = text.split("±").map((part) => part.trim());
    return { id, weight, value, tolerance, unit: unit.trim() };
  }
  return { id, weight, accepted: lines(text), fold_case, fold_width };
}

/** The fields for a type. @param {string} type @param {Part} part @returns {{element: HTMLElement, part: () => Part, follow?: (stem: string) => void}} */
export function fieldsFor(type, part) {
  switch (type) {
    case "numeric": return new NumericFields(part);
    case "text_entry": return new TextFields(part);
    case "ordering": return new OrderingFields(part);
    case "matching": return new MatchingFields(part);
    case "cloze": return new ClozeFields(part);
    default: return new ChoiceFields(part, type);
  }
}
