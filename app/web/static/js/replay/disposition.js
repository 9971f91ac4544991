/** The right side of the replay: the sitting's incidents, each with its disposition, and noting another. */

import { t, tongue } from "../catalogue.js";
import { timeOf } from "../clocks.js";
import { fill, h, icon, kbd, sentence, sign } from "../dom.js";
import { flagName, flagTag, worstFlag } from "../flags.js";
import { post } from "../server.js";
import { DecisionForm } from "./decision-form.js";
import { IncidentForm } from "./incident-form.js";

/** The tab of an incident that is not noted yet. */
const NEW = "new";

/**
 * @typedef {object} ReplayPage what the panel needs of its page
 * @property {{sitting_id: string, flags: Live.FlagView[], incidents: Api.Incident[]}} details
 * @property {Api.Reasons} reasons
 * @property {{id: string}} me
 * @property {() => Promise<void>} reload
 * @property {(instant: string) => void} seekTo
 * @property {() => string} shownInstant
 */

export class DispositionPanel {
  /** What was begun and not sent yet, by tab: looking at another incident loses no word. @type {Map<string, DecisionForm | IncidentForm>} */
  #begun = new Map();

  /** @param {ReplayPage} page */
  constructor(page) {
    this.page = page;
    this.element = h("aside", { class: "panel replay-form", "aria-label": t("disposition.title") });
    this.error = h("p", { class: "field-error", role: "alert" });
    const { incidents } = page.details;
    this.selected = (incidents.find((i) => !i.disposition) ?? incidents[0])?.id ?? NEW;
    this.draw();
  }

