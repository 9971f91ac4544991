/** The right side: the incident's facts and the disposition, or opening an incident from flags. */

import { t, tongue, worded } from "../catalogue.js";
import { timeOf } from "../clocks.js";
import { fill, h, icon, kbd, sign } from "../dom.js";
import { flagName, flagSign, flagTag, worstFlag } from "../flags.js";
import { post } from "../server.js";

const DECISIONS = ["dismissed", "upheld", "referred"];
const NOTE_MIN = 20;
const INCIDENT_NOTE_MIN = 10;

export class DispositionPanel {
  /** @param {object} page the replay page (`details`, `reasons`, `reload()`, `seekTo()`) */
  constructor(page) {
    this.page = page;
    this.element = h("aside", { class: "panel replay-form", "aria-label": t("disposition.title") });
    this.selected = page.details.incidents.find((i) => !i.disposition)?.id ?? page.details.incidents[0]?.id ?? null;
    this.draw();
  }

  draw() {
    const incident = this.page.details.incidents.find((i) => i.id === this.selected);
    this.error = h("p", { class: "field-error", role: "alert" });
    if (!incident) this.#drawFlags();
    else if (incident.opened_by === this.page.me.id && !incident.disposition) this.#frame(incident, this.#facts(incident), this.#own(), null);
    else if (incident.disposition) this.#frame(incident, this.#facts(incident), this.#decided(incident.disposition), null);
    else this.#drawForm(incident);
  }

