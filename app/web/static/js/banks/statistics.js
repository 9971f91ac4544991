/** How a bank's items performed: an item's figures and its part in each administration; the bank as a whole. */

import { t } from "../catalogue.js";
import { count, dayOf } from "../clocks.js";
import { fill, h, icon, sentence } from "../dom.js";
import { get } from "../server.js";
import { discriminationCell, exposureCell, facilityCell, flagLines, optionsCell, signLine } from "../statistics/cells.js";
import { correctionLink, correctionsPage } from "../statistics/correcting.js";
import { discriminationMark, facilityBar, percent } from "../statistics/pictures.js";

/** @typedef {import("../pages/bank.js").Place} Place */

const USE_HEADS = ["bank_stats.held", "bank_stats.administration", "banks.written", "bank_stats.exposure", "stats.facility", "stats.discrimination", "stats.options", "stats.look"];
const FLAGS = ["negative_discrimination", "distractor_over_key", "too_hard", "too_easy"];

/** What an item may be looked at for, as the choices of a filter. @returns {[string, string][]} */
export function looks() {
  return [["", t("banks.any")], ["any", t("bank_stats.any_look")], ...FLAGS.map((flag) => /** @type {[string, string]} */ ([flag, t(`stats.flag.${flag}`)]))];
}

/** The cells of an item in the list: facility and discrimination, exposure. @param {Api.ListedItem} item */
export function listCells({ statistics: found, version }) {
  if (!found || found.n === 0) return [h("td", { class: "meta" }, t("bank_stats.not_yet")), h("td", {}, found && exposureCell(found.exposures))];
  return [h("td", { class: "stats-cell" }, h("div", { class: "row" }, found.facility && facilityBar(found.facility), found.discrimination && discriminationMark(found.discrimination)), h("p", { class: "meta" }, t("bank_stats.sum", { facility: found.facility?.value.toFixed(2) ?? "", n: found.n })), found.version !== version && h("p", { class: "meta" }, t("bank_stats.of_earlier", { version: versionName(found.version) })), flagLines(found), found.flags.includes("distractor_over_key") && optionsCell(found)), h("td", {}, exposureCell(found.exposures))];
}

/** The figures of one item, under its editor. @param {Place} place @param {string} id */
export function itemStatistics(place, id) {
  const body = h("div", {}, h("p", { class: "panel-body", role: "status" }, t("loading")));
  const element = h("section", { class: "panel", "aria-labelledby": "item-statistics" }, h("h2", { class: "panel-head", id: "item-statistics" }, t("stats.title")), body);
  const draw = async () => {
    try {
      drawItem(body, place, id, await get(`${place.base}/items/${encodeURIComponent(id)}/statistics`, place.signal));
    } catch (problem) {
      if (!place.signal.aborted) fill(body, h("p", { class: "note note-stop", role: "alert" }, sentence(problem)));
    }
  };
  draw();
  return element;
}

/** @param {HTMLElement} body @param {Place} place @param {string} id @param {Api.ItemRecordStatistics} found */
function drawItem(body, place, id, { now, uses }) {
  if (uses.length === 0) {
    fill(body, h("p", { class: "panel-body dim" }, t("bank_stats.item_not_yet")));
    return;
  }
  const exposures = /** @type {[number, number][]} */ (uses.map((use) => [use.shown, use.forms]));
  const part = (/** @type {string} */ key, /** @type {Child} */ child) => h("div", { class: "stack stack-1" }, h("span", { class: "label" }, t(key)), h("div", {}, child));
  fill(body, now ? h("div", { class: "panel-body stats-now" }, part("stats.facility", facilityCell(now)), part("stats.discrimination", discriminationCell(now)), part("stats.options", optionsCell(now)), part("bank_stats.exposure", exposureCell(exposures)),
    part("stats.look", [h("div", { class: "stats-signs" }, flagLines(now)), h("p", { class: "meta" }, t("bank_stats.of_version", { version: versionName(now.version), n: now.n, of: uses.filter((use) => use.comparable).length }))])) : h("p", { class: "panel-body dim" }, t("bank_stats.nobody_dealt")),
  h("div", { class: "scroll" }, h("table", { class: "tbl stats" }, h("caption", { class: "sr" }, t("bank_stats.over_time")), h("thead", {}, h("tr", {}, USE_HEADS.map((key) => h("th", { scope: "col" }, t(key))))), h("tbody", {}, [...uses].reverse().map((use) => useRow(place, id, use))))));
}

