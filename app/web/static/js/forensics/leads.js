/** The list of leads and the one that is looked at. */

import { t } from "../catalogue.js";
import { count, dayMinute } from "../clocks.js";
import { fill, h, icon, sentence, sign } from "../dom.js";
import { get } from "../server.js";
import { drawEvidence, shortFigures } from "./evidence.js";
import { LookForm } from "./look-form.js";

/** Who a lead is about, in words. @param {Api.Lead} lead */
function about(lead) {
  if (lead.item_id) return t("forensics.item", { id: lead.item_id });
  return lead.sittings.map((one) => t("forensics.who", { name: one.name, seat: one.seat })).join(" · ");
}

export class LeadsPanel {
  /** @param {string} id of the administration @param {Api.Leads} found */
  constructor(id, found) {
    this.base = `/api/administrations/${id}/leads`;
    this.id = id;
    this.found = found;
    this.list = h("ol", { class: "panel scroll lead-list", "aria-label": t("forensics.tab.leads") });
    this.detail = h("section", { class: "panel scroll lead-detail", "aria-live": "polite" });
    this.element = h("div", { class: "stack stack-3" }, this.#head(),
      found.leads.length === 0 ? h("div", { class: "panel empty" }, icon("check"), h("p", {}, t("forensics.none"))) : h("div", { class: "lead-grid" }, this.list, this.detail), this.#alike());
    this.list.addEventListener("keydown", (event) => this.#arrow(event));
    if (found.leads.length > 0) this.choose(found.leads.find((lead) => !lead.look)?.id ?? found.leads[0].id);
  }

  /** What was looked at, what is expected to be false, and how many of each kind. */
  #head() {
    const { found } = this;
    const { counts } = found;
    const share = found.rate_permille / 10;
    return h("div", { class: "panel panel-body stack" },
      h("div", { class: "row row-top" }, sign("look2"), h("p", {}, t("forensics.about", { share }))),
      h("p", { class: "meta" }, t("forensics.screened", { at: found.screened_at ? dayMinute(found.screened_at) : "", n: counts.sittings, timed: counts.timed, items: count(counts.items), pairs: count(counts.answer_pairs), engine: found.engine ?? "", run: found.run ?? "" })),
      h("ul", { class: "row row-4 wrap lead-kinds" }, found.kinds.map((one) => h("li", {}, h("b", {}, t(`lead_kind.${one.kind}`)), " ",
        one.leads === 0 ? t("forensics.no_leads") : t("forensics.kind_sum", { n: one.leads, looked: one.looked_at, false: one.expected_false })))));
  }

  /** The forms that share most, folded away: a figure, not a lead. */
  #alike() {
    const { most_alike: pairs } = this.found;
    return pairs.length > 0 && h("details", { class: "panel panel-body" }, h("summary", {}, t("forensics.most_alike")),
      h("table", { class: "tbl" }, h("thead", {}, h("tr", {}, h("th", {}, t("forensics.pair")), h("th", { class: "num" }, t("forensics.shared")))),
        h("tbody", {}, pairs.map((pair) => h("tr", {}, h("td", {}, pair.sittings.map((one, place) => [place > 0 && " · ", h("a", { href: `/sittings/${one.sitting_id}` }, t("forensics.who", { name: one.name, seat: one.seat }))])), h("td", { class: "num" }, pair.common))))));
  }

  #drawList() {
    fill(this.list, this.found.leads.map((lead) => h("li", {}, h("button", { class: "lead-row", type: "button", "data-lead": lead.id, "aria-current": lead.id === this.chosen && "true", onclick: () => this.choose(lead.id) },
      h("span", { class: "row" }, sign(lead.look ? "done" : "look2"), h("b", {}, t(`lead_kind.${lead.kind}`)), h("span", { class: "meta push" }, t(lead.look ? "forensics.looked" : "forensics.not_looked"))),
      h("span", { class: "one" }, about(lead)), h("span", { class: "meta" }, shortFigures(lead))))));
  }

  /** Arrows move in the list. @param {KeyboardEvent} event */
  #arrow(event) {
    const ids = this.found.leads.map((lead) => lead.id);
    const at = ids.indexOf(this.chosen ?? "");
    const next = ids[{ ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: ids.length - 1 }[event.key] ?? -1];
    if (next === undefined) return;
    event.preventDefault();
    this.choose(next);
    /** @type {HTMLElement | null} */ (this.list.querySelector(`[data-lead="${CSS.escape(next)}"]`))?.focus();
  }

  /** Shows one lead with its evidence. @param {string} lead_id */
  async choose(lead_id) {
    this.chosen = lead_id;
    this.#drawList();
    try {
      const lead = await get(`${this.base}/${lead_id}`);
      if (this.chosen === lead_id) this.#draw(lead);
    } catch (problem) {
      fill(this.detail, h("p", { class: "note note-stop", role: "alert" }, sentence(problem)));
    }
  }

  /** @param {Api.Lead} lead */
  #draw(lead) {
    const form = new LookForm(`${this.base}/${lead.id}/look`, lead.look, (look) => this.#looked(lead, look));
    fill(this.detail, h("div", { class: "panel-head" }, h("h2", {}, t(`lead_kind.${lead.kind}`)), h("span", { class: "push meta" }, t("forensics.rate", { rate: rateText(lead.rate) }))),
      h("div", { class: "panel-body stack stack-3" },
        lead.sittings.length > 0 && h("ul", { class: "row row-4 wrap" }, lead.sittings.map((one) => h("li", { class: "row" }, h("b", {}, t("forensics.who", { name: one.name, seat: one.seat })), h("span", { class: "meta" }, one.enterprise),
          h("a", { class: "btn btn-bare", href: `/sittings/${one.sitting_id}`, "aria-label": t("forensics.replay_of", { name: one.name }) }, icon("play", "s"), t("forensics.replay"))))),
        lead.beside && h("p", { class: "state" }, sign("look1"), t("forensics.beside")),
        drawEvidence(lead, this.id), form.element));
    this.detail.scrollTop = 0;
  }

  /** @param {Api.Lead} lead @param {Api.Look} look */
  #looked(lead, look) {
    const listed = this.found.leads.find((one) => one.id === lead.id);
    if (listed) listed.look = look;
    const kind = this.found.kinds.find((one) => one.kind === lead.kind);
    if (kind) kind.looked_at += 1;
    this.element.firstChild?.replaceWith(this.#head());
    this.#drawList();
    this.#draw({ ...lead, look });
  }
}

/** A false discovery rate as a percentage with one digit that counts. @param {number} rate */
function rateText(rate) {
  return rate < 0.0001 ? "< 0.01" : (rate * 100).toPrecision(1);
}
