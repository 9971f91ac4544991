/** The items of a bank: search, filters, pages; acts on those chosen or on all that fit. */

import { t, worded } from "../catalogue.js";
import { count, dayMinute } from "../clocks.js";
import { fill, h, icon, sentence, sign } from "../dom.js";
import { choice, errorPlace, formDialog, showError } from "../office/parts.js";
import { get } from "../server.js";
import { Checklist } from "./checklist.js";
import { anyOf, DIFFICULTIES, doAct, outcome, person, stateMark, STATES, TYPES } from "./parts.js";
import { listCells, looks } from "./statistics.js";

/** @typedef {import("../pages/bank.js").Place} Place */

const FIELDS = ["text", "type", "topic", "state", "difficulty", "must_know", "look"];
const ACTS = ["submit", "approve", "retire"];
const TYPING_MS = 250;

/** Draws the tab. @param {Place} place */
export async function drawBrowser(place) {
  await new Browser(place).load();
}

class Browser {
  /** @param {Place} place */
  constructor(place) {
    this.place = place;
    /** @type {Set<string>} */
    this.chosen = new Set();
    this.query = new URLSearchParams(location.hash.split("?")[1] ?? "");
    this.error = errorPlace();
    this.said = h("div", {});
    this.list = h("div", { class: "panel scroll items", "aria-live": "off" });
    this.foot = h("div", { class: "row wrap" });
    this.form = this.#form();
    const add = h("a", { class: "btn btn-main push", href: "#item/" }, t("banks.new_item"));
    fill(place.body, h("div", { class: "row" }, h("h1", {}, t("bank_tab.items")), add), this.form, this.said, this.error, this.list, this.foot);
    if (place.bank.items === 0) this.form.hidden = true;
  }

