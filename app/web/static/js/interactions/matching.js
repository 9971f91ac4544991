/** Matching: every source gets its target, or several of them. */

import { t } from "../catalogue.js";
import { content, words } from "../content.js";
import { h } from "../dom.js";
import { letter } from "../candidate/answers.js";

export class Matching {
  letters = 0;
  /** @type {string[]} */
  #response = [];
  /** @type {Map<string, HTMLSelectElement>} */
  #menus = new Map();
  /** @type {HTMLInputElement[]} */
  #boxes = [];

  /** @param {Api.Slot} slot @param {(response: string[]) => void} answer */
  constructor(slot, answer) {
    this.slot = slot;
    this.answer = answer;
    const targets = h("ul", { class: "targets", "aria-label": t("item.targets") }, slot.options.map((option, i) =>
      h("li", {}, h("span", { class: "opt-box" }, letter(i)), h("span", { class: "rich" }, content(option.html)))));
    const rows = (slot.sources ?? []).map((source) => h("div", { class: "match-row" },
      h("span", { class: "grow rich" }, content(source.html)), slot.multiple ? this.#checks(source) : this.#menu(source)));
    this.nodes = [targets, h("div", { class: "matches", role: "group", "aria-labelledby": "stem" }, rows)];
  }

  /** @param {Api.Option} source */
  #menu(source) {
    const menu = h("select", { class: "input", "aria-label": words(source.html), onchange: () => this.#changed() },
      h("option", { value: "" }, t("item.choose")),
      this.slot.options.map((option, i) => h("option", { value: option.id }, `${letter(i)} ${words(option.html)}`)));
    this.#menus.set(source.id, menu);
    return menu;
  }

  /** @param {Api.Option} source */
  #checks(source) {
    return h("fieldset", { class: "row row-2 checks" }, h("legend", { class: "sr" }, words(source.html)), this.slot.options.map((option, i) => {
      const box = h("input", { type: "checkbox", value: `${source.id}=${option.id}`, "aria-label": `${letter(i)} ${words(option.html)}`, onchange: () => this.#changed() });
      this.#boxes.push(box);
      return h("label", { class: "check" }, box, letter(i));
    }));
  }

  #changed() {
    const chosen = [...this.#menus].filter(([, menu]) => menu.value).map(([source, menu]) => `${source}=${menu.value}`);
    this.answer([...chosen, ...this.#boxes.filter((box) => box.checked).map((box) => box.value)]);
  }

  /** @param {string[]} response */
  show(response) {
    this.#response = response;
    const given = new Map(this.#response.map((pair) => /** @type {[string, string]} */ (pair.split("="))));
    for (const [source, menu] of this.#menus) menu.value = given.get(source) ?? "";
    for (const box of this.#boxes) box.checked = response.includes(box.value);
  }

  press() {
    return false;
  }
}
