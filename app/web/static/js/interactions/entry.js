/** Numeric and text entry: one field, with the unit behind it. */

import { t } from "../catalogue.js";
import { h } from "../dom.js";
import { TypedField } from "./typed.js";

export class Entry {
  letters = 0;

  /** @param {Api.Slot} slot @param {(response: string[]) => void} answer */
  constructor(slot, answer) {
    const kind = slot.type === "numeric" ? "number" : "text";
    const label = t(kind === "number" ? "item.number_entry" : "item.text_entry");
    this.field = new TypedField({ kind, label, changed: () => answer(this.field.value ? [this.field.value] : []) });
    this.nodes = [h("p", { class: "entry row row-3" }, this.field.input, slot.unit && h("span", { class: "t-20" }, slot.unit))];
  }

  /** @param {string[]} response */
  show(response) {
    this.field.show(response[0] ?? "");
  }

  flush() {
    this.field.flush();
  }

  press() {
    return false;
  }
}
