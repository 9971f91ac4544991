/** Deciding an incident: three equal choices, none preset, a reason and words. */

import { t } from "../catalogue.js";
import { h, kbd } from "../dom.js";
import { fieldFault, fieldValues, noteField, reasonField } from "./fields.js";

const DECISIONS = ["dismissed", "upheld", "referred"];
const NOTE_MIN = 20;
const NOTE_MAX = 2000;

export class DecisionForm {
  /** @param {Api.Reason[]} reasons @param {(form: DecisionForm) => void} send */
  constructor(reasons, send) {
    const choices = DECISIONS.map((name, i) => h("label", { class: "choice" }, h("input", { type: "radio", name: "decision", value: name }),
      h("span", {}, h("b", {}, t(`decision.${name}`)), " ", h("span", { class: "meta" }, t(`decision.${name}_text`))), kbd(String(i + 1))));
    this.element = (h("form", { class: "stack stack-3", id: "disposition" },
      h("fieldset", { class: "stack stack-1" }, h("legend", { class: "label" }, t("disposition.yours")), choices),
      reasonField(reasons), noteField(NOTE_MIN, NOTE_MAX)));
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      send(this);
    });
  }

  /** Chooses a decision; false when there is none with this number (from 0). @param {number} index */
  press(index) {
    const radio = /** @type {HTMLInputElement | undefined} */ (this.element.querySelectorAll("input[name=decision]")[index]);
    if (!radio) return false;
    radio.checked = true;
    radio.focus();
    return true;
  }

  /** The sentence about what is missing, and the request's body. */
  values() {
    const form = new FormData(this.element);
    const data = fieldValues(form);
    const decision = form.get("decision");
    return { fault: decision ? fieldFault(data, NOTE_MIN) : t("disposition.choose"), body: { decision, ...data } };
  }

  /** The button that sends it; stands outside the form, at the panel's foot. */
  submitButton() {
    return h("button", { class: "btn btn-main btn-wide", type: "submit", form: this.element.id }, t("disposition.submit"), kbd("Ctrl", "Enter"));
  }
}
