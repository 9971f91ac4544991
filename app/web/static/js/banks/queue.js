/** The list of what waits for review: narrowed by bank, type, author and age, in pages, the longest wait first. */

import { t } from "../catalogue.js";
import { count, dayMinute } from "../clocks.js";
import { fill, h, icon, kbd, sign } from "../dom.js";
import { choice, fieldOf } from "../office/parts.js";
import { get } from "../server.js";
import { anyOf, person, TYPES } from "./parts.js";

/** @typedef {import("../pages/bank.js").Place} Place */

const ALL = "all";
const DAYS = ["1", "3", "7", "14"];
const FIELDS = ["bank", "type", "author", "days"];

export class Queue {
  /** @param {Place} place @param {(item: Api.QueueItem) => void} open @param {() => void} changed other items are listed now */
  constructor(place, open, changed) {
    this.place = place;
    this.open = open;
    this.changed = changed;
    this.query = new URLSearchParams(location.hash.split("?")[1] ?? "");
    /** @type {Api.Queue} */
    this.found = { items: [], total: 0, page: 1, page_size: 1, authors: [], banks: [] };
    this.current = "";
    this.bank = place.bank.id;
    this.head = h("div", { class: "panel-head row" });
    this.filters = h("details", { class: "queue-filters", open: FIELDS.some((name) => this.query.has(name)) });
    this.list = h("ul", {});
    this.foot = h("div", { class: "row panel-body" });
    this.element = h("nav", { class: "panel scroll", "aria-label": t("bank_review.queue") }, this.head, this.filters, this.list, this.foot);
  }

  /** Asks for the list as it is narrowed now. */
  async load() {
    const asked = new URLSearchParams(this.query);
    if (!asked.has("bank")) asked.set("bank", this.place.bank.id);
    if (asked.get("bank") === ALL) asked.delete("bank");
    this.found = await get(`/api/reviews?${asked}`, this.place.signal);
    this.#drawFilters();
    this.draw(this.current, this.bank);
  }

  /** The hash of an item with what the list is narrowed to. @param {string} id */
  address(id) {
    const query = this.query.toString();
    return `#review${id && `/${encodeURIComponent(id)}`}${query && `?${query}`}`;
  }

  #drawFilters() {
    /** @type {[string, string][]} */
    const banks = [[this.place.bank.id, this.place.bank.name], ...this.found.banks.filter((bank) => bank.id !== this.place.bank.id).map((bank) => /** @type {[string, string]} */ ([bank.id, bank.name])), [ALL, t("bank_review.all_banks")]];
    const authors = this.found.authors.map((author) => /** @type {[string, string]} */ ([author.id, person(author.name, author.id)]));
    const form = h("form", { class: "stack stack-1", onsubmit: (event) => event.preventDefault() }, choice("bank_review.bank", "bank", banks), choice("banks.type", "type", anyOf("type", TYPES)),
      choice("bank_review.author", "author", [["", t("banks.any")], ...authors]), choice("bank_review.age", "days", [["", t("banks.any")], ...DAYS.map((days) => /** @type {[string, string]} */ ([days, t("bank_review.days", { n: days })]))]));
    for (const name of FIELDS) fieldOf(form, name).value = this.query.get(name) ?? (name === "bank" ? this.place.bank.id : "");
    form.addEventListener("change", (event) => {
      const { name } = /** @type {HTMLSelectElement} */ (event.target);
      this.#narrow(new URLSearchParams([...new FormData(form)].map(([key, value]) => [key, String(value)]).filter(([key, value]) => value && !(key === "bank" && value === this.place.bank.id))), name);
    }, { signal: this.place.signal });
    fill(this.filters, h("summary", { class: "panel-body" }, t("bank_review.filter")), h("div", { class: "panel-body" }, form));
  }

  /** @param {URLSearchParams} query @param {string} [touched] the field that keeps the focus */
  async #narrow(query, touched) {
    this.query = query;
    history.replaceState(null, "", this.address(this.current));
    await this.load();
    if (touched) fieldOf(this.filters, touched).focus();
    this.changed();
  }

  /** Draws the list with one item as the current one. @param {string} current @param {string} bank */
  draw(current, bank) {
    this.current = current;
    this.bank = bank;
    const { found } = this;
    fill(this.head, h("h2", {}, t("bank_review.waiting", { n: count(found.total) })), h("span", { class: "push row" }, kbd("J", "K")));
    fill(this.list, found.items.map((item) => h("li", {}, h("a", { class: "queue-item", href: this.address(item.item), "aria-current": this.isCurrent(item) && "true", onclick: (event) => {
      event.preventDefault();
      this.open(item);
    } }, h("span", { class: "row" }, sign(item.own ? "stop" : "do"), h("b", { class: "one" }, item.item), h("span", { class: "push meta nowrap" }, dayMinute(item.since))), h("span", { class: item.own ? "meta" : "meta one" }, item.own ? t("bank_review.own") : `${t(item.version === 1 ? "bank_review.is_new" : "bank_review.is_change", { n: item.version })} · ${person(item.writer, item.written_by)}`),
      item.bank_id !== this.place.bank.id && h("span", { class: "meta one" }, item.bank)))));
    const last = Math.max(1, Math.ceil(found.total / found.page_size));
    fill(this.foot, last > 1 && [this.#step(found.page - 1, last, "left", "list.previous_page"), h("span", {}, t("list.page", { page: found.page, last })), this.#step(found.page + 1, last, "right", "list.next_page")]);
    this.foot.hidden = last === 1;
  }

  /** @param {Api.QueueItem} item */
  isCurrent(item) {
    return item.item === this.current && item.bank_id === this.bank;
  }

  /** @param {number} to @param {number} last @param {string} picture @param {string} key */
  #step(to, last, picture, key) {
    return h("button", { class: "btn", type: "button", disabled: to < 1 || to > last, "aria-label": t(key), onclick: () => {
      const query = new URLSearchParams(this.query);
      query.set("page", String(to));
      this.#narrow(query);
    } }, icon(picture, "s"));
  }

  /** The item so many places after the current one. @param {number} by */
  beside(by) {
    return this.found.items[this.found.items.findIndex((item) => this.isCurrent(item)) + by];
  }
}
