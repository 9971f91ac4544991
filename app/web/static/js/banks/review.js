/** The review queue: one version beside the one before it, to approve or to send back. */

import { t, worded } from "../catalogue.js";
import { dayMinute } from "../clocks.js";
import { fill, h, icon, kbd, sentence, sign } from "../dom.js";
import { onKeys } from "../keys.js";
import { errorPlace, showError } from "../office/parts.js";
import { get } from "../server.js";
import { difference } from "./difference.js";
import { area } from "./item-fields.js";
import { doAct, outcome } from "./parts.js";
import { Preview } from "./preview.js";

/** @typedef {import("../pages/bank.js").Place} Place */

/** Draws the queue, beginning with one item if named. @param {Place} place @param {string} id */
export async function drawReview(place, id) {
  /** @type {Api.ItemPage} */
  const queue = await get(`${place.base}/items?state=in_review`, place.signal);
  const first = id || queue.items.find((item) => !item.own)?.item || queue.items[0]?.item;
  if (!first) {
    fill(place.body, h("h1", {}, t("bank_tab.review")), h("div", { class: "panel empty" }, icon("check"), h("p", {}, t("bank_review.none"))));
    return;
  }
  await new Review(place, queue).open(first);
}

class Review {
  /** @param {Place} place @param {Api.ItemPage} queue */
  constructor(place, queue) {
    this.place = place;
    this.queue = queue;
    this.id = "";
    this.error = errorPlace();
    this.list = h("nav", { class: "panel scroll", "aria-label": t("bank_review.queue") });
    this.main = h("section", { class: "panel scroll review-main" });
    this.side = h("section", { class: "panel stack" });
    fill(place.body, h("div", { class: "review-grid" }, this.list, this.main, this.side));
    const step = (/** @type {number} */ by) => this.#step(by);
    onKeys([{ on: ["j"], shown: ["J"], says: t("bank_review.next"), act: () => step(1) }, { on: ["k"], shown: ["K"], says: t("bank_review.previous"), act: () => step(-1) }], place.signal);
  }

