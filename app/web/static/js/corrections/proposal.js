/** Proposing a correction: choose an item, say what is right, see who changes, give the reason. */

import { t, worded } from "../catalogue.js";
import { area } from "../banks/item-fields.js";
import { fill, h, icon, sentence, sign } from "../dom.js";
import { errorPlace, input, showError, textsOf } from "../office/parts.js";
import { get, post } from "../server.js";
import { toLookAtFirst } from "../statistics/cells.js";
import { drawComparison } from "./comparison.js";
import { newKey, severalKeys, waysOf } from "./key-fields.js";
import { markedWords } from "./words.js";

const LIST_LENGTH = 5;

/** @typedef {{item_id: string, key: Api.ItemKey | null, also: Api.ItemKey[]}} Wanted */

export class Proposal {
  /** @param {string} base address of the administration @param {Api.ItemStatistics[]} items @param {(said: string) => Promise<void>} done */
  constructor(base, items, done) {
    this.base = base;
    this.done = done;
    this.items = toLookAtFirst(items);
    /** What is to be proposed, by item. @type {Map<string, Wanted>} */
    this.wanted = new Map();
    this.error = errorPlace();
    this.chosen = h("div", {});
    this.result = h("section", { class: "panel correction-result", "aria-labelledby": "result-title" });
    /** @type {HTMLSelectElement} */
    this.list = h("select", { class: "input correction-items", size: LIST_LENGTH, id: "correction-items", onchange: () => this.choose(this.list.value) });
    const search = input("correction.search", { type: "search", maxlength: 100 });
    search.addEventListener("input", (event) => this.#filter(/** @type {HTMLInputElement} */ (event.target).value));
    this.element = h("div", { class: "correction-grid" }, h("section", { class: "panel panel-body stack stack-3" }, h("h2", {}, t("correction.new")), search,
      h("div", { class: "field" }, h("label", { for: "correction-items" }, t("correction.choose")), this.list), this.chosen, this.error), this.result);
    this.#filter("");
    this.#empty();
  }

  #empty() {
    fill(this.result, h("h2", { class: "panel-head", id: "result-title" }, t("correction.result")), h("div", { class: "empty" }, icon("table"), h("p", {}, t("correction.nothing_yet"))));
  }

  /** @param {string} text */
  #filter(text) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const fit = this.items.filter((item) => words.every((word) => `${item.item_id} ${item.stem}`.toLowerCase().includes(word)));
    fill(this.list, fit.map((item) => h("option", { value: item.item_id }, [item.item_id, ...item.flags.map((flag) => t(`stats.flag.${flag}`)), item.stem.slice(0, 60)].join(" · "))));
  }

  /** Shows an item's key and what can be done about it. @param {string} id */
  async choose(id) {
    showError(this.error, "");
    this.list.value = id;
    try {
      /** @type {Api.SatItem} */
      const item = await get(`${this.base}/items/${encodeURIComponent(id)}`);
      if (this.list.value === id || !this.list.value) this.#ask(item);
    } catch (problem) {
      fill(this.chosen);
      showError(this.error, sentence(problem));
    }
  }

  /** @param {Api.SatItem} item */
  #ask(item) {
    const place = h("div", {});
    /** @type {import("./key-fields.js").KeyFields | null} */
    let fields = null;
    const draw = (/** @type {string} */ way) => {
      fields = way === "key" ? newKey(item) : way === "several" ? severalKeys(item) : null;
      fill(place, fields ? fields.element : h("p", { class: "dim" }, t(way === "void" ? "correction.void_about" : "correction.restore_about")));
    };
    const ways = waysOf(item).map(([way, text], i) => h("label", { class: "row row-3" }, h("input", { type: "radio", name: "way", value: way, checked: i === 0, onchange: () => draw(way) }), text));
    /** @type {HTMLFormElement} */
    const form = h("form", { class: "stack stack-3 rule correction-form" }, h("div", { class: "stack stack-1" }, h("p", {}, h("b", {}, item.item_id), " ", h("span", { class: "meta" }, worded("type", item.type))), h("p", {}, item.stem), h("p", { class: "dim" }, t("correction.now", { key: markedWords(item.now, item) }))),
      h("fieldset", { class: "stack stack-1" }, h("legend", { class: "label" }, t("correction.way")), ways), place, h("button", { class: "btn btn-main", type: "submit" }, t("correction.try")));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const { way } = textsOf(form);
      const [key, ...also] = way === "restore" ? [item.in_the_bank] : (fields?.keys() ?? []);
      if (way !== "void" && (!key || (way === "several" && also.length === 0))) showError(this.error, t(way === "several" ? "correction.two_at_least" : "correction.no_key"));
      else this.#try({ item_id: item.item_id, key: key ?? null, also });
    });
    draw("key");
    fill(this.chosen, form);
  }

  /** Adds a correction to those wanted if the service can make it. @param {Wanted} one */
  async #try(one) {
    await this.#run(new Map(this.wanted).set(one.item_id, one));
  }

  /** @param {Map<string, Wanted>} wanted */
  async #run(wanted) {
    showError(this.error, "");
    if (wanted.size === 0) {
      this.wanted = wanted;
      this.#empty();
      return;
    }
    try {
      const found = await post(`${this.base}/scoring-runs`, { corrections: [...wanted.values()] });
      this.wanted = wanted;
      this.#show(found);
    } catch (problem) {
      showError(this.error, sentence(problem));
    }
  }

  /** @param {Api.RunComparison} found */
  #show(found) {
    const error = errorPlace();
    const title = h("h2", { class: "panel-head", id: "result-title", tabindex: -1 }, t("correction.result"));
    const without = (/** @type {string} */ id) => new Map([...this.wanted].filter(([other]) => other !== id));
    const kept = [...this.wanted.keys()].map((id) => h("button", { class: "btn", type: "button", "aria-label": t("correction.leave_out", { id }), onclick: () => this.#run(without(id)) }, id, icon("x", "s")));
    /** @type {HTMLFormElement} */
    const form = h("form", { class: "panel-body stack stack-3 rule" }, area("correction.note", { name: "note", maxlength: 2000, required: true }, ""), error,
      h("div", { class: "row row-3" }, h("p", { class: "meta row grow" }, sign("do"), t("correction.second_person")), h("button", { class: "btn btn-main", type: "submit" }, t("correction.propose"))));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        await post(`${this.base}/scoring-runs`, { corrections: [...this.wanted.values()], note: textsOf(form).note, dry_run: false });
        await this.done(t("correction.proposed"));
      } catch (problem) {
        showError(error, sentence(problem));
      }
    });
    fill(this.result, title, h("div", { class: "panel-body row wrap" }, h("span", { class: "dim" }, t("correction.items_in")), kept), drawComparison(found), form);
    title.focus();
  }
}
