/** One item: stem and options. Properties `item` and `response`; event `choose` (detail: option id). */

import { t } from "../catalogue.js";
import { fill, h, icon } from "../dom.js";
import { letter } from "../candidate/answers.js";

export class ItemView extends HTMLElement {
  /** @type {Api.Slot | null} */
  #item = null;
  /** @type {string[]} */
  #response = [];
  /** The options' labels, in the order shown. @type {{label: HTMLElement, input: HTMLInputElement, said: HTMLElement}[]} */
  #drawn = [];

  /** Draws a slot with its response. @param {Api.Slot} slot @param {string[]} response */
  show(slot, response) {
    this.#item = slot;
    this.#response = response;
    const many = slot.type === "multiple_choice";
    this.#drawn = slot.options.map((option, i) => this.#option(option, i, many));
    fill(this, h("p", { class: "stem", id: "stem" }, slot.stem), h("fieldset", { class: "opts", "aria-labelledby": "stem" },
      h("legend", { class: "sr" }, t(many ? "item.many" : "item.one")), this.#drawn.map(({ label }) => label)));
  }

  /** @param {{id: string, text: string}} option @param {number} index @param {boolean} many */
  #option(option, index, many) {
    const on = this.#response.includes(option.id);
    const input = h("input", {
      class: "sr", type: many ? "checkbox" : "radio", name: "option", value: option.id, checked: on,
      onchange: () => this.#choose(option.id),
    });
    const said = h("span", { class: "opt-said" }, on && [icon("check"), t("item.chosen")]);
    const label = h("label", { class: `opt${many ? "" : " opt-one"}${on ? " opt-on" : ""}` },
      h("span", { class: "opt-box" }, letter(index)), h("span", { class: "opt-text" }, option.text), said, input);
    return { label, input, said };
  }

  /** @param {string} id */
  #choose(id) {
    this.dispatchEvent(new CustomEvent("choose", { detail: id }));
  }

  /** Shows another response to the same item, keeping the focus where it is. @param {string[]} response */
  set response(response) {
    this.#response = response;
    this.#drawn.forEach(({ label, input, said }) => {
      const on = response.includes(input.value);
      if (label.classList.contains("opt-on") === on) return;
      label.classList.toggle("opt-on", on);
      input.checked = on;
      fill(said, on && [icon("check"), t("item.chosen")]);
    });
  }

  /** Chooses by letter, 0 for A. @returns {boolean} whether there is such an option @param {number} index */
  press(index) {
    const option = this.#item?.options[index];
    if (!option) return false;
    this.#drawn[index].input.focus();
    this.#choose(option.id);
    return true;
  }
}

customElements.define("item-view", ItemView);
