/** Which item set an item is of, and the stimulus it shows; sets of the bank are chosen by name. */

import { t } from "../catalogue.js";
import { h } from "../dom.js";
import { choice, fieldOf, input } from "../office/parts.js";
import { area } from "./item-fields.js";

const NONE = "";
const NEW = "+";

export class ItemSetFields {
  /** @param {Api.ItemSet | null | undefined} shown @param {Api.BankSet[]} sets */
  constructor(shown, sets) {
    this.sets = sets;
    this.shown = shown ?? null;
    const known = sets.map((one) => /** @type {[string, string]} */ ([one.id, `${one.id} ${one.title}`.trim()]));
    if (shown && !sets.some((one) => one.id === shown.id)) known.unshift([shown.id, shown.id]);
    const chosen = choice("editor.item_set", "set_chosen", [[NONE, t("editor.no_set")], ...known, [NEW, t("editor.new_set")]]);
    const set = shown ?? { id: "", title: "", stimulus: "" };
    this.note = h("p", { class: "dim" });
    this.id = input("editor.set_id", { name: "set_id", value: set.id, maxlength: 64, "data-field": "item_set" });
    this.body = h("div", { class: "stack stack-3" }, h("div", { class: "grid3-even" }, this.id, input("editor.set_title", { name: "set_title", value: set.title, maxlength: 100, "data-field": "title" }), choice("editor.markup", "set_markup", [["text", t("editor.text")], ["html", "HTML"]])),
      area("editor.stimulus", { name: "stimulus", rows: 4, "data-field": "stimulus" }, set.stimulus), this.note);
    this.element = h("div", { class: "stack stack-3" }, chosen, this.body);
    const select = /** @type {HTMLSelectElement} */ (fieldOf(this.element, "set_chosen"));
    select.value = shown?.id ?? NONE;
    fieldOf(this.element, "set_markup").value = set.markup ?? "text";
    select.addEventListener("change", () => this.#choose(select.value));
    this.#show(select.value);
  }

  /** @param {string} id */
  #choose(id) {
    const set = this.sets.find((one) => one.id === id) ?? (this.shown?.id === id ? this.shown : { id: "", title: "", stimulus: "", markup: "text" });
    for (const [name, value] of Object.entries({ set_id: set.id, set_title: set.title, stimulus: set.stimulus, set_markup: set.markup ?? "text" })) fieldOf(this.element, name).value = value;
    this.#show(id);
    if (id === NEW) fieldOf(this.element, "set_id").focus();
  }

  /** @param {string} id */
  #show(id) {
    const items = this.sets.find((one) => one.id === id)?.items ?? 0;
    this.body.hidden = id === NONE;
    this.id.hidden = id !== NEW;
    this.note.textContent = items ? t("editor.set_items", { n: items }) : "";
  }

  /** The set's document, null for an item that stands alone. @returns {Api.ItemSet | null} */
  part() {
    if (fieldOf(this.element, "set_chosen").value === NONE) return null;
    const [id, title, stimulus, markup] = ["set_id", "set_title", "stimulus", "set_markup"].map((name) => fieldOf(this.element, name).value.trim());
    return { id, title, stimulus, ...(markup !== "text" && { markup }) };
  }

  /** How many items of the set show another stimulus than this one. @param {Api.ItemSet} set */
  others(set) {
    const known = this.sets.find((one) => one.id === set.id);
    const changed = known && ["title", "stimulus", "markup"].some((name) => (Reflect.get(known, name) ?? "text") !== (Reflect.get(set, name) ?? "text"));
    return known && (changed || known.stimuli > 1) ? known.items - (this.shown?.id === set.id ? 1 : 0) : 0;
  }
}
