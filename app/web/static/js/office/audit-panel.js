/** The publish audit of a blueprint that is being written: progress, then what its forms would be like. */

import { language, t, tongue } from "../catalogue.js";
import { count } from "../clocks.js";
import { fill, h, icon, sentence, sign } from "../dom.js";
import { get, post, remove } from "../server.js";
import { bandPicture, exposurePicture } from "./audit-pictures.js";

const POLL_MS = 600;
const NAMED = 100;

export class AuditPanel {
  /**
   * @param {import("./exam-draft.js").ExamDraft} draft
   * @param {(place: string) => void} goTo shows the row of the blueprint at this place
   */
  constructor(draft, goTo) {
    this.draft = draft;
    this.goTo = goTo;
    /** @type {string | null} */
    this.running = null;
    this.status = h("div", { class: "audit-status", role: "status" });
    this.old = h("p", { class: "note note-look", hidden: true }, sign("look1"), t("blueprint.audit_old"));
    this.body = h("div", { class: "stack stack-3" });
    this.element = h("section", { class: "panel panel-body stack stack-3", "aria-label": t("blueprint.audit"), hidden: true }, this.status, this.old, this.body);
  }

  /** The exam was changed: what is shown is about another one. */
  changed() {
    this.old.hidden = this.body.childElementCount === 0;
  }

  /** Starts an audit and follows it. Throws what the server refuses. @param {{snapshot_id: string, blueprint: object, pass_points: number}} body */
  async start(body) {
    /** @type {Api.PublishAudit} */
    const started = await post("/api/blueprints/audit", body);
    this.running = started.id;
    this.element.hidden = false;
    this.old.hidden = true;
    fill(this.body);
    this.#progress(started);
    this.element.scrollIntoView({ block: "nearest" });
    await this.#follow(started.id);
  }