/** @param {number | null} version */
function versionName(version) {
  return version === null ? t("bank_stats.no_version") : `v${version}`;
}

/** @param {Place} place @param {string} id @param {Api.ItemUse} use */
function useRow(place, id, use) {
  const page = use.flags.length > 0 ? correctionsPage(place.me, use.administration_id) : "";
  return h("tr", {}, h("td", { class: "nowrap" }, dayOf(use.held_at)), h("td", { class: "stats-name" }, h("a", { href: `/office/administrations/${use.administration_id}/statistics` }, use.name), h("p", { class: "meta" }, use.exam)), h("td", { class: "nowrap" }, versionName(use.version), !use.comparable && use.n > 0 && h("p", { class: "meta" }, t("bank_stats.apart"))),
    h("td", { class: "nowrap" }, t("bank_stats.shown", { shown: count(use.shown), forms: count(use.forms), share: percent(use.forms ? use.shown / use.forms : 0) }), use.omitted > 0 && h("p", { class: "meta" }, t("stats.omitted", { n: use.omitted }))),
    use.n > 0 ? [h("td", {}, facilityCell(use)), h("td", {}, discriminationCell(use)), h("td", {}, optionsCell(use))] : h("td", { class: "meta", colspan: 3 }, t("bank_stats.nobody_dealt")),
    h("td", {}, h("div", { class: "stats-signs" }, use.n > 0 && flagLines(use), use.voided && signLine("done", t("stats.voided")), correctionLink(page, id))));
}

/** Draws the tab: what to look at, and the administrations that asked the bank's items. @param {Place} place */
export async function drawStatistics(place) {
  /** @type {Api.BankStatistics} */
  const found = await get(`${place.base}/statistics`, place.signal);
  fill(place.body, h("div", {}, h("h1", {}, t("bank_tab.statistics")), h("p", { class: "dim" }, t("bank_stats.about"))),
    h("section", { class: "panel", "aria-labelledby": "to-look" }, h("h2", { class: "panel-head", id: "to-look" }, t("bank_stats.any_look")), h("div", { class: "sums" }, FLAGS.map((flag) => h("div", {}, h("span", { class: "label" }, t(`stats.flag.${flag}`)), h("b", {}, count(found.flags[flag] ?? 0)), (found.flags[flag] ?? 0) > 0 ? h("a", { href: `#items?look=${flag}` }, t("bank_stats.see_items")) : h("span", { class: "meta" }, t("bank_stats.none_to_look")))))),
    found.administrations.length === 0 ? h("div", { class: "panel empty" }, icon("clock"), h("p", {}, t("bank_stats.no_administrations")))
      : h("div", { class: "panel scroll" }, h("table", { class: "tbl" }, h("thead", {}, h("tr", {}, ["bank_stats.held", "bank_stats.administration", "list.exam"].map((key) => h("th", { scope: "col" }, t(key))), ["bank_stats.forms", "bank_stats.counted"].map((key) => h("th", { class: "num", scope: "col" }, t(key))))),
        h("tbody", {}, found.administrations.map((one) => h("tr", {}, h("td", { class: "nowrap" }, dayOf(one.held_at)), h("td", {}, h("a", { href: `/office/administrations/${one.id}/statistics` }, one.name)), h("td", {}, one.exam), h("td", { class: "num" }, count(one.forms)), h("td", { class: "num" }, count(one.sittings))))))));
}
