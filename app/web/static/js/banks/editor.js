/** Writing an item, with a preview as the candidate will see it. Saving makes a new version. */

import { t } from "../catalogue.js";
import { dayMinute } from "../clocks.js";
import { fill, h, icon, sentence, sign } from "../dom.js";
import { onKeys } from "../keys.js";
import { choice, errorPlace, formDialog, input, problemLines, showError } from "../office/parts.js";
import { get, post, Problem, upload } from "../server.js";
import { Details } from "./details.js";
import { hintLines, Hints } from "./hints.js";
import { area, fieldsFor } from "./item-fields.js";
import { ItemSetFields } from "./item-set-fields.js";
import { anyOf, DIFFICULTIES, doAct, outcome, person, stateMark, TYPES } from "./parts.js";
import { Preview } from "./preview.js";
import { itemStatistics } from "./statistics.js";

/** @typedef {import("../pages/bank.js").Place} Place */

const TYPING_MS = 300;
const NEW = { id: "", type: "single_choice", stem: "", topic: "", must_know: false, rationale: "", difficulty: "", source: "" };

/** Draws one item; without an id a new one. @param {Place} place @param {string} id */
export async function drawEditor(place, id) {
  /** @type {Api.ItemRecord | null} */
  const record = id ? await get(`${place.base}/items/${encodeURIComponent(id)}`, place.signal) : null;
  /** @type {{sets: Api.BankSet[]}} */
  const { sets } = await get(`${place.base}/item-sets`, place.signal);
  new Editor(place, record, sets);
}

