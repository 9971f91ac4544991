/** The review queue: one version beside the one before it, to approve or to send back. */

import { t, worded } from "../catalogue.js";
import { dayMinute } from "../clocks.js";
import { fill, h, icon, kbd, say, sentence, sign } from "../dom.js";
import { onKeys } from "../keys.js";
import { errorPlace, showError } from "../office/parts.js";
import { get } from "../server.js";
import { Checklist } from "./checklist.js";
import { decimal } from "./details.js";
import { difference } from "./difference.js";
import { Hints } from "./hints.js";
import { area } from "./item-fields.js";
import { doAct, itemPage, outcome, person } from "./parts.js";
import { Preview } from "./preview.js";
import { Queue } from "./queue.js";

/** @typedef {import("../pages/bank.js").Place} Place */

/** Draws the queue, beginning with one item if named. @param {Place} place @param {string} id */
export async function drawReview(place, id) {
  await new Review(place).begin(id);
}

class Review {
  /** @param {Place} place */
  constructor(place) {
    this.place = place;
    this.base = place.base;
    this.id = "";
    this.error = errorPlace();
    this.sendBack = () => {};
    this.queue = new Queue(place, (item) => this.open(item.item, item.bank_id), () => this.#first());
    this.main = h("section", { class: "panel scroll review-main" });
    this.side = h("section", { class: "panel stack review-side" });
    fill(place.body, h("div", { class: "review-grid" }, this.queue.element, this.main, this.side));
    onKeys([{ on: ["j"], shown: ["J"], says: t("bank_review.next"), act: () => this.#step(1) }, { on: ["k"], shown: ["K"], says: t("bank_review.previous"), act: () => this.#step(-1) },
      { on: ["b"], shown: ["B"], says: t("item_act.send_back"), act: () => this.sendBack() }], place.signal);
  }

  /** @param {string} id */
  async begin(id) {
    await this.queue.load();
    const named = this.queue.found.items.find((item) => item.item === id);
    if (id) await this.open(id, named?.bank_id ?? this.place.bank.id);
    else await this.#first();
  }

  /** Opens the first that is not one's own; says so when nothing waits. */
  async #first() {
    const { items } = this.queue.found;
    const first = items.find((item) => !item.own) ?? items[0];
    if (first) return this.open(first.item, first.bank_id);
    this.id = "";
    fill(this.main, h("div", { class: "empty stack" }, icon("check"), h("p", {}, t("bank_review.none"))));
    this.side.hidden = true;
  }

  /** @param {number} by */
  #step(by) {
    const next = this.queue.beside(by);
    if (next) this.open(next.item, next.bank_id);
  }

  /** @param {string} id @param {string} bank */
  async open(id, bank) {
    this.id = id;
    this.base = `/api/banks/${bank}`;
    history.replaceState(null, "", this.queue.address(id));
    this.queue.draw(id, bank);
    try {
      /** @type {Api.Comparison} */
      const found = await get(`${this.base}/items/${encodeURIComponent(id)}/comparison`, this.place.signal);
      if (id !== this.id) return;
      this.#drawMain(found);
      this.#drawSide(found.new);
    } catch (problem) {
      if (!this.place.signal.aborted) fill(this.main, h("p", { class: "note note-stop", role: "alert" }, sentence(problem)));
    }
  }

