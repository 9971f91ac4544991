/** What in a closed administration a person should look at, and how often its items were seen. */

import { loadCatalogue, t } from "../catalogue.js";
import { byId, fill, h, icon, sentence } from "../dom.js";
import { drawExposure } from "../forensics/exposure.js";
import { LeadsPanel } from "../forensics/leads.js";
import { get } from "../server.js";
import { signedIn, topbar } from "../staff-frame.js";

// The permission table of the service has the last word.
const REGULATORS = ["regulator", "administrator"];

/** What is said in the place of leads, by the state of the screening. @param {Api.Screened} found @returns {Child} */
function instead(found) {
  const waits = found.state === "waiting" || found.state === "running";
  return h("div", { class: "panel empty", role: "status" }, icon(found.state === "failed" ? "x" : waits ? "clock" : "user"),
    h("p", {}, t(`forensics.state.${found.state}`, { n: found.least_sittings })),
    waits && h("div", { class: "wait-bar forensics-wait" }));
}

class ForensicsPage {
  /** @param {Api.Staff} me @param {string} id @param {HTMLElement} body */
  constructor(me, id, body) {
    this.id = id;
    this.body = body;
    this.leads = REGULATORS.includes(me.role);
    this.back = this.leads ? `/sittings?administration=${id}` : `/office#administrations/${id}`;
    this.part = h("div", { class: "forensics-part" });
    window.addEventListener("hashchange", () => this.load());
  }

  get tab() {
    return this.leads && location.hash !== "#exposure" ? "leads" : "exposure";
  }

  async load() {
    try {
      this.draw(await get(`/api/administrations/${this.id}/${this.tab}`));
    } catch (problem) {
      fill(this.body, h("p", { class: "note note-stop", role: "alert" }, sentence(problem)));
    }
  }

  /** @param {Api.Leads & Api.ExposureLedger} found */
  draw(found) {
    const link = (/** @type {string} */ name) => h("a", { class: "tab", href: `#${name}`, "aria-current": name === this.tab && "page" }, t(`forensics.tab.${name}`));
    fill(this.body, h("div", { class: "row row-3 wrap" }, h("a", { class: "btn btn-bare", href: this.back }, icon("left", "s"), t("office.back")),
      h("div", { class: "grow" }, h("h1", {}, t("forensics.of", { name: found.name })), h("p", { class: "dim" }, found.exam)),
      h("nav", { class: "tabs", "aria-label": t("forensics.title") }, this.leads && link("leads"), link("exposure"))), this.part);
    if (this.tab === "exposure") fill(this.part, found.exposure ? drawExposure(found.exposure) : instead(found));
    else fill(this.part, found.state === "done" ? new LeadsPanel(this.id, found).element : instead(found));
  }
}

async function main() {
  await loadCatalogue();
  const me = await signedIn();
  const body = h("main", { class: "office-main", id: "main" }, h("p", { role: "status" }, t("loading")));
  fill(byId("app"), h("div", { class: "frame" }, topbar(me), body));
  await new ForensicsPage(me, location.pathname.split("/")[2], body).load();
}

main();