class Editor {
  /** @param {Place} place @param {Api.ItemRecord | null} record @param {Api.BankSet[]} sets */
  constructor(place, record, sets) {
    this.place = place;
    this.record = record;
    /** @type {Record<string, any>} */
    this.document = record?.document ?? NEW;
    this.error = errorPlace();
    this.touched = false;
    this.said = h("div", {});
    this.preview = new Preview();
    this.special = h("div", {});
    this.fields = fieldsFor(this.document.type, this.document);
    this.details = new Details(this.document, place.bank.scoring_rules ?? {});
    this.set = new ItemSetFields(record?.item_set, sets);
    this.hints = new Hints(place.base, place.signal);
    this.locked = record?.state === "in_review" || record?.state === "retired";
    this.form = this.#form();
    fill(this.special, this.fields.element);
    fill(place.body, this.#head(), this.said, this.error, this.locked && h("p", { class: "dim" }, t(`editor.locked_${record?.state}`)), h("div", { class: "editor-grid" }, h("section", { class: "panel panel-body scroll" }, this.form, this.#history()), h("section", { class: "panel scroll" }, !this.locked && h("div", { class: "panel-body" }, this.hints.element), h("h2", { class: "panel-head" }, t("editor.preview")), this.preview.element)), record && itemStatistics(place, record.item));
    this.#listen();
    this.#show();
  }

  #head() {
    const { record } = this;
    const acts = record ? ["submit", "send_back", "retire"].filter((event) => allowed(record.state, event)) : [];
    return h("div", { class: "row" }, h("a", { class: "btn btn-bare", href: "#items", "aria-label": t("office.back") }, icon("left", "s")), h("h1", {}, record ? record.item : t("banks.new_item")), record && h("span", { class: "tag tag-line" }, stateMark(record.state), `v${record.version}`),
      h("span", { class: "push row" }, record?.state === "in_review" && h("a", { class: "btn btn-main", href: `#review/${encodeURIComponent(record.item)}` }, t("bank_tab.review")), acts.map((event) => h("button", { class: "btn", type: "button", onclick: () => this.#act(event) }, t(`item_act.${event}`))),
        !this.locked && h("button", { class: "btn btn-main", type: "submit", form: "item-form" }, t("editor.save"))));
  }

  #form() {
    const d = this.document;
    const picture = h("input", { type: "file", accept: "image/png,image/jpeg,image/gif,image/webp", class: "sr", tabindex: -1, "aria-hidden": "true" });
    picture.addEventListener("change", () => this.#addPicture(picture));
    const form = h("form", { class: "stack stack-3", id: "item-form" },
      h("fieldset", { class: "stack stack-3", disabled: this.locked }, h("legend", { class: "sr" }, t("editor.item")),
        h("div", { class: "grid4" }, !this.record && input("banks.id", { name: "id", maxlength: 64, placeholder: t("editor.id_hint"), "data-field": "id" }), choice("banks.type", "type", anyOf("type", TYPES).slice(1)), choice("banks.difficulty", "difficulty", [["", t("editor.no_difficulty")], ...anyOf("difficulty", DIFFICULTIES).slice(1)]), choice("editor.markup", "markup", [["text", t("editor.text")], ["html", "HTML"]])),
        h("div", { class: "grid2" }, input("banks.topic", { name: "topic", value: d.topic, maxlength: 100, required: true, list: "topics", "data-field": "topic" }), h("label", { class: "row must" }, h("input", { type: "checkbox", name: "must_know", checked: d.must_know }), t("banks.must_know"))),
        h("datalist", { id: "topics" }, Object.keys(this.place.bank.facets.topic).map((topic) => h("option", { value: topic }))),
        h("div", { class: "stack stack-1" }, area("banks.stem", { name: "stem", rows: 4, required: true, "data-field": "stem" }, d.stem), h("div", { class: "row" }, h("button", { class: "linkish", type: "button", onclick: () => picture.click() }, t("editor.add_picture")), picture)), this.special,
        h("div", { class: "grid2" }, area("editor.rationale", { name: "rationale", "data-field": "rationale" }, d.rationale), area("editor.clause", { name: "clause", "data-field": "clause" }, d.clause ?? "")),
        input("editor.source", { name: "source", value: d.source, "data-field": "source" }), this.details.element, this.set.element));
    for (const [name, value] of Object.entries({ type: d.type, difficulty: d.difficulty, markup: d.markup ?? "text" })) this.#field(form, name).value = value;
    return form;
  }

  /** @param {HTMLFormElement} form @param {string} name */
  #field(form, name) {
    return /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
  }

  /** @param {string} type @param {Record<string, any>} part */
  #special(type, part) {
    this.fields = fieldsFor(type, part);
    fill(this.special, this.fields.element);
  }

  #listen() {
    const { signal } = this.place;
    let timer = 0;
    this.#field(this.form, "type").addEventListener("change", () => {
      const type = this.#field(this.form, "type").value;
      this.#special(type, this.fields.part());
      this.details.follow(type);
    }, { signal });
    this.form.addEventListener("input", () => {
      this.touched = true;
      clearTimeout(timer);
      timer = setTimeout(() => this.#show(), TYPING_MS);
    }, { signal });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save();
    }, { signal });
    onKeys([{ on: ["Ctrl+Enter"], shown: ["Ctrl", "Enter"], says: t("editor.save"), when: () => !this.locked, act: () => this.form.requestSubmit() }], signal);
  }

  /** What is written now, as documents. */
  #written() {
    const value = (/** @type {string} */ name) => this.#field(this.form, name).value;
    this.fields.follow?.(value("stem"));
    /** @type {Record<string, any>} */
    const item = { id: this.record ? this.record.item : value("id").trim() || "N-0", type: value("type"), stem: value("stem").trim(), topic: value("topic").trim(), must_know: this.#field(this.form, "must_know").checked, rationale: value("rationale").trim(), difficulty: value("difficulty"), source: value("source").trim(), ...this.details.part(), ...this.fields.part() };
    if (value("clause").trim()) item.clause = value("clause").trim();
    if (value("markup") !== "text") item.markup = value("markup");
    const set = this.set.part();
    if (set) item.item_set = set.id;
    return { item, item_set: set };
  }

  async #show() {
    if (this.place.signal.aborted) return;
    const written = this.#written();
    if (!this.locked) this.hints.show(written);
    const problem = await this.preview.show(written);
    if (this.touched) this.#mark(this.details.problem() ?? named(problem));
  }

  /** Marks the field at fault and says beside it what is wrong. @param {{field: string, text: string} | null} fault */
  #mark(fault) {
    for (const said of this.form.querySelectorAll(".beside")) said.remove();
    for (const place of this.form.querySelectorAll("[data-field]")) {
      const wrong = fault !== null && (place.getAttribute("data-field") ?? "").split(" ").includes(fault.field);
      if (!wrong) {
        place.removeAttribute("aria-invalid");
        place.removeAttribute("aria-describedby");
        continue;
      }
      place.setAttribute("aria-invalid", "true");
      place.setAttribute("aria-describedby", "fault");
      place.closest("details")?.setAttribute("open", "");
      place.after(h("p", { class: "field-error beside", id: "fault" }, sign("stop"), fault.text));
    }
  }

  async #save() {
    showError(this.error, "");
    const fault = this.details.problem();
    if (fault) {
      this.#mark(fault);
      this.#toFault();
      return;
    }
    const written = this.#written();
    if (!this.record && written.item.id === "N-0") written.item.id = "";
    try {
      const path = this.record ? `${this.place.base}/items/${encodeURIComponent(this.record.item)}` : `${this.place.base}/items`;
      const base = this.record ? { base: this.record.versions[0].version } : {};
      /** @type {{item: string, version: number}} */
      const saved = await post(path, { ...written, ...base });
      const others = written.item_set ? this.set.others(written.item_set) : 0;
      const { place } = this;
      await place.reopen(`#item/${encodeURIComponent(saved.item)}`, outcome(t("editor.saved", { n: saved.version }), true));
      if (others > 0 && written.item_set) askForSet(place, written.item_set, others);
    } catch (problem) {
      if (problem instanceof Problem) this.#mark(named(problem));
      showError(this.error, problemLines(problem)[0] || sentence(problem));
      this.#toFault();
    }
  }

  #toFault() {
    const wrong = /** @type {HTMLElement | null} */ (this.form.querySelector("[aria-invalid=true]"));
    (wrong?.matches("fieldset") ? /** @type {HTMLElement | null} */ (wrong.querySelector("input, textarea")) : wrong)?.focus();
    this.form.querySelector(".beside")?.scrollIntoView({ block: "nearest" });
  }

  /** @param {HTMLInputElement} picked */
  async #addPicture(picked) {
    const [file] = picked.files ?? [];
    if (!file) return;
    const body = new FormData();
    body.append("file", file);
    picked.value = "";
    try {
      const { digest } = await upload(`${this.place.base}/media`, body);
      formDialog(t("editor.add_picture"), [h("img", { class: "picked", src: `/api/media/${digest}`, alt: "" }), input("editor.alt", { name: "alt", maxlength: 200, required: true })], "editor.add_picture", async (form) => {
        this.#insert(`<img src="media:${digest}" alt="${escaped(String(new FormData(form).get("alt")))}">`);
        return true;
      });
    } catch (problem) {
      showError(this.error, sentence(problem));
    }
  }

  /** Pictures need HTML: what was plain text is written as such first. @param {string} html */
  #insert(html) {
    const markup = this.#field(this.form, "markup");
    const stem = this.#field(this.form, "stem");
    if (markup.value === "text") {
      markup.value = "html";
      const part = this.fields.part();
      for (const place of [stem, this.#field(this.form, "rationale")]) place.value = escaped(place.value).replaceAll("\n", "<br>");
      const plain = (/** @type {{id: string, text: string}[] | undefined} */ options) => options?.map((option) => ({ ...option, text: escaped(option.text) }));
      this.#special(this.#field(this.form, "type").value, { ...part, options: plain(part.options), sources: plain(part.sources), targets: plain(part.targets) });
    }
    stem.value += `<br>${html}`;
    this.#show();
  }

  /** @param {string} event */
  #act(event) {
    const { record } = this;
    if (!record) return;
    const needed = event === "send_back";
    const loud = event === "submit" && this.hints.loud.length > 0 && hintLines(this.hints.loud, this.place.base);
    formDialog(t(`item_act.${event}`), [loud, area(needed ? "bank_review.comment_needed" : "bank_review.comment", { name: "comment", maxlength: 2000, required: needed }, "")], `item_act.${event}`, async (form) => {
      const said = await doAct(this.place.base, { event, versions: [{ item: record.item, version: record.version }], comment: String(new FormData(form).get("comment")) });
      await this.place.reopen(location.hash, outcome(said.text, said.good));
      return true;
    });
  }

  #history() {
    if (!this.record) return false;
    const { versions, events } = this.record;
    return h("details", { class: "history" }, h("summary", {}, t("editor.history", { n: versions.length })), h("ul", { class: "stack stack-1" }, versions.map((version) => h("li", {}, h("span", { class: "row" }, h("b", {}, `v${version.version}`), stateMark(version.state), h("span", { class: "meta" }, `${dayMinute(version.written_at)} ${person(version.writer, version.written_by)}`, version.own && ` · ${t("banks.own")}`)),
      events.filter((event) => event.version === version.version).map((event) => h("p", { class: "meta" }, `${dayMinute(event.at)} ${t(`item_act.${event.event}`)} · ${person(event.name, event.actor)}${event.comment && ` · ${event.comment}`}`, event.checks.length > 0 && ` · ${t("checklist.recorded", { n: event.checks.length })}`))))));
  }
}

/** The field that a refusal names, with the words for it. @param {Problem | null} problem */
function named(problem) {
  return problem?.body.field ? { field: problem.body.field, text: problemLines(problem)[0] || sentence(problem) } : null;
}

/** Offers to write a changed stimulus into the other items of its set. @param {Place} place @param {Api.ItemSet} set @param {number} others */
function askForSet(place, set, others) {
  formDialog(t("editor.set_changed"), h("p", {}, t("editor.set_changed_text", { n: others })), "editor.set_write", async () => {
    /** @type {{count: number}} */
    const made = await post(`${place.base}/item-sets/${encodeURIComponent(set.id)}`, { item_set: set });
    await place.reopen(location.hash, outcome(t("editor.set_written", { n: made.count }), true));
    return true;
  });
}

/** Whether the life-cycle knows this step. @param {string} state @param {string} event */
function allowed(state, event) {
  return { draft: ["submit", "retire"], in_review: ["send_back"], published: ["retire"] }[state]?.includes(event) ?? false;
}

/** @param {string} text */
function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