  /** @param {Api.Comparison} found */
  #drawMain({ old, new: now, fields }) {
    const preview = new Preview();
    preview.show({ item: now.document, item_set: now.item_set });
    const hints = new Hints(this.base, this.place.signal);
    hints.show({ item: now.document, item_set: now.item_set });
    const before = old ? rowsOf(old) : new Map();
    const after = rowsOf(now);
    const names = [...new Set([...after.keys(), ...before.keys()])];
    const keyChanged = old && ["key", "value", "tolerance", "accepted", "gaps"].some((name) => fields.includes(name));
    fill(this.main, h("div", { class: "panel-head row" }, h("h2", {}, now.item), h("span", { class: "dim" }, `${worded("type", now.type)} · ${now.topic}`), h("a", { class: "push", href: itemPage(this.base, now.item) }, t("bank_review.open"))),
      keyChanged && h("p", { class: "note note-look" }, sign("look2"), t("bank_review.key_changed")),
      h("div", { class: "panel-body" }, hints.element),
      h("table", { class: "tbl diff" }, h("thead", {}, h("tr", {}, h("th", {}, h("span", { class: "sr" }, t("bank_review.part"))), h("th", {}, old ? `${t(`item_state.${old.state}`)} v${old.version} · ${who(old)}` : t("bank_review.nothing_before")), h("th", {}, `${t(`item_state.${now.state}`)} v${now.version} · ${who(now)} ${dayMinute(now.written_at)}`))),
        h("tbody", {}, names.map((name) => diffRow(name, before.get(name) ?? "", after.get(name) ?? "", Boolean(old))))),
      h("h2", { class: "panel-head" }, t("editor.preview")), preview.element);
  }

  /** @param {Api.ItemRecord} record */
  #drawSide(record) {
    const comment = area("bank_review.comment", { name: "comment", rows: 4, maxlength: 2000 }, "");
    const said = () => /** @type {HTMLTextAreaElement} */ (comment.querySelector("textarea")).value;
    const reviewed = record.state === "in_review";
    const checklist = new Checklist(record.own || !reviewed, () => label());
    const approve = h("button", { class: "btn btn-main btn-wide", type: "button", onclick: () => this.#act({ event: "approve", comment: said(), checks: checklist.ticked }, record) });
    const label = () => {
      const { missing } = checklist;
      approve.disabled = record.own || !reviewed || missing > 0;
      say(approve, missing > 0 && !record.own ? t("checklist.missing", { act: t("item_act.approve"), n: missing }) : t("item_act.approve"));
    };
    label();
    // By key only once there is a comment: until then the key leads to its field.
    this.sendBack = () => {
      if (said().trim() && reviewed) this.#act({ event: "send_back", comment: said() }, record);
      else comment.querySelector("textarea")?.focus();
    };
    this.side.hidden = false;
    fill(this.side, h("h2", { class: "panel-head" }, t("bank_review.decision")), h("div", { class: "panel-body stack stack-3" }, record.own && h("p", { class: "note note-look" }, sign("look2"), t("problem.own_item")), checklist.element, comment, this.error, approve,
      h("button", { class: "btn btn-wide", type: "button", disabled: !reviewed, onclick: () => this.#act({ event: "send_back", comment: said() }, record) }, t("item_act.send_back"), kbd("B"))));
    showError(this.error, "");
  }

  /** @param {{event: string, comment: string, checks?: string[]}} act @param {Api.ItemRecord} record */
  async #act(act, record) {
    try {
      const said = await doAct(this.base, { ...act, versions: [{ item: record.item, version: record.version }] });
      await this.place.reopen(this.queue.address(""), outcome(said.text, said.good));
    } catch (problem) {
      showError(this.error, sentence(problem));
    }
  }
}

/** @param {Api.ItemVersion} version */
function who(version) {
  return person(version.writer, version.written_by);
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
  for (const name of ["rationale", "clause", "source", "enemy_set", "item_set", "language"]) put(t(`editor.${name}`), d[name]);
  put(t("editor.attributes"), Object.entries(d.attributes ?? {}).map(([name, value]) => `${name}=${value}`).join("; "));
  put(t("banks.industry"), d.industry);
  put(t("editor.parameters"), d.parameters && ["a", "b", "c"].map((name) => decimal(d.parameters[name])).join(" / "));
  put(t("editor.scoring_rules"), d.scoring_rules?.map((/** @type {string} */ rule) => t(`rule.${rule}`)).join(" / "));
  return rows;
}

/** @param {Record<string, any>} d */
function keyWords(d) {
  if (d.value !== undefined) return `${d.value} ± ${d.tolerance} ${d.unit}`.trim();
  if (d.accepted) return d.accepted.join(" / ");
  return d.key?.map((/** @type {string | string[]} */ one) => (Array.isArray(one) ? one.join("→") : one)).join(", ");
}
