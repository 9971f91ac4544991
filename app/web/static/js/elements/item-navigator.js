/** All items by section; one tab stop, arrows move inside. Event `go` (detail: position). */

import { t } from "../catalogue.js";
import { fill, h, icon } from "../dom.js";

/**
 * One cell of the navigator or the overview.
 * @param {import("../candidate/answers.js").Answers} answers
 * @param {number} position
 * @param {boolean} now
 * @param {(position: number) => void} go
 */
export function cell(answers, position, now, go) {
  const done = answers.answered(position);
  const later = answers.marks.has(position);
  const said = [t("item.number", { n: position }), t(done ? "item.answered" : "item.unanswered"), later && t("item.later")];
  const classes = ["cell", done && "cell-done", later && "cell-later", now && "cell-now"].filter(Boolean).join(" ");
  return h("button", {
    class: classes, type: "button", tabindex: now ? "0" : "-1", "aria-label": said.filter(Boolean).join(t("comma")),
    "aria-current": now && "true", "data-position": position, onclick: () => go(position),
  }, String(position));
}

/** The legend under the cells, with counts when given. @param {{done?: number, open?: number, later?: number}} counts */
export function legend(counts = {}) {
  const part = (/** @type {string} */ classes, /** @type {string} */ key, /** @type {number | undefined} */ n) => h("span", {}, h("i", { class: classes }), t(key), n !== undefined && ` ${n}`);
  return h("p", { class: "legend legend-3", "aria-hidden": "true" }, part("cell cell-done", "item.answered", counts.done),
    part("cell", "item.unanswered", counts.open), part("cell cell-later", "item.later", counts.later));
}

export class ItemNavigator extends HTMLElement {
  /** @type {Set<string>} */
  #opened = new Set();
  /** @type {Api.FormSection | undefined} */
  #own;
  /** From the first show() on. @type {import("../candidate/answers.js").Answers} */
  answers;
  position = 1;

  connectedCallback() {
    this.addEventListener("keydown", (event) => this.#arrow(event));
  }

  /**
   * Draws the navigator; the section of the item shown is open.
   * @param {import("../candidate/answers.js").Answers} answers
   * @param {number} position
   */
  show(answers, position) {
    const own = answers.sectionOf(position);
    if (own && own !== this.#own) {
      this.#opened = new Set([own.title]);
      this.#own = own;
    }
    this.answers = answers;
    this.position = position;
    const held = this.contains(document.activeElement) && document.activeElement?.matches(".cell") === true;
    fill(this, answers.form.sections.map((section) => this.#section(section)), legend());
    this.#keepInView(held);
  }

  /** All heads stay in view; the cells of the open sections scroll between them. @param {boolean} held */
  #keepInView(held) {
    const now = /** @type {HTMLElement | null} */ (this.querySelector(".cell-now"));
    if (held) now?.focus();
    const cells = now?.parentElement;
    if (!now || !cells || cells.scrollHeight <= cells.clientHeight) return;
    const [box, one] = [cells.getBoundingClientRect(), now.getBoundingClientRect()];
    cells.scrollTop += one.top + one.height / 2 - (box.top + box.height / 2);
  }

  /** @param {Api.FormSection} section */
  #section(section) {
    const open = this.#opened.has(section.title);
    const size = section.last - section.first + 1;
    const toggle = () => {
      if (!this.#opened.delete(section.title)) this.#opened.add(section.title);
      this.show(this.answers, this.position);
    };
    const head = h("button", { class: "sect", type: "button", "aria-expanded": String(open), onclick: toggle },
      icon(open ? "down" : "right", "s"), h("span", { class: `grow one${open ? " strong" : ""}` }, section.title),
      h("span", { class: "dim t-16 nowrap" }, `${this.answers.answeredIn(section.first, section.last)} / ${size}`));
    if (!open) return head;
    const cells = [];
    for (let p = section.first; p <= section.last; p += 1) {
      cells.push(cell(this.answers, p, p === this.position, (to) => this.#go(to)));
    }
    if (!cells.some((c) => c.tabIndex === 0)) cells[0].tabIndex = 0;
    return [head, h("div", { class: "cells" }, cells)];
  }

  /** @param {number} position */
  #go(position) {
    this.dispatchEvent(new CustomEvent("go", { detail: position }));
  }

  /** @param {KeyboardEvent} event */
  #arrow(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -6, ArrowDown: 6 }[event.key];
    const cell = event.target;
    if (!step || !(cell instanceof HTMLElement) || !cell.matches(".cell")) return;
    event.preventDefault();
    event.stopPropagation();
    const to = Number(cell.dataset.position) + step;
    /** @type {HTMLElement | null} */ (this.querySelector(`[data-position="${to}"]`))?.focus();
  }
}

customElements.define("item-navigator", ItemNavigator);
