/** What a reviewer ticks before approving: the server records it and takes nothing less. */

import { t } from "../catalogue.js";
import { h } from "../dom.js";

const CHECKS = ["key", "one_reading", "clause", "no_duplicate", "figures"];

export class Checklist {
  /** @param {boolean} disabled @param {() => void} [changed] */
  constructor(disabled, changed) {
    this.element = h("fieldset", { class: "stack stack-1 checklist", disabled, onchange: () => changed?.() }, h("legend", { class: "label" }, t("checklist.title")),
      CHECKS.map((name) => h("label", { class: "row" }, h("input", { type: "checkbox", name: "check", value: name }), t(`checklist.${name}`))));
  }

  /** The names of what is ticked. */
  get ticked() {
    return [...this.element.querySelectorAll("input")].filter((box) => box.checked).map((box) => box.value);
  }

  /** How many are not ticked yet. */
  get missing() {
    return CHECKS.length - this.ticked.length;
  }
}
