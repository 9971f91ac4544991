/** Step 1: what will happen, whose data, and the choice. Nothing is chosen beforehand. */

import { t } from "../catalogue.js";
import { dayMinute, minuteOf, dayOf } from "../clocks.js";
import { h, icon, kbd, say, sentence } from "../dom.js";
import { onKeys } from "../keys.js";
import { askFullScreen } from "../page-watch.js";
import { post } from "../server.js";
import { drawDesk, picture } from "./desk.js";

const POINTS = [["camera", "recording"], ["user", "face"], ["shield", "deletion"], ["note", "human"]];

export class ConsentStep {
  /** @type {boolean | null} */
  #choice = null;

  #stop = new AbortController();

  /** @param {import("../pages/candidate.js").CandidatePage} page */
  constructor(page) {
    this.page = page;
    // The browser answers these itself.
    onKeys([{ on: [], shown: ["↑", "↓"], says: t("keys.options") }, { on: [], shown: ["Enter"], says: t("next") }], this.#stop.signal);
    this.error = h("p", { class: "field-error t-18", role: "alert", id: "consent-error" });
    this.search = h("input", { type: "checkbox", name: "search", disabled: true });
    this.next = h("button", { class: "btn btn-main", type: "submit", form: "consent" }, t("next"), icon("right"));
    drawDesk(page, "consent", { main: this.#main(), foot: this.#foot() });
  }

  #foot() {
    return [this.next, this.error, h("div", { class: "push" }, h("p", { class: "keys" },
      h("span", {}, kbd("↑", "↓"), t("keys.options")), h("span", {}, kbd("Enter"), t("next"))))];
  }

  #main() {
    const points = POINTS.map(([name, key]) => h("li", {}, icon(name),
      h("span", {}, h("b", {}, t(`consent.${key}.title`)), t(`consent.${key}.text`))));
    const form = h("form", { class: "stack stack-4", id: "consent", onsubmit: (event) => this.#submit(event) },
      h("h1", {}, t("consent.title")), h("ul", { class: "points" }, points),
      h("fieldset", { class: "stack stack-3", "aria-describedby": "consent-error" },
        h("legend", { class: "strong label-big" }, t("consent.question")),
        h("div", { class: "pick" }, this.#card("yes", true), this.#card("no", false)),
        h("label", { class: "pick-also" }, this.search, h("span", {}, h("b", {}, t("consent.search.title")), h("br"), h("span", { class: "t-18 dim" }, t("consent.search.text"))))));
    return h("div", { class: "two" }, form, this.#who());
  }

  /** @param {string} name @param {boolean} value */
  #card(name, value) {
    /** @type {HTMLLabelElement} */
    const card = h("label", { class: "pick-card" },
      h("input", { type: "radio", name: "way", onchange: () => this.#chosen(card, value) }),
      h("span", {}, h("b", {}, t(`consent.${name}.title`)), h("br"),
        h("span", { class: "t-18 dim" }, t(`consent.${name}.text`))));
    return card;
  }

  /** @param {HTMLElement} card @param {boolean} value */
  #chosen(card, value) {
    this.#choice = value;
    // Without the comparison there is no template to search with.
    this.search.disabled = !value;
    if (!value) this.search.checked = false;
    say(this.error, "");
    card.parentElement?.querySelectorAll(".pick-card").forEach((c) => c.classList.toggle("pick-on", c === card));
  }

  #who() {
    const { candidate, exam, administration, registered_photo: has } = this.page.sitting;
    const start = administration.starts_at;
    const today = dayOf(start) === dayOf(new Date().toISOString());
    const when = today ? t("consent.today", { time: minuteOf(start) }) : dayMinute(start);
    return h("aside", { class: "sheet stack stack-4" }, h("h2", {}, t("consent.who")),
      h("div", { class: "row row-4 row-top" },
        picture(has && "/api/candidate/photo", has ? t("photo.registered") : t("photo.none"), "card card-id"),
        h("dl", { class: "stack stack-3 t-18" },
          h("div", {}, h("dt", { class: "dim" }, t("name")), h("dd", { class: "t-28 strong" }, candidate.name)),
          h("div", {}, h("dt", { class: "dim" }, t("id_number")), h("dd", {}, candidate.id_number_masked)))),
      h("dl", { class: "dl t-18" }, h("dt", {}, t("exam")), h("dd", {}, exam.name),
        h("dt", {}, t("time")), h("dd", {}, t("consent.when", { when, minutes: exam.minutes })),
        h("dt", {}, t("points")), h("dd", {}, t("consent.points", { total: exam.total_points, pass: exam.pass_points }))),
      h("button", { class: "btn btn-wide", type: "button", onclick: () => this.page.call() }, t("consent.wrong")));
  }

  /** @param {SubmitEvent} event */
  async #submit(event) {
    event.preventDefault();
    askFullScreen();
    if (this.#choice === null) {
      say(this.error, t("consent.choose"));
      return;
    }
    this.next.disabled = true;
    try {
      await post("/api/candidate/consent", { recording: true, face_comparison: this.#choice, duplicate_search: this.search.checked });
      await this.page.refresh();
    } catch (problem) {
      say(this.error, sentence(problem));
      this.next.disabled = false;
    }
  }

  message() {}

  close() {
    this.#stop.abort();
  }
}
