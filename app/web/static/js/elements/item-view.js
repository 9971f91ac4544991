/** One item: stem and options. Properties `item` and `response`; event `choose` (detail: option id). */

import { t } from "../catalogue.js";
import { fill, h, icon } from "../dom.js";
import { letter } from "../candidate/answers.js";

export class ItemView extends HTMLElement {
  #item = null;
  #response = [];

  /** Draws a slot with its response. @param {object} slot @param {string[]} response */
  show(slot, response) {
    this.#item = slot;
    this.#response = response;
    const many = slot.type === "multiple_choice";
    this.options = h("fieldset", { class: "opts", "aria-labelledby": "stem" },
      h("legend", { class: "sr" }, t(many ? "item.many" : "item.one")),
      slot.options.map((option, i) => this.#option(option, i, many)));
    fill(this, h("p", { class: "stem", id: "stem" }, slot.stem), this.options);
  }

  #option(option, index, many) {
    const on = this.#response.includes(option.id);
    const input = h("input", {
      class: "sr", type: many ? "checkbox" : "radio", name: "option", value: option.id, checked: on,
      onchange: () => this.#choose(option.id),
    });
    return h("label", { class: `opt${many ? "" : " opt-one"}${on ? " opt-on" : ""}` },
      h("span", { class: "opt-box" }, letter(index)), h("span", { class: "opt-text" }, option.text),
      h("span", { class: "opt-said" }, on && [icon("check"), t("item.chosen")]), input);
  }

  #choose(id) {
    this.dispatchEvent(new CustomEvent("choose", { detail: id }));
  }

  /** Shows another response to the same item, keeping the focus where it is. */
  set response(response) {
    this.#response = response;
    [...this.options.querySelectorAll(".opt")].forEach((label, i) => {
      const on = response.includes(this.#item.options[i].id);
      if (label.classList.contains("opt-on") === on) return;
      label.classList.toggle("opt-on", on);
      label.querySelector("input").checked = on;
      fill(label.querySelector(".opt-said"), on && [icon("check"), t("item.chosen")]);
    });
  }

  /** Chooses by letter, 0 for A. @returns {boolean} whether there is such an option */
  press(index) {
    const option = this.#item?.options[index];
    if (!option) return false;
    this.querySelectorAll("input")[index].focus();
    this.#choose(option.id);
    return true;
  }
}

customElements.define("item-view", ItemView);