  #form() {
    const { facets } = this.place.bank;
    const topics = Object.keys(facets.topic);
    /** @type {[string, string][]} */
    const must = [["", t("banks.any")], ["true", t("banks.must_yes")], ["false", t("banks.must_no")]];
    const search = h("input", { class: "input", type: "search", name: "text", maxlength: 200, placeholder: t("banks.search_hint"), "aria-label": t("banks.search") });
    const form = h("form", { class: "panel panel-body filters", role: "search", onsubmit: (event) => event.preventDefault() },
      h("div", { class: "field" }, h("span", { class: "label" }, t("banks.search")), search),
      choice("banks.type", "type", anyOf("type", TYPES.filter((type) => facets.type[type]))),
      choice("banks.topic", "topic", [["", t("banks.any")], ...topics.map((topic) => /** @type {[string, string]} */ ([topic, `${topic} ${count(facets.topic[topic])}`]))]),
      choice("banks.state", "state", anyOf("item_state", STATES)), choice("banks.difficulty", "difficulty", anyOf("difficulty", DIFFICULTIES)), choice("banks.must_know", "must_know", must), choice("stats.look", "look", looks()));
    for (const name of FIELDS) /** @type {HTMLInputElement} */ (form.elements.namedItem(name)).value = this.query.get(name) ?? "";
    let timer = 0;
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => this.#filter(), TYPING_MS);
    }, { signal: this.place.signal });
    return form;
  }

  #filter() {
    const kept = new URLSearchParams();
    for (const [name, value] of new FormData(this.form)) if (value) kept.set(name, String(value));
    if (this.query.get("batch")) kept.set("batch", this.query.get("batch") ?? "");
    this.query = kept;
    this.#turn(1);
  }

  /** @param {number} page */
  #turn(page) {
    if (page > 1) this.query.set("page", String(page));
    else this.query.delete("page");
    this.chosen.clear();
    history.replaceState(null, "", `#items?${this.query}`);
    return this.load();
  }

  async load() {
    const asked = this.query.toString();
    try {
      showError(this.error, "");
      /** @type {Api.ItemPage} */
      const found = await get(`${this.place.base}/items?${asked}`, this.place.signal);
      // What was typed meanwhile has asked again.
      if (asked === this.query.toString()) this.#draw(found);
    } catch (problem) {
      if (!this.place.signal.aborted) showError(this.error, sentence(problem));
    }
  }

  /** @param {Api.ItemPage} found */
  #draw(found) {
    this.found = found;
    const heads = ["banks.id", "banks.stem", "banks.type", "banks.topic", "banks.difficulty", "banks.state", "banks.written", "bank_stats.performance", "bank_stats.exposure"];
    fill(this.list, found.total === 0
      ? h("div", { class: "empty stack" }, icon("table"), h("p", {}, t(this.place.bank.items === 0 ? "banks.empty" : "banks.no_match")), this.place.bank.items === 0 && h("a", { class: "btn btn-main", href: "#import" }, t("banks.import")))
      : h("table", { class: "tbl" }, h("thead", {}, h("tr", {}, h("th", {}, this.#box("", t("banks.choose_page"))), heads.map((key) => h("th", {}, t(key))))),
        h("tbody", {}, found.items.map((item) => this.#row(item)))));
    this.#drawFoot(found);
  }

  /** @param {Api.ListedItem} item */
  #row(item) {
    return h("tr", {}, h("td", {}, this.#box(item.item, t("banks.choose_one", { id: item.item }))), h("td", { class: "nowrap" }, h("a", { href: `#item/${encodeURIComponent(item.item)}` }, item.item)),
      h("td", { class: "item-stem" }, item.must_know && h("span", { class: "tag tag-do" }, t("banks.must_short")), item.stem), h("td", { class: "nowrap" }, worded("type", item.type)), h("td", { class: "item-topic" }, item.topic),
      h("td", { class: "nowrap" }, item.difficulty && t(`difficulty.${item.difficulty}`)), h("td", { class: "nowrap" }, stateMark(item.state)), h("td", { class: "nowrap meta" }, `v${item.version} · ${dayMinute(item.written_at)}`, h("br", {}), item.own ? t("banks.own") : person(item.writer, item.written_by)), listCells(item));
  }

  /** A box for one item, or for the whole page. @param {string} id @param {string} label */
  #box(id, label) {
    return h("input", { type: "checkbox", "aria-label": label, "data-id": id, onchange: (event) => this.#choose(id, /** @type {HTMLInputElement} */ (event.target).checked) });
  }

  /** @param {string} id @param {boolean} on */
  #choose(id, on) {
    const page = this.found?.items.map((item) => item.item) ?? [];
    for (const one of id ? [id] : page) {
      if (on) this.chosen.add(one);
      else this.chosen.delete(one);
    }
    for (const box of this.list.querySelectorAll("input")) box.checked = box.dataset.id ? this.chosen.has(box.dataset.id) : page.every((one) => this.chosen.has(one));
    if (this.found) this.#drawFoot(this.found);
  }

  /** @param {Api.ItemPage} found */
  #drawFoot(found) {
    const last = Math.max(1, Math.ceil(found.total / found.page_size));
    const number = this.chosen.size || found.total;
    const acts = ACTS.map((event) => h("button", { class: "btn", type: "button", disabled: number === 0, onclick: () => this.#confirm(event, number) }, t(`item_act.${event}`)));
    fill(this.foot, found.total > 0 && [h("span", { class: "dim" }, t(this.chosen.size ? "banks.of_chosen" : "banks.of_all", { n: count(number) })), acts],
      h("span", { class: "push row" }, h("span", { role: "status" }, t("banks.total", { n: count(found.total) })),
        h("button", { class: "btn", type: "button", disabled: found.page <= 1, "aria-label": t("list.previous_page"), onclick: () => this.#turn(found.page - 1) }, icon("left", "s")),
        h("span", {}, t("list.page", { page: found.page, last })),
        h("button", { class: "btn", type: "button", disabled: found.page >= last, "aria-label": t("list.next_page"), onclick: () => this.#turn(found.page + 1) }, icon("right", "s"))));
  }

  /** @param {string} event @param {number} number */
  #confirm(event, number) {
    const text = t("banks.confirm_act", { act: t(`item_act.${event}`), n: count(number) });
    const checklist = event === "approve" ? new Checklist(false) : null;
    formDialog(t(`item_act.${event}`), [h("p", { class: "row row-top" }, sign(event === "retire" ? "look2" : "do"), text), checklist?.element], `item_act.${event}`, async () => {
      const said = await doAct(this.place.base, { event, ...this.#target(), checks: checklist?.ticked ?? [] });
      this.chosen.clear();
      fill(this.said, outcome(said.text, said.good));
      await this.place.reload();
      await this.load();
      return true;
    });
  }

  /** The versions chosen, or the filter. */
  #target() {
    const items = this.found?.items ?? [];
    if (this.chosen.size) return { versions: items.filter((item) => this.chosen.has(item.item)).map(({ item, version }) => ({ item, version })) };
    const { page: _page, must_know: must, ...every } = Object.fromEntries(this.query);
    return { every: must ? { ...every, must_know: must === "true" } : every };
  }
}
