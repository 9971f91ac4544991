/** Ordering: options with buttons to move them up and down, by pointer or keyboard. */

import { t } from "../catalogue.js";
import { content, words } from "../content.js";
import { fill, h, icon } from "../dom.js";

export class Ordering {
  letters = 0;
  /** @type {string[]} */
  #order;
  #answered = false;
  list = h("ol", { class: "ordered", "aria-labelledby": "stem" });
  note = h("p", { class: "t-18 dim", "aria-live": "polite" });

  /** @param {Api.Slot} slot @param {(response: string[]) => void} answer */
  constructor(slot, answer) {
    this.slot = slot;
    this.answer = answer;
    this.#order = slot.options.map((option) => option.id);
    this.keep = h("button", { class: "btn", type: "button", onclick: () => this.answer(this.#order) }, icon("check"), t("item.keep_order"));
    this.nodes = [this.list, h("div", { class: "row row-3" }, this.keep, this.note)];
  }

  /** @param {string[]} response */
  show(response) {
    this.#answered = response.length > 0;
    if (this.#answered) this.#order = [...response];
    this.#draw();
  }

  #draw() {
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.move : undefined;
    fill(this.list, this.#order.map((id, place) => this.#row(id, place)));
    this.keep.hidden = this.#answered;
    this.note.textContent = this.#answered ? "" : t("item.order_open");
    const again = focused && this.list.querySelector(`[data-move="${focused}"]`);
    if (again instanceof HTMLElement) again.focus();
  }

  /** @param {string} id @param {number} place */
  #row(id, place) {
    const option = this.slot.options.find((one) => one.id === id);
    const html = option?.html ?? "";
    const said = words(html);
    return h("li", { class: "ordered-row" }, h("span", { class: "opt-box" }, String(place + 1)),
      h("span", { class: "grow rich" }, content(html)),
      this.#button(id, -1, t("item.move_up", { text: said }), place === 0),
      this.#button(id, 1, t("item.move_down", { text: said }), place === this.#order.length - 1));
  }

  /** @param {string} id @param {-1 | 1} step @param {string} label @param {boolean} end */
  #button(id, step, label, end) {
    return h("button", {
      class: "btn btn-icon", type: "button", "aria-label": label, title: label, "aria-disabled": String(end),
      "data-move": `${id}${step}`, onclick: () => end || this.#move(id, step),
    }, icon(step < 0 ? "up" : "down"));
  }

  /** @param {string} id @param {number} step */
  #move(id, step) {
    const place = this.#order.indexOf(id);
    const next = [...this.#order];
    next.splice(place, 1);
    next.splice(place + step, 0, id);
    this.answer(next);
  }

  press() {
    return false;
  }
}
