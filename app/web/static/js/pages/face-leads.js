/** One face under two names: what was searched, and pairs of registered photos for a person to look at. */

import { loadCatalogue, t } from "../catalogue.js";
import { count, dayMinute } from "../clocks.js";
import { byId, fill, h, icon, sentence, sign } from "../dom.js";
import { LookForm } from "../forensics/look-form.js";
import { get } from "../server.js";
import { signedIn, topbar } from "../staff-frame.js";

const POLL_MS = 3000;

/** @param {Api.FacePerson} one */
function person(one) {
  const base = `/api/sittings/${one.sitting_id}`;
  return h("div", { class: "face-person" },
    h("div", { class: "face-pictures" }, picture(one.photo && `${base}/photo`, t("photo.registered"), one.name),
      picture(one.frame !== null && `${base}/frames/${one.frame}.jpg`, t("face_leads.at_admission"), one.name)),
    h("p", { class: "strong" }, one.name), h("p", {}, one.id_number_masked), h("p", { class: "dim" }, one.enterprise), h("p", { class: "dim" }, one.administration),
    h("a", { href: `/sittings/${one.sitting_id}` }, t("face_leads.replay")));
}

/** @param {string | false} src @param {string} what @param {string} name */
function picture(src, what, name) {
  return h("figure", {}, src ? h("img", { class: "face-picture", src, alt: t("face_leads.picture_of", { what, name }) }) : h("div", { class: "face-picture face-none" }, icon("user")),
    h("figcaption", { class: "meta" }, src ? what : t("face_leads.no_picture", { what })));
}

class FaceLeadsPage {
  /** @type {string | null} */
  #open = null;
  /** From the first answer on. @type {Api.FaceLeads} */
  found;

  /** @param {HTMLElement} body */
  constructor(body) {
    this.body = body;
    this.standing = h("div", {});
    this.part = h("div", { class: "stack stack-4" });
  }

  async load() {
    try {
      this.draw(await get("/api/face-leads"));
    } catch (problem) {
      fill(this.body, h("p", { class: "note note-stop", role: "alert" }, sentence(problem)));
    }
  }

  /** @param {Api.FaceLeads} found */
  draw(found) {
    this.found = found;
    fill(this.body, h("div", {}, h("h1", {}, t("face_leads.title")), h("p", { class: "dim measure" }, t("face_leads.about"))), this.standing, this.part);
    this.#stand(found);
    if (!found.leads.some((lead) => lead.id === this.#open)) this.#open = found.leads[0]?.id ?? null;
    this.#drawPart();
  }

  /** What runs or failed; while it runs, the page asks again. @param {Api.FaceLeads} found */
  #stand(found) {
    const { state, progress, failed } = found;
    if (state === "running" && progress) {
      const share = progress.whole ? Math.floor((100 * progress.done) / progress.whole) : 0;
      fill(this.standing, h("p", { class: "note", role: "status" }, icon("clock"), t("face_leads.running", { name: progress.name, share })));
      setTimeout(() => this.#again(), POLL_MS);
    } else fill(this.standing, state === "failed" && h("p", { class: "note note-look", role: "status" }, sign("look1"), t("face_leads.failed", { names: failed.join(t("list.comma")) })));
  }

  /** Keeps what is being written: only a finished search draws the page anew. */
  async #again() {
    try {
      const found = await get("/api/face-leads");
      if (found.state === "running") this.#stand(found);
      else this.draw(found);
    } catch (problem) {
      fill(this.standing, h("p", { class: "note note-stop", role: "alert" }, sentence(problem)));
    }
  }

  #drawPart() {
    const { leads, searches, total, looked_at: looked } = this.found;
    const searched = searches.length > 0;
    const none = h("div", { class: "panel empty" }, searched ? sign("ok", "l") : icon("clock"), h("p", {}, t(searched ? "face_leads.none" : "face_leads.not_yet")));
    const list = h("section", { class: "panel" }, h("div", { class: "panel-head" }, h("h2", {}, t("face_leads.list")), h("p", { class: "meta" }, t("face_leads.counts", { n: count(total), looked: count(looked) }))),
      h("div", { class: "lead-list scroll" }, leads.map((lead) => this.#row(lead))));
    const open = leads.find((lead) => lead.id === this.#open);
    fill(this.part, open ? h("div", { class: "lead-grid" }, list, this.#lead(open)) : none, searched && this.#searches(searches));
  }

  /** @param {Api.FaceLead} lead */
  #row(lead) {
    const [one, other] = lead.people;
    return h("button", { class: "lead-row", type: "button", "aria-current": lead.id === this.#open && "true", onclick: () => this.#choose(lead) },
      h("span", { class: "strong" }, t("face_leads.pair", { one: one.name, other: other.name })),
      h("span", { class: "meta" }, `${t("face_leads.score", { n: (lead.score_milli / 1000).toFixed(3) })} · ${t(lead.look ? "face_leads.looked" : "face_leads.open")}`));
  }

  /** @param {Api.FaceLead} lead */
  #choose(lead) {
    this.#open = lead.id;
    this.#drawPart();
    const row = this.part.querySelector("[aria-current]");
    if (row instanceof HTMLElement) row.focus();
  }

  /** @param {Api.FaceLead} lead */
  #lead(lead) {
    const form = new LookForm(`/api/face-leads/${lead.id}/look`, lead.look, () => this.load(), "face_lead");
    return h("section", { class: "panel panel-body stack stack-3" }, h("div", { class: "row row-3" }, h("h2", { class: "grow" }, t("face_leads.pair", { one: lead.people[0].name, other: lead.people[1].name })),
      h("p", { class: "meta" }, t("face_leads.found_in", { name: lead.found_in }))), h("div", { class: "face-pair" }, lead.people.map(person)), form.element);
  }

  /** @param {Api.FaceSearch[]} searches */
  #searches(searches) {
    const heads = ["searched_at", "registered", "searched", "against", "comparisons", "threshold", "expected"];
    return h("section", { class: "panel" }, h("div", { class: "panel-head" }, h("h2", {}, t("face_leads.searches"))), h("p", { class: "panel-body dim" }, t("face_leads.searches_about")),
      h("div", { class: "scroll" }, h("table", { class: "tbl" }, h("thead", {}, h("tr", {}, h("th", {}, t("face_leads.head.name")), heads.map((key) => h("th", { class: "num" }, t(`face_leads.head.${key}`))))),
        h("tbody", {}, searches.map((one) => h("tr", {}, h("td", {}, one.name), h("td", { class: "num nowrap" }, dayMinute(one.searched_at)), [one.registered, one.searched, one.against, one.comparisons].map((n) => h("td", { class: "num" }, count(n))),
          h("td", { class: "num" }, one.comparisons > 0 && (one.threshold_milli / 1000).toFixed(3)), h("td", { class: "num" }, one.comparisons > 0 && expected(one.expected_false))))))));
  }
}

/** @param {number} n false pairs expected over a search */
function expected(n) {
  return n > 0 && n < 0.01 ? "< 0.01" : n.toFixed(2);
}

async function main() {
  await loadCatalogue();
  const me = await signedIn();
  const body = h("main", { class: "office-main", id: "main" }, h("p", { role: "status" }, t("loading")));
  fill(byId("app"), h("div", { class: "frame" }, topbar(me), body));
  await new FaceLeadsPage(body).load();
}

main();
