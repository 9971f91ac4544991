/** Noting an incident: the moment it is about, the flags that belong to it, a reason and words. */

import { t } from "../catalogue.js";
import { timeOf } from "../clocks.js";
import { fill, h, icon, kbd } from "../dom.js";
import { flagName, flagSign } from "../flags.js";
import { fieldFault, fieldValues, noteField, reasonField } from "./fields.js";

const NOTE_MIN = 10;
const NOTE_MAX = 500;

/**
 * The moment follows the picture until the form is touched; then it stands until it is taken anew.
 */
export class IncidentForm {
  #touched = false;
  #moment = "";
  /** @type {Live.FlagView[]} */
  #flags;

  /**
   * @param {Live.FlagView[]} flags those of the sitting
   * @param {Api.Reason[]} reasons
   * @param {{send: (form: IncidentForm) => void, seek: (instant: string) => void, now: () => string}} acts
   *   `now` is the instant that the player shows
   */
  constructor(flags, reasons, acts) {
    this.#flags = flags;
    this.time = h("button", { class: "linkish t-14", type: "button", onclick: () => acts.seek(this.#moment) });
    const take = h("button", { class: "btn", type: "button", onclick: () => this.take(acts.now()) }, t("disposition.take_moment"), kbd("I"));
    const list = flags.map((flag) => h("label", { class: "choice" }, h("input", { type: "checkbox", name: "flag", value: flag.id }),
      h("span", { class: "row" }, flagSign(flag.severity), flagName(flag.kind)),
      h("button", { class: "linkish", type: "button", onclick: () => acts.seek(flag.started_at) }, timeOf(flag.started_at))));
    this.element = (h("form", { class: "stack stack-3", id: "incident", oninput: () => (this.#touched = true) },
      h("div", { class: "field" }, h("span", { class: "label" }, t("disposition.moment")), h("div", { class: "row wrap" }, this.time, take)),
      list.length > 0 && h("fieldset", { class: "stack stack-1" }, h("legend", { class: "label" }, t("disposition.from_flags")), list),
      reasonField(reasons), noteField(NOTE_MIN, NOTE_MAX)));
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      acts.send(this);
    });
    this.take(acts.now());
  }

  /** The player moved: an untouched form goes along. @param {string} instant */
  follow(instant) {
    if (!this.#touched) this.take(instant);
  }

  /** Makes `instant` the moment. In an untouched form the flags of that moment are ticked. @param {string} instant */
  take(instant) {
    this.#moment = instant;
    fill(this.time, timeOf(instant));
    if (this.#touched) return;
    const at = Date.parse(instant);
    for (const flag of this.#flags) {
      const box = /** @type {HTMLInputElement} */ (this.element.querySelector(`input[value="${CSS.escape(flag.id)}"]`));
      box.checked = Date.parse(flag.started_at) <= at && (flag.ended_at === null || at < Date.parse(flag.ended_at));
    }
  }

  /** The sentence about what is missing, and the request's body. */
  values() {
    const form = new FormData(this.element);
    const data = fieldValues(form);
    return { fault: fieldFault(data, NOTE_MIN), body: { flag_ids: form.getAll("flag"), moment: this.#moment, ...data } };
  }

  /** The button that sends it; stands outside the form, at the panel's foot. */
  submitButton() {
    return h("button", { class: "btn btn-main btn-wide", type: "submit", form: this.element.id }, icon("note", "s"), t("disposition.open"), kbd("Ctrl", "Enter"));
  }
}