  /** The form that is open, or undefined when there is nothing to fill in. */
  get #form() {
    return this.#begun.get(this.selected);
  }

  draw() {
    fill(this.error);
    const incident = this.page.details.incidents.find((i) => i.id === this.selected);
    if (!incident) this.#drawNew();
    else if (incident.disposition) this.#frame(incident, this.#decided(incident.disposition), null);
    else if (incident.opened_by === this.page.me.id) this.#frame(incident, this.#own(), null);
    else this.#drawDecision(incident);
  }

  /** @param {Api.Incident} incident */
  #flagsOf(incident) {
    return this.page.details.flags.filter((flag) => incident.flag_ids.includes(flag.id));
  }

  /** @param {Api.Incident} incident @param {HTMLElement} body @param {HTMLElement | null} foot */
  #frame(incident, body, foot) {
    const worst = worstFlag(this.#flagsOf(incident));
    fill(this.element, h("div", { class: "panel-head" }, h("h2", {}, t("disposition.incident")), worst && flagTag(worst),
      h("span", { class: "push meta" }, timeOf(incident.moment))),
    h("div", { class: "panel-body stack stack-3 scroll" }, this.#tabs(), this.#facts(incident), body, this.error), foot);
  }

  /** One tab an incident and one for the next; arrows move between them. */
  #tabs() {
    const { incidents } = this.page.details;
    if (incidents.length === 0) return null;
    const tab = (/** @type {string} */ id, /** @type {any[]} */ ...label) => h("button", { class: "tab", role: "tab", type: "button", "data-tab": id,
      "aria-selected": String(id === this.selected), tabindex: id === this.selected ? 0 : -1, onclick: () => this.#select(id) }, label);
    const list = h("div", { class: "tabs wrap", role: "tablist", "aria-label": t("disposition.title") },
      incidents.map((incident, i) => tab(incident.id, t("disposition.nth", { n: i + 1 }), sign(incident.disposition ? "done" : "do"))),
      tab(NEW, icon("note", "s"), t("disposition.another"), kbd("I")));
    list.addEventListener("keydown", (event) => this.#arrow(event));
    return list;
  }

  /** @param {KeyboardEvent} event */
  #arrow(event) {
    const ids = [...this.page.details.incidents.map((incident) => incident.id), NEW];
    const at = ids.indexOf(this.selected);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: ids.length - 1 }[event.key];
    const next = to === undefined ? undefined : ids[to];
    if (next === undefined) return;
    event.preventDefault();
    this.#select(next);
  }

  /** Opens a tab and keeps the keyboard on it. @param {string} id */
  #select(id) {
    this.selected = id;
    this.draw();
    /** @type {HTMLElement | null} */ (this.element.querySelector(`[data-tab="${CSS.escape(id)}"]`))?.focus();
  }

  /** @param {Api.Incident} incident */
  #facts(incident) {
    const flags = this.#flagsOf(incident);
    const reason = this.page.reasons.incident?.find((r) => r.code === incident.reason);
    const jump = (/** @type {string} */ instant, /** @type {string} */ text) => h("button", { class: "linkish t-14", type: "button", onclick: () => this.page.seekTo(instant) }, text);
    return h("dl", { class: "dl" }, h("dt", {}, t("disposition.moment")), h("dd", {}, jump(incident.moment, timeOf(incident.moment))),
      h("dt", {}, t("disposition.flags")),
      h("dd", {}, flags.length === 0 ? t("find.no_flags") : flags.map((flag) => jump(flag.started_at,
        `${flagName(flag.kind)} ${timeOf(flag.started_at)}${flag.ended_at ? `–${timeOf(flag.ended_at)}` : ""}`))),
      h("dt", {}, t("disposition.opened_by")), h("dd", {}, `${incident.by} ${timeOf(incident.opened_at)}`, h("br"), reason ? tongue(reason) : incident.reason, h("br"), incident.note));
  }

  /** Nobody decides what they opened: said before anything is written. */
  #own() {
    return h("div", { class: "note note-do" }, sign("do"), h("div", { class: "stack stack-1" },
      h("p", { class: "strong" }, t("disposition.own")), h("p", {}, t("disposition.own_text"))));
  }

  /** @param {Api.Disposition} disposition */
  #decided(disposition) {
    const reason = this.page.reasons.disposition?.find((r) => r.code === disposition.reason);
    return h("div", { class: "note note-ok" }, sign("done"), h("div", { class: "stack stack-1" },
      h("p", { class: "strong" }, t("disposition.done", { decision: t(`decision.${disposition.decision}`), name: disposition.by })),
      h("p", { class: "meta" }, timeOf(disposition.at)), h("p", {}, reason ? tongue(reason) : disposition.reason), h("p", {}, disposition.note)));
  }

  /** @param {Api.Incident} incident */
  #drawDecision(incident) {
    const form = this.#form ?? new DecisionForm(this.page.reasons.disposition ?? [], (sent) => this.#send(`/api/incidents/${incident.id}/disposition`, sent));
    this.#begun.set(incident.id, form);
    this.#frame(incident, form.element, h("div", { class: "panel-body rule stack" }, form.submitButton(), h("p", { class: "meta" }, t("disposition.final"))));
  }

  #drawNew() {
    const { details, reasons } = this.page;
    const form = this.#form ?? new IncidentForm(details.flags, reasons.incident ?? [], {
      send: (sent) => this.#send(`/api/sittings/${details.sitting_id}/incidents`, sent),
      seek: (instant) => this.page.seekTo(instant), now: () => this.page.shownInstant() });
    this.#begun.set(NEW, form);
    const first = details.incidents.length === 0;
    fill(this.element, h("div", { class: "panel-head" }, h("h2", {}, t(first ? "disposition.none" : "disposition.open"))),
      h("div", { class: "panel-body stack stack-3 scroll" }, this.#tabs(), details.flags.length === 0 ? h("p", { class: "row dim" }, icon("check"), t("disposition.no_flags")) : null,
        h("p", { class: "dim" }, t("disposition.none_text")), form.element, this.error),
      h("div", { class: "panel-body rule" }, form.submitButton()));
  }

  /** Sends a form; what it made or decided is shown then. @param {string} path @param {DecisionForm | IncidentForm} form */
  async #send(path, form) {
    const { fault, body } = form.values();
    fill(this.error, fault && [sign("stop"), fault]);
    if (fault) return;
    const tab = this.selected;
    try {
      const answer = await post(path, body);
      this.#begun.delete(tab);
      await this.page.reload();
      if (tab === NEW && this.selected === NEW) this.#select(answer.id);
      else this.draw();
    } catch (problem) {
      fill(this.error, sign("stop"), sentence(problem));
    }
  }

  /** Notes an incident at the moment that is shown. */
  note() {
    this.selected = NEW;
    this.draw();
    const form = this.#form;
    if (!(form instanceof IncidentForm)) return;
    form.take(this.page.shownInstant());
    /** @type {HTMLElement} */ (form.element.elements.namedItem("reason")).focus();
  }

  /** The player moved. @param {string} instant */
  moved(instant) {
    const form = this.#begun.get(NEW);
    if (form instanceof IncidentForm) form.follow(instant);
  }

  /** Chooses a decision by key; false when there is none to take. @param {number} index */
  press(index) {
    const form = this.#form;
    return form instanceof DecisionForm && form.press(index);
  }

  submit() {
    this.#form?.element.requestSubmit();
  }
}
