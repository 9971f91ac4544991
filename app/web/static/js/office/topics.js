/** Topic quotas of a section: how many of its items come from which topic of the bank. */

import { t } from "../catalogue.js";
import { fill, h, icon } from "../dom.js";
import { valueOf } from "./parts.js";

/** The quotas of a section's row: `{topic: count}`; a topic named twice counts together. @param {Element} row */
export function readTopics(row) {
  /** @type {Record<string, number>} */
  const topics = {};
  for (const line of row.querySelectorAll("[data-topic]")) {
    const [topic, number] = [line.querySelector("select")?.value, Number(line.querySelector("input")?.value)];
    if (topic && number > 0) topics[topic] = (topics[topic] ?? 0) + number;
  }
  return topics;
}

/** Why the quotas of a section's row do not fit its count, or "". Quotas name every item or none. @param {Element} row */
export function topicFault(row) {
  const sum = Object.values(readTopics(row)).reduce((n, number) => n + number, 0);
  const number = Number(valueOf(row, "count"));
  if (sum === 0 || sum === number) return "";
  return t("topics.sum", { title: valueOf(row, "title"), sum, n: number });
}

export class TopicFields {
  /** @param {() => {by_topic: Record<string, number>}|undefined} bank the bank chosen now */
  constructor(bank) {
    this.bank = bank;
    this.lines = h("div", { class: "row row-3 wrap" });
    this.add = h("button", { class: "btn", type: "button", onclick: () => this.#line() }, t("topics.add"));
    this.element = h("div", { class: "row row-3 wrap topic-fields" }, this.lines, this.add, h("span", { class: "meta" }, t("topics.hint")));
  }

  /** Shows these quotas instead of what is there. @param {Record<string, number>} topics */
  put(topics) {
    fill(this.lines);
    for (const [topic, number] of Object.entries(topics)) this.#line(topic, number);
  }

  /** A quota to fill in, or one that is known. @param {string} [known] @param {number} [number] */
  #line(known, number) {
    const offered = this.bank()?.by_topic ?? {};
    const listed = known === undefined || known in offered ? offered : { ...offered, [known]: 0 };
    const topics = Object.entries(listed).sort(([a], [b]) => a.localeCompare(b));
    if (topics.length === 0) {
      fill(this.add, t("topics.none"));
      return;
    }
    const rest = number ?? this.#rest();
    const choice = h("select", { class: "input", "aria-label": t("topics.topic") },
      topics.map(([topic, number]) => h("option", { value: topic }, t("topics.of", { topic, n: number }))));
    /** @type {HTMLElement} */
    const line = h("span", { class: "row", "data-topic": true },
      h("span", { class: "select" }, choice, icon("down")),
      h("input", { class: "input topic-count", type: "number", min: 1, max: 1000, value: String(rest), "aria-label": t("topics.count") }),
      h("button", { class: "btn btn-bare", type: "button", "aria-label": t("topics.remove"), onclick: () => this.#remove(line) }, icon("x", "s")));
    if (known !== undefined) choice.value = known;
    this.lines.append(line);
    if (known !== undefined) return;
    choice.focus();
    this.#changed();
  }

  /** How many items of the section no topic names yet. */
  #rest() {
    const row = this.element.closest("fieldset");
    if (!row) return 1;
    const named = Object.values(readTopics(row)).reduce((n, number) => n + number, 0);
    return Math.max(1, Number(valueOf(row, "count")) - named);
  }

  /** @param {Element} line */
  #remove(line) {
    line.remove();
    this.#changed();
  }

  #changed() {
    for (const kind of ["input", "change"]) this.element.dispatchEvent(new Event(kind, { bubbles: true }));
  }
}
