/** How the items of a closed administration performed: one row an item, what to look at first on top. */

import { loadCatalogue, t, worded } from "../catalogue.js";
import { count } from "../clocks.js";
import { byId, fill, h, icon, sentence } from "../dom.js";
import { get } from "../server.js";
import { signedIn, topbar } from "../staff-frame.js";
import { discriminationCell, facilityCell, flagLines, optionsCell, signLine, toLookAtFirst } from "../statistics/cells.js";
import { correctionLink, correctionsPage } from "../statistics/correcting.js";
import { percent } from "../statistics/pictures.js";

const HEADS = ["stats.item", "stats.sittings", "stats.facility", "stats.discrimination", "stats.options", "stats.look"];

/** @type {Record<string, (id: string) => string>} */
const BACK = { regulator: (id) => `/sittings?administration=${id}`, bank_author: () => "/banks" };

/** @param {Api.ItemStatistics} item @param {string} corrections address of the page of corrections, empty where it is closed to the reader */
function itemRow(item, corrections) {
  return h("tr", {},
    h("td", { class: "stats-item" }, h("b", {}, item.item_id), " ", h("span", { class: "meta" }, `${worded("type", item.type)} · ${item.topic}`), h("p", { class: "stats-stem" }, item.stem)),
    h("td", { class: "nowrap" }, count(item.n), h("p", { class: "meta" }, t("stats.exposure", { share: percent(item.exposure) })), item.omitted > 0 && h("p", { class: "meta" }, t("stats.omitted", { n: item.omitted }))),
    h("td", {}, facilityCell(item)), h("td", {}, discriminationCell(item)), h("td", {}, optionsCell(item)),
    h("td", {}, h("div", { class: "stats-signs" }, flagLines(item), item.voided && signLine("done", t("stats.voided")), item.corrected && signLine("done", t("stats.corrected"))), correctionLink(corrections, item.item_id)));
}

/** @param {HTMLElement} body @param {Api.AdministrationStatistics} found @param {Api.Staff} me */
function draw(body, found, me) {
  const corrections = correctionsPage(me, found.id);
  const back = BACK[me.role]?.(found.id) ?? `/office#administrations/${found.id}`;
  const items = toLookAtFirst(found.items);
  const looked = items.filter((item) => item.flags.length > 0);
  const rows = h("tbody", {});
  const show = (/** @type {boolean} */ only) => fill(rows, (only ? looked : items).map((item) => itemRow(item, corrections)));
  const only = h("input", { type: "checkbox" });
  only.addEventListener("change", () => show(only.checked));
  show(false);
  fill(body, h("div", { class: "row row-3 wrap" }, h("a", { class: "btn btn-bare", href: back }, icon("left", "s"), t("office.back")),
    h("div", { class: "grow" }, h("h1", {}, t("stats.of", { name: found.name })), h("p", { class: "dim" }, t("stats.sum", { exam: found.exam, n: found.sittings, items: found.items.length, looked: looked.length }))),
    h("label", { class: "row row-2" }, only, t("stats.only_looked")),
    corrections && h("a", { class: "btn", href: `/api/administrations/${found.id}/forms.zip`, title: t("stats.forms_about") }, icon("download", "s"), t("stats.forms")),
    corrections && h("a", { class: "btn", href: `/administrations/${found.id}/forensics` }, t("forensics.title")),
    corrections && h("a", { class: "btn", href: corrections }, t("correction.title"))),
  h("p", { class: "meta" }, t(found.keys_shown ? "stats.legend" : "stats.legend_no_keys")),
  found.items.length === 0 ? h("div", { class: "panel empty" }, icon("clock"), h("p", {}, t("stats.none")))
    : h("div", { class: "panel scroll" }, h("table", { class: "tbl stats" }, h("thead", {}, h("tr", {}, HEADS.map((key) => h("th", {}, t(key))))), rows)));
}

async function main() {
  await loadCatalogue();
  const me = await signedIn();
  const body = h("main", { class: "office-main", id: "main" }, h("p", { role: "status" }, t("loading")));
  fill(byId("app"), h("div", { class: "frame" }, topbar(me), body));
  const id = location.pathname.split("/")[3];
  try {
    draw(body, await get(`/api/administrations/${id}/statistics`), me);
  } catch (problem) {
    fill(body, h("p", { class: "note note-stop", role: "alert" }, sentence(problem)));
  }
}

main();
