/** What an item carries beside its question: industry, language, enemy set, IRT parameters, scoring rules. */

import { t } from "../catalogue.js";
import { fill, h } from "../dom.js";
import { fieldOf, input } from "../office/parts.js";
import { area } from "./item-fields.js";

const DEFAULT_LANGUAGE = "zh-CN";
const LANGUAGES = [DEFAULT_LANGUAGE, "zh-TW", "bo-CN", "en", "ug-CN"];
const PARAMETERS = ["a", "b", "c"];
const PLACES = 6;
const DECIMAL = new RegExp(`^([+-]?)(\\d{1,4})(?:\\.(\\d{1,${PLACES}}))?$`);

export class Details {
  /**
   * @param {Record<string, any>} document
   * @param {Record<string, string[]>} rulesOf the rules that fit each type
   */
  constructor(document, rulesOf) {
    this.rulesOf = rulesOf;
    /** @type {Set<string>} */
    this.chosen = new Set(document.scoring_rules ?? []);
    this.rules = h("div", { class: "stack stack-1" });
    const parameters = document.parameters;
    this.element = h("details", { open: ["industry", "language", "enemy_set", "parameters", "scoring_rules", "attributes"].some((name) => document[name] !== undefined) }, h("summary", {}, t("editor.more")), h("div", { class: "stack stack-3" },
      h("div", { class: "grid3-even" }, input("banks.industry", { name: "industry", value: document.industry ?? "", maxlength: 100, "data-field": "industry", placeholder: t("editor.industry_hint") }),
        input("editor.language", { name: "language", value: document.language ?? DEFAULT_LANGUAGE, maxlength: 30, list: "languages", "data-field": "language" }), input("editor.enemy_set", { name: "enemy_set", value: document.enemy_set ?? "", maxlength: 100, "data-field": "enemy_set" })),
      h("datalist", { id: "languages" }, LANGUAGES.map((tag) => h("option", { value: tag }))),
      h("fieldset", { "data-field": "parameters" }, h("legend", { class: "label" }, t("editor.parameters")), h("div", { class: "grid3-even" }, PARAMETERS.map((name) => input(`editor.parameter_${name}`, { name, inputmode: "decimal", maxlength: 12, value: parameters ? decimal(parameters[name]) : "" })))),
      area("editor.attributes", { name: "attributes", rows: 2, maxlength: 2_500, "data-field": "attributes", placeholder: t("editor.attributes_hint") }, Object.entries(document.attributes ?? {}).map(([name, value]) => `${name}=${value}`).join("\n")),
      h("fieldset", { "data-field": "scoring_rules" }, h("legend", { class: "label" }, t("editor.scoring_rules")), this.rules)));
    this.follow(document.type);
  }

  /** Offers the rules that fit a type. @param {string} type */
  follow(type) {
    this.#remember();
    const fitting = this.rulesOf[type] ?? [];
    this.chosen = new Set([...this.chosen].filter((rule) => fitting.includes(rule)));
    fill(this.rules, fitting.map((rule) => h("label", { class: "row" }, h("input", { type: "checkbox", name: "rule", value: rule, checked: this.chosen.has(rule) }), t(`rule.${rule}`))));
  }

  #remember() {
    for (const box of this.rules.querySelectorAll("input")) {
      if (box.checked) this.chosen.add(box.value);
      else this.chosen.delete(box.value);
    }
  }

  /** The field that cannot be sent as it stands, null when all can. @returns {{field: string, text: string} | null} */
  problem() {
    const texts = this.#parameters();
    if (!attributesOf(fieldOf(this.element, "attributes").value)) return { field: "attributes", text: t("editor.attributes_wrong") };
    return texts.every((text) => !text) || texts.every((text) => millionths(text) !== null) ? null : { field: "parameters", text: t("editor.parameters_wrong") };
  }

  #parameters() {
    return PARAMETERS.map((name) => fieldOf(this.element, name).value.trim());
  }

  /** What of the document belongs here; what is at its default is left out. @returns {Record<string, unknown>} */
  part() {
    this.#remember();
    const text = (/** @type {string} */ name) => fieldOf(this.element, name).value.trim();
    const [a, b, c] = this.#parameters().map(millionths);
    const language = text("language");
    const attributes = attributesOf(text("attributes")) ?? {};
    return { ...(text("industry") && { industry: text("industry") }), ...(text("enemy_set") && { enemy_set: text("enemy_set") }), ...(language && language !== DEFAULT_LANGUAGE && { language }),
      ...(a !== null && b !== null && c !== null && { parameters: { a, b, c } }), ...(this.chosen.size && { scoring_rules: [...this.chosen] }), ...(Object.keys(attributes).length && { attributes }) };
  }
}

/** Lines of name=value as an object, null when one is not like that. @param {string} text @returns {Record<string, string> | null} */
export function attributesOf(text) {
  const pairs = text.split(/[;\uFF1B\n]/).map((line) => line.trim()).filter(Boolean).map((line) => line.replace("\uFF1D", "=").split("="));
  if (pairs.some((pair) => pair.length < 2)) return null;
  return Object.fromEntries(pairs.map(([name, ...value]) => [name.trim(), value.join("=").trim()]));
}

/** A decimal of at most 6 places in millionths, null when it is none: by digits, so that no place is rounded. @param {string} text */
export function millionths(text) {
  const found = text.match(DECIMAL);
  if (!found) return null;
  const [, sign, whole, places = ""] = found;
  const value = Number(whole + places.padEnd(PLACES, "0"));
  return sign === "-" && value ? -value : value;
}

/** Millionths as a decimal without idle zeros. @param {number} value */
export function decimal(value) {
  const digits = String(Math.abs(value)).padStart(PLACES + 1, "0");
  const places = digits.slice(-PLACES).replace(/0+$/, "");
  return `${value < 0 ? "-" : ""}${digits.slice(0, -PLACES)}${places && `.${places}`}`;
}
