/** What holds for every form of a new exam: difficulty target, exposure cap, item sets, order. */

import { t } from "../catalogue.js";
import { h } from "../dom.js";
import { given, hundredths, whole } from "./exam-draft.js";
import { fieldOf, input, valueOf } from "./parts.js";

const POINTS = "\\d+(\\.\\d{1,2})?";
const LOGIT = 1_000_000;

/** @param {string} key @param {string} name @param {boolean} checked */
function tick(key, name, checked) {
  return h("label", { class: "row" }, h("input", { type: "checkbox", name, checked }), t(key));
}

export class FormRules {
  /** @param {Api.BlueprintDocument} document */
  constructor(document) {
    const { target, sets } = document;
    const points = (/** @type {number | undefined} */ value, /** @type {string} */ otherwise) => (value === undefined ? otherwise : String(value / 100));
    const matched = h("fieldset", { class: "form-rule", "data-of": "matched" },
      input("blueprint.cut", { name: "cut_points", inputmode: "decimal", pattern: POINTS, placeholder: t("blueprint.cut_is_pass"), value: points(target?.cut_points, "") }),
      input("blueprint.at_cut", { name: "at_cut", inputmode: "decimal", pattern: POINTS, value: points(target?.at_cut, "0.1"), required: true }),
      input("blueprint.beside_cut", { name: "beside_cut", inputmode: "decimal", pattern: POINTS, value: points(target?.beside_cut, "0.25"), required: true }),
      input("blueprint.information", { name: "information", type: "number", min: 1, max: 1000, value: String(target?.information ?? 30), required: true }),
      input("blueprint.theta", { name: "theta", inputmode: "decimal", pattern: "-?\\d{1,2}(\\.\\d{1,6})?", placeholder: t("blueprint.theta_found"), value: target?.theta === undefined ? "" : String(target.theta / LOGIT) }));
    const kept = h("fieldset", { class: "form-rule", "data-of": "sets" },
      input("blueprint.set_least", { name: "set_least", type: "number", min: 1, placeholder: t("blueprint.set_all"), value: sets?.at_least ?? "" }),
      input("blueprint.set_most", { name: "set_most", type: "number", min: 1, placeholder: t("blueprint.set_all"), value: sets?.at_most ?? "" }));
    this.element = h("div", { class: "stack stack-2", "data-place": "form" },
      h("div", { class: "grid4" }, input("exams.must_know", { name: "must_know_minimum", type: "number", min: 0, value: String(document.must_know), required: true }),
        input("blueprint.cap", { name: "exposure_cap", type: "number", min: 1, max: 1000, value: document.exposure_cap ?? "", placeholder: t("blueprint.no_cap") }),
        input("blueprint.order", { name: "order_by", value: (document.order_by ?? []).join(", "), placeholder: t("blueprint.order_random"), list: "pool-attributes" })),
      h("div", { class: "row row-3 wrap" }, tick("blueprint.shuffle_items", "shuffle_items", document.shuffle_items), tick("blueprint.shuffle_options", "shuffle_options", document.shuffle_options),
        tick("blueprint.match", "matched", target !== undefined), tick("blueprint.keep_sets", "sets", sets !== undefined)),
      matched, kept, h("div", { "data-fault": true }));
    this.element.addEventListener("change", () => this.#adapt());
    this.#adapt();
  }

  #ticked(/** @type {string} */ name) {
    return /** @type {HTMLInputElement} */ (fieldOf(this.element, name)).checked;
  }

  #adapt() {
    for (const part of this.element.querySelectorAll("fieldset")) part.hidden = part.disabled = !this.#ticked(part.getAttribute("data-of") ?? "");
  }

  /** This part of the blueprint's document. */
  read() {
    const of = (/** @type {string} */ name) => valueOf(this.element, name).trim();
    const cents = (/** @type {string} */ name) => (of(name) ? hundredths(of(name)) : null);
    const order = of("order_by").split(/[\s,\uff0c\u3001]+/).filter(Boolean);
    return {
      must_know: Number(of("must_know_minimum")), shuffle_items: this.#ticked("shuffle_items"), shuffle_options: this.#ticked("shuffle_options"),
      ...given({ exposure_cap: whole(of("exposure_cap")), order_by: order.length ? order : null,
        sets: this.#ticked("sets") ? given({ at_least: whole(of("set_least")), at_most: whole(of("set_most")) }) : null,
        target: this.#ticked("matched") ? given({ cut_points: cents("cut_points"), at_cut: cents("at_cut"), beside_cut: cents("beside_cut"), information: whole(of("information")), theta: of("theta") ? Math.round(Number(of("theta")) * LOGIT) : null }) : null }),
    };
  }
}