  #flagsOf(incident) {
    return this.page.details.flags.filter((flag) => incident.flag_ids.includes(flag.id));
  }

  #frame(incident, facts, body, foot) {
    const worst = worstFlag(this.#flagsOf(incident));
    const { incidents } = this.page.details;
    const tabs = incidents.length > 1 && h("div", { class: "tabs", role: "tablist" }, incidents.map((other, i) => h("button", {
      class: "tab", role: "tab", type: "button", "aria-selected": String(other.id === incident.id), onclick: () => this.#select(other.id) }, t("disposition.nth", { n: i + 1 }))));
    fill(this.element, h("div", { class: "panel-head" }, h("h2", {}, t("disposition.incident")), worst && flagTag(worst),
      h("span", { class: "push meta" }, timeOf(incident.opened_at))),
    h("div", { class: "panel-body stack stack-3 scroll" }, tabs, facts, body, this.error), foot);
  }

  #select(id) {
    this.selected = id;
    this.draw();
  }

  #facts(incident) {
    const flags = this.#flagsOf(incident);
    const reason = this.page.reasons.incident?.find((r) => r.code === incident.reason);
    return h("dl", { class: "dl" }, h("dt", {}, t("disposition.flags")),
      h("dd", {}, flags.length === 0 ? t("find.no_flags") : flags.map((flag) => h("button", { class: "linkish t-14", type: "button", onclick: () => this.page.seekTo(flag.started_at) },
        `${flagName(flag.kind)} ${timeOf(flag.started_at)}${flag.ended_at ? `–${timeOf(flag.ended_at)}` : ""}`))),
      h("dt", {}, t("disposition.opened_by")), h("dd", {}, `${incident.by} ${timeOf(incident.opened_at)}`, h("br"), reason ? tongue(reason) : incident.reason, h("br"), incident.note));
  }

  /** Nobody decides what they opened: said before anything is written. */
  #own() {
    return h("div", { class: "note note-do" }, sign("do"), h("div", { class: "stack stack-1" },
      h("p", { class: "strong" }, t("disposition.own")), h("p", {}, t("disposition.own_text"))));
  }

  #decided(disposition) {
    const reason = this.page.reasons.disposition?.find((r) => r.code === disposition.reason);
    return h("div", { class: "note note-ok" }, sign("done"), h("div", { class: "stack stack-1" },
      h("p", { class: "strong" }, t("disposition.done", { decision: t(`decision.${disposition.decision}`), name: disposition.by })),
      h("p", { class: "meta" }, timeOf(disposition.at)), h("p", {}, reason ? tongue(reason) : disposition.reason), h("p", {}, disposition.note)));
  }

  #drawForm(incident) {
    const choices = DECISIONS.map((name, i) => h("label", { class: "choice" }, h("input", { type: "radio", name: "decision", value: name }),
      h("span", {}, h("b", {}, t(`decision.${name}`)), " ", h("span", { class: "meta" }, t(`decision.${name}_text`))), kbd(String(i + 1))));
    this.form = h("form", { class: "stack stack-3", id: "disposition", onsubmit: (event) => this.#submit(event, incident) },
      h("fieldset", { class: "stack stack-1" }, h("legend", { class: "label" }, t("disposition.yours")), choices),
      this.#reasonField(this.page.reasons.disposition ?? []), this.#noteField(NOTE_MIN));
    const foot = h("div", { class: "panel-body rule stack" },
      h("button", { class: "btn btn-main btn-wide", type: "submit", form: "disposition" }, t("disposition.submit"), kbd("Ctrl", "Enter")),
      h("p", { class: "meta" }, t("disposition.final")));
    this.#frame(incident, this.#facts(incident), this.form, foot);
  }

  #reasonField(list) {
    return h("div", { class: "field" }, h("label", { for: "reason" }, t("command.reason")), h("span", { class: "select" },
      h("select", { class: "input", id: "reason", name: "reason" }, h("option", { value: "" }, t("disposition.choose_reason")),
        list.map((r) => h("option", { value: r.code }, `${r.code} ${tongue(r)}`))), icon("down")));
  }

  #noteField(least) {
    return h("div", { class: "field" }, h("label", { for: "note" }, t("disposition.note", { n: least })),
      h("textarea", { class: "input", id: "note", name: "note", rows: 3, maxlength: 2000 }));
  }

  #fault(data, least, needsDecision) {
    if (needsDecision && !data.decision) return t("disposition.choose");
    if (!data.reason) return t("dialog.choose");
    return data.note.trim().length < least ? t("dialog.too_short", { n: least }) : "";
  }

  async #submit(event, incident) {
    event.preventDefault();
    const data = Object.fromEntries(new FormData(this.form));
    const body = { decision: data.decision, reason: data.reason, note: data.note.trim() };
    await this.#send(this.#fault(data, NOTE_MIN, true), `/api/incidents/${incident.id}/disposition`, body);
  }

  async #send(fault, path, body) {
    fill(this.error, fault && [sign("stop"), fault]);
    if (fault) return null;
    try {
      const answer = await post(path, body);
      await this.page.reload();
      this.draw();
      return answer;
    } catch (problem) {
      fill(this.error, sign("stop"), problem.message);
      return null;
    }
  }

  /** No incident yet: the flags, and opening one. */
  #drawFlags() {
    const { flags } = this.page.details;
    const list = flags.map((flag) => h("label", { class: "choice" }, h("input", { type: "checkbox", name: "flag", value: flag.id }),
      h("span", { class: "row" }, flagSign(flag.severity), flagName(flag.kind)),
      h("button", { class: "linkish", type: "button", onclick: () => this.page.seekTo(flag.started_at) }, timeOf(flag.started_at))));
    this.form = h("form", { class: "stack stack-3", id: "incident", onsubmit: (event) => this.#open(event) },
      h("fieldset", { class: "stack stack-1" }, h("legend", { class: "label" }, t("disposition.from_flags")), list),
      this.#reasonField(this.page.reasons.incident ?? []), this.#noteField(INCIDENT_NOTE_MIN));
    fill(this.element, h("div", { class: "panel-head" }, h("h2", {}, t("disposition.none"))),
      h("div", { class: "panel-body stack stack-3 scroll" }, flags.length === 0 ? h("div", { class: "empty panel-empty" }, icon("check"), h("p", {}, t("disposition.no_flags"))) : null,
        h("p", { class: "dim" }, t("disposition.none_text")), this.form, this.error),
      h("div", { class: "panel-body rule" }, h("button", { class: "btn btn-wide", type: "submit", form: "incident" }, icon("note", "s"), t("disposition.open"))));
  }

  async #open(event) {
    event.preventDefault();
    const form = new FormData(this.form);
    const data = Object.fromEntries(form);
    const path = `/api/sittings/${this.page.details.sitting_id}/incidents`;
    const body = { flag_ids: form.getAll("flag"), reason: data.reason, note: data.note.trim() };
    const opened = await this.#send(this.#fault(data, INCIDENT_NOTE_MIN, false), path, body);
    if (opened) this.#select(opened.id);
  }

  /** Chooses a decision by key. */
  press(index) {
    const radio = this.element.querySelectorAll("input[name=decision]")[index];
    if (!radio) return false;
    radio.checked = true;
    radio.focus();
    return true;
  }

  submit() {
    this.form?.isConnected && this.form.requestSubmit();
  }
}

/** What a verification says, in one line, and whether it is in order. */
export function verificationText(answer) {
  const { frames } = answer;
  if (answer.ok) return t("proof.ok", { n: answer.entries, frames: frames.recorded });
  const first = answer.first_problem;
  if (first) return t("proof.bad", { seq: first.seq, text: worded("proof_code", first.code, first.text) });
  return t("proof.frames", { missing: frames.missing, altered: frames.altered });
}
