/** Noting that somebody looked at a lead: a coded reason, and words if there is more to say. */

import { t, tongue } from "../catalogue.js";
import { dayMinute } from "../clocks.js";
import { fill, h, icon, sentence, sign } from "../dom.js";
import { get, post } from "../server.js";

const NOTE_MAX = 2000;

/** The words of the codes, asked for once. @type {Promise<Api.Reasons> | null} */
let asked = null;

function codes() {
  asked ??= get("/api/reasons");
  return asked;
}

export class LookForm {
  /** @param {string} path @param {Api.Look | null} look @param {(look: Api.Look) => void} done @param {"lead" | "face_lead"} kind of its reasons */
  constructor(path, look, done, kind = "lead") {
    this.path = path;
    this.kind = kind;
    this.done = done;
    this.error = h("p", { class: "field-error", role: "alert" });
    this.element = h("div", { class: "rule lead-look" });
    this.#draw(look);
  }

  /** @param {Api.Look | null} look */
  async #draw(look) {
    const reasons = (await codes())[this.kind] ?? [];
    if (look) {
      const reason = reasons.find((one) => one.code === look.reason);
      fill(this.element, h("div", { class: "note note-ok" }, sign("done"), h("div", { class: "stack stack-1" },
        h("p", { class: "strong" }, t("forensics.looked_by", { name: look.by, at: dayMinute(look.at) })), h("p", {}, reason ? tongue(reason) : look.reason), look.note && h("p", {}, look.note))));
      return;
    }
    const form = h("form", { class: "stack stack-3" }, h("p", { class: "dim" }, t(`forensics.look_about.${this.kind}`)),
      h("div", { class: "look-fields" }, h("div", { class: "field" }, h("label", { for: "look-reason" }, t("forensics.reason")), h("span", { class: "select" },
        h("select", { class: "input", id: "look-reason", name: "reason" }, h("option", { value: "" }, t("forensics.choose_reason")), reasons.map((one) => h("option", { value: one.code }, `${one.code} ${tongue(one)}`))), icon("down"))),
      h("div", { class: "field" }, h("label", { for: "look-note" }, t("forensics.note")), h("textarea", { class: "input", id: "look-note", name: "note", rows: 2, maxlength: NOTE_MAX }))),
      this.error, h("div", {}, h("button", { class: "btn btn-main", type: "submit" }, icon("eye", "s"), t("forensics.note_look"))));
    form.addEventListener("submit", (event) => this.#send(event, form));
    fill(this.element, form);
  }

  /** @param {SubmitEvent} event @param {HTMLFormElement} form */
  async #send(event, form) {
    event.preventDefault();
    const data = new FormData(form);
    const reason = String(data.get("reason") ?? "");
    fill(this.error, !reason && [sign("stop"), t("forensics.choose_reason")]);
    if (!reason) return;
    try {
      this.done((await post(this.path, { reason, note: String(data.get("note") ?? "").trim() })).look);
    } catch (problem) {
      fill(this.error, sign("stop"), sentence(problem));
    }
  }
}