  /** @param {number} by */
  #step(by) {
    const items = this.queue.items;
    const next = items[items.findIndex((item) => item.item === this.id) + by];
    if (next) this.open(next.item);
  }

  /** @param {string} id */
  async open(id) {
    this.id = id;
    history.replaceState(null, "", `#review/${encodeURIComponent(id)}`);
    this.#drawList();
    try {
      /** @type {Api.Comparison} */
      const found = await get(`${this.place.base}/items/${encodeURIComponent(id)}/comparison`, this.place.signal);
      if (id !== this.id) return;
      this.#drawMain(found);
      this.#drawSide(found.new);
    } catch (problem) {
      if (!this.place.signal.aborted) fill(this.main, h("p", { class: "note note-stop", role: "alert" }, sentence(problem)));
    }
  }

  #drawList() {
    fill(this.list, h("div", { class: "panel-head row" }, h("h2", {}, t("bank_review.waiting", { n: this.queue.total })), h("span", { class: "push row" }, kbd("J", "K"))),
      h("ul", {}, this.queue.items.map((item) => h("li", {}, h("a", { class: "queue-item", href: `#review/${encodeURIComponent(item.item)}`, "aria-current": item.item === this.id && "true", onclick: (event) => {
        event.preventDefault();
        this.open(item.item);
      } }, h("span", { class: "row" }, sign(item.own ? "stop" : "do"), h("b", { class: "one" }, item.item), h("span", { class: "push meta" }, dayMinute(item.written_at))), h("span", { class: "meta one" }, item.own ? t("bank_review.own") : t(item.version === 1 ? "bank_review.is_new" : "bank_review.is_change", { n: item.version })))))));
  }

  /** @param {Api.Comparison} found */
  #drawMain({ old, new: now, fields }) {
    const preview = new Preview();
    preview.show({ item: now.document, item_set: now.item_set });
    const before = old ? rowsOf(old) : new Map();
    const after = rowsOf(now);
    const names = [...new Set([...after.keys(), ...before.keys()])];
    const keyChanged = old && ["key", "value", "tolerance", "accepted", "gaps"].some((name) => fields.includes(name));
    fill(this.main, h("div", { class: "panel-head row" }, h("h2", {}, now.item), h("span", { class: "dim" }, `${worded("type", now.type)} · ${now.topic}`), h("a", { class: "push", href: `#item/${encodeURIComponent(now.item)}` }, t("bank_review.open"))),
      keyChanged && h("p", { class: "note note-look" }, sign("look2"), t("bank_review.key_changed")),
      h("table", { class: "tbl diff" }, h("thead", {}, h("tr", {}, h("th", {}, h("span", { class: "sr" }, t("bank_review.part"))), h("th", {}, old ? `${t(`item_state.${old.state}`)} v${old.version}` : t("bank_review.nothing_before")), h("th", {}, `${t(`item_state.${now.state}`)} v${now.version} · ${dayMinute(now.written_at)}`))),
        h("tbody", {}, names.map((name) => diffRow(name, before.get(name) ?? "", after.get(name) ?? "", Boolean(old))))),
      h("h2", { class: "panel-head" }, t("editor.preview")), preview.element);
  }

  /** @param {Api.ItemRecord} record */
  #drawSide(record) {
    const comment = area("bank_review.comment", { name: "comment", rows: 4, maxlength: 2000 }, "");
    const said = () => /** @type {HTMLTextAreaElement} */ (comment.querySelector("textarea")).value;
    const reviewed = record.state === "in_review";
    fill(this.side, h("h2", { class: "panel-head" }, t("bank_review.decision")), h("div", { class: "panel-body stack stack-3" }, record.own && h("p", { class: "note note-look" }, sign("look2"), t("problem.own_item")), comment, this.error,
      h("button", { class: "btn btn-main btn-wide", type: "button", disabled: record.own || !reviewed, onclick: () => this.#act("approve", record, said()) }, t("item_act.approve")),
      h("button", { class: "btn btn-wide", type: "button", disabled: !reviewed, onclick: () => this.#act("send_back", record, said()) }, t("item_act.send_back"))));
    showError(this.error, "");
  }

  /** @param {string} event @param {Api.ItemRecord} record @param {string} comment */
  async #act(event, record, comment) {
    try {
      const said = await doAct(this.place.base, { event, versions: [{ item: record.item, version: record.version }], comment });
      await this.place.reopen("#review", outcome(said.text, said.good));
    } catch (problem) {
      showError(this.error, sentence(problem));
    }
  }
}

/** @param {string} name @param {string} before @param {string} after @param {boolean} compare */
function diffRow(name, before, after, compare) {
  const [left, right] = compare ? difference(before, after) : [[""], [after]];
  return h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, left), h("td", {}, compare && before === after ? h("span", { class: "dim" }, t("bank_review.unchanged")) : right));
}

/** An item as rows to compare: words for people, one a part. @param {Api.ItemRecord} record @returns {Map<string, string>} */
function rowsOf(record) {
  const d = record.document;
  /** @type {Map<string, string>} */
  const rows = new Map();
  const put = (/** @type {string} */ name, /** @type {unknown} */ value) => value !== undefined && value !== "" && rows.set(name, String(value));
  put(t("editor.stimulus"), record.item_set?.stimulus);
  put(t("banks.stem"), d.stem);
  for (const source of d.sources ?? []) put(t("editor.source_n", { n: source.id }), source.text);
  for (const option of d.options ?? d.targets ?? []) put(t("editor.option", { letter: option.id }), option.text);
  for (const gap of d.gaps ?? []) put(`[[${gap.id}]]`, gap.options ? gap.options.map((/** @type {{id: string, text: string}} */ o) => (gap.key.includes(o.id) ? "*" : "") + o.text).join(" / ") : gap.value ? `${gap.value} ± ${gap.tolerance} ${gap.unit}` : gap.accepted.join(" / "));
  put(t("editor.key"), keyWords(d));
  put(t("banks.type"), worded("type", d.type));
  put(t("banks.topic"), d.topic);
  put(t("banks.must_know"), t(d.must_know ? "banks.must_yes" : "banks.must_no"));
  put(t("banks.difficulty"), d.difficulty && t(`difficulty.${d.difficulty}`));
  for (const name of ["rationale", "clause", "source", "enemy_set"]) put(t(`editor.${name}`), d[name]);
  return rows;
}

/** @param {Record<string, any>} d */
function keyWords(d) {
  if (d.value !== undefined) return `${d.value} ± ${d.tolerance} ${d.unit}`.trim();
  if (d.accepted) return d.accepted.join(" / ");
  return d.key?.map((/** @type {string | string[]} */ one) => (Array.isArray(one) ? one.join("→") : one)).join(", ");
}
