/** Corrections of keys after an administration: propose, decide, and every scoring run there was. */

import { loadCatalogue, t } from "../catalogue.js";
import { byId, fill, h, icon, sentence, sign } from "../dom.js";
import { Proposal } from "../corrections/proposal.js";
import { drawRuns, drawWaiting } from "../corrections/runs.js";
import { get } from "../server.js";
import { signedIn, topbar } from "../staff-frame.js";

const [, , , ID] = location.pathname.split("/");
const BASE = `/api/administrations/${ID}`;

/** The item that the address asks for. */
function asked() {
  return decodeURIComponent(location.hash.match(/^#item\/(.+)$/)?.[1] ?? "");
}

/** @param {Api.AdministrationStatistics} found */
function head(found) {
  return h("div", { class: "row row-3 wrap" }, h("a", { class: "btn btn-bare", href: `/office/administrations/${ID}/statistics` }, icon("left", "s"), t("stats.title")),
    h("div", { class: "grow" }, h("h1", {}, t("correction.of", { name: found.name })), h("p", { class: "dim" }, t("correction.about", { exam: found.exam, n: found.sittings }))));
}

/** @param {HTMLElement} body @param {string} [said] what was just done */
async function draw(body, said) {
  const again = (/** @type {string} */ words) => draw(body, words);
  try {
    /** @type {[Api.AdministrationStatistics, {runs: Api.ScoringRun[]}]} */
    const [found, { runs }] = await Promise.all([get(`${BASE}/statistics`), get(`${BASE}/scoring-runs`)]);
    const waiting = runs.find((run) => run.state === "proposed");
    const done = said && h("p", { class: "note note-ok", role: "status", tabindex: -1 }, sign("ok"), said);
    if (runs.length === 0) {
      fill(body, head(found), h("div", { class: "panel empty" }, icon("clock"), h("p", {}, t("correction.nobody_scored"))));
      return;
    }
    const proposal = waiting ? null : new Proposal(BASE, found.items, again);
    fill(body, head(found), done, waiting ? drawWaiting(BASE, await get(`${BASE}/scoring-runs/${waiting.number}`), again) : proposal?.element, drawRuns(BASE, runs));
    if (done) done.focus();
    else if (asked()) await proposal?.choose(asked());
  } catch (problem) {
    fill(body, h("p", { class: "note note-stop", role: "alert" }, sentence(problem)));
  }
}

async function main() {
  await loadCatalogue();
  const me = await signedIn();
  const body = h("main", { class: "office-main", id: "main" }, h("p", { role: "status" }, t("loading")));
  fill(byId("app"), h("div", { class: "frame" }, topbar(me), body));
  await draw(body);
  addEventListener("hashchange", () => draw(body));
}

main();
