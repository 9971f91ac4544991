/** The way from an item's figures to the page where its key is corrected. */

import { t } from "../catalogue.js";
import { h } from "../dom.js";

// The permission table of the service has the last word.
const RESCORERS = ["exam_office", "regulator", "administrator"];

/** The page of corrections of an administration, empty where it is closed to the reader. @param {Api.Staff} me @param {string} administration */
export function correctionsPage(me, administration) {
  return RESCORERS.includes(me.role) ? `/office/administrations/${administration}/corrections` : "";
}

/** A link to an item on that page. @param {string} page @param {string} id @returns {Child} */
export function correctionLink(page, id) {
  return page && h("a", { class: "btn btn-bare", href: `${page}#item/${encodeURIComponent(id)}`, "aria-label": t("stats.correct_item", { id }) }, t("stats.correct"));
}