  /** @param {string} id */
  async #follow(id) {
    while (this.running === id && this.element.isConnected) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      /** @type {Api.PublishAudit} */
      const found = await get(`/api/blueprints/audits/${id}`);
      if (this.running !== id) return;
      if (found.state === "waiting" || found.state === "running") this.#progress(found);
      else this.#ended(found);
    }
  }

  /** Gives up what runs. */
  async cancel() {
    if (!this.running) return;
    const id = this.running;
    this.running = null;
    fill(this.status, h("p", {}, t("blueprint.audit_cancelled")));
    await remove(`/api/blueprints/audits/${id}`);
  }

  /** @param {Api.PublishAudit} found */
  #progress(found) {
    const words = found.state === "waiting" ? t("blueprint.audit_waiting") : t(found.step === "publish" ? "blueprint.audit_publish" : "blueprint.audit_simulate", { n: found.done, total: found.total || "\u2026" });
    const bar = h("progress", { "aria-label": t("blueprint.audit"), max: found.total || 1, ...(found.total ? { value: found.done } : {}) });
    fill(this.status, h("div", { class: "row" }, h("span", {}, words), h("button", { class: "btn push", type: "button", onclick: () => this.cancel() }, t("blueprint.audit_cancel"))), bar);
  }

  /** @param {Api.PublishAudit} found */
  #ended(found) {
    this.running = null;
    if (found.state === "done" && found.audit) {
      fill(this.status, h("p", { class: "row" }, sign("ok"), h("b", {}, t("blueprint.audit_done")), t("blueprint.audit_basis", { basis: t(`audit_basis.${found.audit.basis}`) }),
        h("a", { class: "btn push", href: `/api/blueprints/audits/${found.id}/report.html?lang=${language}` }, icon("download"), t("blueprint.audit_report"))));
      fill(this.body, this.#figures(found.audit), this.#hardness(found.audit.comparison), this.#pictures(found.audit), this.#forced(found.audit), this.#bottleneck(found.audit));
    } else if (found.state === "infeasible") {
      fill(this.status, h("p", { class: "row" }, sign("stop"), h("b", {}, t("blueprint.infeasible"))));
      fill(this.body, h("ul", { class: "stack stack-1 obstacles" }, found.problems.map((obstacle) => h("li", {}, tongue(obstacle), " ",
        obstacle.place && h("button", { class: "linkish t-14", type: "button", onclick: () => this.goTo(obstacle.place) }, t("blueprint.show_row"))))));
      for (const obstacle of found.problems) this.goTo(obstacle.place);
    } else {
      fill(this.status, h("p", { class: "row" }, sign(found.state === "failed" ? "stop" : "idle"), t(found.state === "failed" ? "blueprint.audit_failed" : "blueprint.audit_cancelled")));
    }
  }

  /** @param {Api.Audit} audit */
  #figures(audit) {
    const percent = (/** @type {number} */ perMille) => `${perMille / 10}%`;
    const shown = {
      log10_forms: `10^${Math.floor(Number(audit.log10_forms))}`, minimum: percent(audit.exposure.minimum), largest: percent(audit.exposure.largest),
      cap: audit.exposure.cap === null ? t("blueprint.none") : percent(audit.exposure.cap), overlap: Number(audit.mean_overlap).toFixed(1), pool: count(audit.items),
    };
    return h("div", { class: "sums" }, Object.entries(shown).map(([name, value]) => h("div", {}, h("span", { class: "label" }, t(`audit_figure.${name}`)), h("b", {}, value))));
  }

  /** @param {Api.AuditComparison | null} found */
  #hardness(found) {
    if (!found) return h("p", { class: "note" }, t("blueprint.not_compared"));
    const both = [found.matched, found.random];
    const range = (/** @type {Api.AuditSpread} */ spread) => `${Number(spread.low).toFixed(2)} \u2013 ${Number(spread.high).toFixed(2)}`;
    const chance = (/** @type {Api.AuditSpread | null} */ spread) => (spread ? `${(Number(spread.low) * 100).toFixed(1)}% \u2013 ${(Number(spread.high) * 100).toFixed(1)}%` : "\u2013");
    /** @type {[string, string[]][]} */
    const rows = [["blueprint.expected", both.map((one) => Number(one.expected.mean).toFixed(2))], ["blueprint.sd", both.map((one) => Number(one.expected.sd).toFixed(3))],
      ["blueprint.range", both.map((one) => range(one.expected))], ["blueprint.passing", both.map((one) => chance(one.passing))]];
    return h("div", {}, h("table", { class: "tbl" }, h("thead", {}, h("tr", {}, h("th", {}, t("blueprint.hardness")), h("th", { class: "num" }, t("blueprint.by_plan")), h("th", { class: "num" }, t("blueprint.by_chance")))),
      h("tbody", {}, rows.map(([key, values]) => h("tr", {}, h("th", { scope: "row" }, t(key)), values.map((value) => h("td", { class: "num" }, value)))))), h("p", { class: "meta" }, t("blueprint.limits")));
  }

  /** @param {Api.Audit} audit */
  #pictures(audit) {
    return h("div", { class: "grid2" },
      audit.comparison && h("figure", { class: "stack stack-1" }, h("figcaption", {}, h("b", {}, t("blueprint.band")), h("p", { class: "meta" }, t("blueprint.band_about"))), bandPicture(audit.comparison)),
      h("figure", { class: "stack stack-1" }, h("figcaption", {}, h("b", {}, t("blueprint.exposure")), h("p", { class: "meta" }, t("blueprint.exposure_about"))), exposurePicture(audit.exposure)));
  }

  /** @param {string} id */
  #itemLink(id) {
    return h("a", { class: "mono", href: `/banks/${this.draft.bank.bank_id}#item/${encodeURIComponent(id)}`, target: "_blank", rel: "noopener" }, id);
  }

  /** @param {Api.Audit} audit */
  #forced(audit) {
    const { forced } = audit;
    return h("div", {}, h("h3", {}, t("blueprint.forced", { n: forced.length })), h("p", { class: "row row-3 wrap" }, forced.length === 0 ? t("blueprint.none") : forced.slice(0, NAMED).map((id) => this.#itemLink(id)),
      forced.length > NAMED && t("blueprint.more_items", { n: forced.length - NAMED })));
  }

  /** @param {Api.Audit} audit */
  #bottleneck(audit) {
    const { cells, rules, first } = audit.bottleneck;
    if (cells === 0) return null;
    const named = (/** @type {Api.AuditRule[]} */ listed) => listed.map((rule) => (rule.kind.endsWith("must_know") ? t("blueprint.must_know_short") : rule.label)).join(" \u00b7 ");
    return h("details", {}, h("summary", {}, rules.length ? t("blueprint.bottleneck_rules", { rules: named(rules) }) : t("blueprint.bottleneck")),
      h("table", { class: "tbl" }, h("thead", {}, h("tr", {}, h("th", {}, t("blueprint.falls_under")), h("th", { class: "num" }, t("blueprint.items")), h("th", {}, t("blueprint.such_as")))),
        h("tbody", {}, first.map((cell) => h("tr", {}, h("td", {}, named(cell.rules)), h("td", { class: "num" }, cell.items), h("td", { class: "row row-3 wrap" }, cell.first.map((id) => this.#itemLink(id))))))));
  }

  /** Says that no audit could be started. @param {unknown} problem */
  refuse(problem) {
    this.running = null;
    this.element.hidden = false;
    fill(this.body);
    fill(this.status, h("p", { class: "row" }, sign("stop"), sentence(problem)));
  }
}
