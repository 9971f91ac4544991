/** What of the bank resembles the item in work, the gravest first: another key is said loudest. */

import { t } from "../catalogue.js";
import { fill, h, sign } from "../dom.js";
import { post, Problem } from "../server.js";
import { itemPage, stateMark } from "./parts.js";

/** @type {Record<string, string>} */
const SIGNS = { other_key: "look3", repeated: "look2", same_stem: "look2", near: "look1" };

export class Hints {
  /** @param {string} base address of the bank @param {AbortSignal} signal */
  constructor(base, signal) {
    this.base = base;
    this.signal = signal;
    this.asked = 0;
    this.list = h("div", { class: "stack stack-1", role: "status" });
    this.element = h("section", { class: "hints stack stack-1", "aria-label": t("hints.title") }, h("h3", {}, t("hints.title")), this.list);
    /** @type {Api.Hint[]} */
    this.found = [];
  }

  /**
   * Asks about a document; one that is not sound yet has no hints.
   * @param {{item: object, item_set: object | null}} written
   */
  async show(written) {
    this.asked += 1;
    const { asked } = this;
    try {
      const { hints } = await post(`${this.base}/duplicates`, written);
      if (asked !== this.asked || this.signal.aborted) return;
      this.found = hints;
      fill(this.list, hints.length ? hintLines(hints, this.base) : h("p", { class: "row" }, sign("ok"), t("hints.none")));
    } catch (problem) {
      if (asked !== this.asked || !(problem instanceof Problem)) return;
      this.found = [];
      fill(this.list, h("p", { class: "dim" }, t("hints.later")));
    }
  }

  /** Those that name an item with this stem and another key. */
  get loud() {
    return this.found.filter((hint) => hint.contradicts);
  }
}

/** Hints as lines, each with a way to the item. @param {Api.Hint[]} hints @param {string} base address of the bank */
export function hintLines(hints, base) {
  return hints.map((hint) => {
    const key = hint.contradicts && hint.kind !== "other_key" ? `${hint.kind}_other_key` : hint.kind;
    const words = t(`hints.${key}`, { id: hint.item, percent: Math.floor(hint.likeness / 10) });
    return h("div", { class: hint.contradicts ? "note note-look" : "hint" }, sign(hint.contradicts ? "look3" : SIGNS[hint.kind]), h("div", {}, hint.contradicts ? h("b", {}, words) : words,
      h("span", { class: "row wrap meta" }, stateMark(hint.state), h("span", {}, hint.stem))), h("a", { class: "push nowrap", href: itemPage(base, hint.item), target: "_blank", rel: "noopener", "aria-label": t("hints.open", { id: hint.item }) }, t("hints.see")));
  });
}
