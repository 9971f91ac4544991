/** Cloze: the stem itself holds menus and fields where its [[gap]] marks stand. */

import { t } from "../catalogue.js";
import { content } from "../content.js";
import { h } from "../dom.js";
import { TypedField } from "./typed.js";

const MARK = /\[\[(\w+)\]\]/;

export class Cloze {
  letters = 0;
  /** @type {HTMLElement[]} */
  nodes = [];
  /** @type {Map<string, HTMLSelectElement>} */
  #menus = new Map();
  /** @type {Map<string, TypedField>} */
  #fields = new Map();

  /** @param {Api.Slot} slot @param {(response: string[]) => void} answer */
  constructor(slot, answer) {
    this.slot = slot;
    this.answer = answer;
    this.stem = content(slot.html);
    const walker = document.createTreeWalker(this.stem, NodeFilter.SHOW_TEXT);
    /** @type {Text[]} */
    const texts = [];
    while (walker.nextNode()) texts.push(/** @type {Text} */ (walker.currentNode));
    texts.forEach((text) => this.#fillText(text));
  }

  /** @param {Text} text */
  #fillText(text) {
    const parts = text.data.split(MARK);
    if (parts.length === 1) return;
    // Text and gap ids take turns.
    text.replaceWith(...parts.map((part, i) => (i % 2 ? this.#gap(part) : document.createTextNode(part))));
  }

  /** @param {string} id */
  #gap(id) {
    const gaps = this.slot.gaps ?? [];
    const gap = gaps.find((one) => one.id === id);
    const label = t("item.gap", { n: gaps.findIndex((one) => one.id === id) + 1 });
    if (!gap) return document.createTextNode("");
    if (gap.kind === "menu") {
      const menu = h("select", { class: "input gap", "aria-label": label, onchange: () => this.#changed() },
        h("option", { value: "" }, t("item.choose")), gap.options.map((option) => h("option", { value: option.id }, option.text)));
      this.#menus.set(id, menu);
      return menu;
    }
    const field = new TypedField({ kind: gap.kind, label, changed: () => this.#changed() });
    field.input.classList.add("gap");
    this.#fields.set(id, field);
    return gap.unit ? h("span", { class: "nowrap" }, field.input, ` ${gap.unit}`) : field.input;
  }

  #changed() {
    const values = (this.slot.gaps ?? []).map((gap) => [gap.id, this.#menus.get(gap.id)?.value ?? this.#fields.get(gap.id)?.value ?? ""]);
    this.answer(values.filter(([, value]) => value).map(([id, value]) => `${id}=${value}`));
  }

  /** @param {string[]} response */
  show(response) {
    const given = new Map(response.map((text) => {
      const [id, ...rest] = text.split("=");
      return [id, rest.join("=")];
    }));
    for (const [id, menu] of this.#menus) menu.value = given.get(id) ?? "";
    for (const [id, field] of this.#fields) field.show(given.get(id) ?? "");
  }

  flush() {
    for (const field of this.#fields.values()) field.flush();
  }

  press() {
    return false;
  }
}
