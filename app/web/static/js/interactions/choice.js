/** True/false, single and multiple choice: options to press, by pointer, keyboard or letter. */

import { t } from "../catalogue.js";
import { content } from "../content.js";
import { fill, h, icon } from "../dom.js";
import { letter } from "../candidate/answers.js";

export class Choice {
  /** @type {{label: HTMLElement, input: HTMLInputElement, said: HTMLElement}[]} */
  #drawn;
  /** @type {string[]} */
  #response = [];

  /** @param {Api.Slot} slot @param {(response: string[]) => void} answer */
  constructor(slot, answer) {
    this.slot = slot;
    this.answer = answer;
    this.many = slot.type === "multiple_choice";
    this.#drawn = slot.options.map((option, i) => this.#option(option, i));
    this.nodes = [h("fieldset", { class: "opts", "aria-labelledby": "stem" },
      h("legend", { class: "sr" }, t(this.many ? "item.many" : "item.one")), this.#drawn.map(({ label }) => label))];
  }

  /** @param {Api.Option} option @param {number} index */
  #option(option, index) {
    const input = h("input", {
      class: "sr", type: this.many ? "checkbox" : "radio", name: "option", value: option.id,
      onchange: () => this.#choose(option.id),
    });
    const said = h("span", { class: "opt-said" });
    const label = h("label", { class: `opt${this.many ? "" : " opt-one"}` },
      h("span", { class: "opt-box" }, letter(index)), h("span", { class: "opt-text rich" }, content(option.html)), said, input);
    return { label, input, said };
  }

  /** @param {string} id */
  #choose(id) {
    let next = [id];
    if (this.many) {
      const chosen = new Set(this.#response);
      if (!chosen.delete(id)) chosen.add(id);
      next = this.slot.options.map((option) => option.id).filter((one) => chosen.has(one));
    }
    this.answer(next);
  }

  /** Shows a response, keeping the focus where it is. @param {string[]} response */
  show(response) {
    this.#response = response;
    this.#drawn.forEach(({ label, input, said }) => {
      const on = response.includes(input.value);
      input.checked = on;
      if (label.classList.contains("opt-on") === on) return;
      label.classList.toggle("opt-on", on);
      fill(said, on && [icon("check"), t("item.chosen")]);
    });
  }

  /** How many letters choose something. */
  get letters() {
    return this.#drawn.length;
  }

  /** Chooses by letter, 0 for A. @param {number} index */
  press(index) {
    const drawn = this.#drawn[index];
    if (!drawn) return false;
    drawn.input.focus();
    this.#choose(drawn.input.value);
    return true;
  }
}
