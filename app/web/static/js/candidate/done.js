/** After the end: what was received, and the score when the exam shows it. */

import { field, t } from "../catalogue.js";
import { timeOf } from "../clocks.js";
import { fill, h, sentence, sign } from "../dom.js";
import { get, remove } from "../server.js";
import { NEVER_STARTED } from "../states.js";

export class DoneStep {
  /** @param {import("../pages/candidate.js").CandidatePage} page */
  constructor(page) {
    this.page = page;
    this.body = h("main", { class: "desk-main done", id: "main" }, h("p", {}, t("done.loading")));
    const leave = h("button", { class: "btn", type: "button", onclick: () => this.#leave() }, t("done.leave"));
    fill(page.root, h("div", { class: "desk" },
      h("header", { class: "desk-head" }, h("span", { class: "brand t-20" }, t("brand")),
        h("p", { class: "t-18 dim one" }, `${page.sitting.exam.name} · ${page.sitting.candidate.name}`)),
      this.body, h("footer", { class: "desk-foot" }, h("p", { class: "t-18 dim" }, t("done.quiet")), h("div", { class: "push" }, leave))));
    this.#load();
  }

  async #load() {
    if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
    try {
      this.#draw(await get("/api/candidate/result"));
    } catch (problem) {
      const again = h("button", { class: "btn", type: "button", onclick: () => this.#load() }, t("again"));
      fill(this.body, h("div", { class: "stack stack-4" }, h("p", { role: "alert" }, sentence(problem)), h("div", {}, again)));
    }
  }

  /** @param {Api.Result} result */
  #draw(result) {
    if (result.ended_reason === NEVER_STARTED) {
      fill(this.body, this.#lead("look1", t("done.never_started"), [t("done.never_started_text")]));
      return;
    }
    const stopped = result.state === "terminated" || result.state === "voided";
    const head = stopped
      ? this.#lead("stop", t(`done.${result.state}`), [field(result, "ended_reason") && t("done.because", { reason: field(result, "ended_reason") }), t("done.review")])
      : result.shown ? this.#score(result) : this.#lead("ok", t(`done.${result.state}`), [t("done.later")]);
    const counts = t("done.received", { time: result.ended_at ? timeOf(result.ended_at) : "", n: result.answered, total: result.total });
    fill(this.body, h("div", { class: "done-box stack stack-6" }, head, h("p", { class: "dim" }, counts),
      result.shown && !stopped && this.#sections(result)));
  }

  /** @param {string} mark @param {string} title @param {(string | false)[]} words */
  #lead(mark, title, words) {
    return h("div", { class: "row row-4 row-top", role: "status" }, sign(mark, "xl"),
      h("div", { class: "stack" }, h("h1", {}, title), words.filter(Boolean).map((w) => h("p", {}, w))));
  }

  /** @param {Api.Result} result */
  #score(result) {
    const verdict = t(result.pass ? "done.pass" : "done.fail");
    const title = t("done.score", { points: result.points, verdict });
    return this.#lead(result.pass ? "ok" : "look1", title,
      [t("done.pass_mark", { pass: result.pass_points, total: result.total_points }), result.corrected ? t("done.corrected", { points: result.corrected.points_before }) : false, t("done.appeal")]);
  }

  /** @param {Api.Result} result */
  #sections(result) {
    return h("table", { class: "tbl sheet done-sections" },
      h("thead", {}, h("tr", {}, h("th", {}, t("done.section")), h("th", { class: "num" }, t("done.points")))),
      h("tbody", {}, result.sections.map((section) => h("tr", {}, h("td", {}, section.title),
        h("td", { class: "num" }, `${section.points} / ${section.total}`)))));
  }

  async #leave() {
    await remove("/api/candidate/session").catch(() => {});
    location.assign("/");
  }

  message() {}

  close() {}
}
