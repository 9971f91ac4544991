/** The fields that noting an incident and deciding one have in common: a coded reason and words. */

import { t, tongue } from "../catalogue.js";
import { h, icon } from "../dom.js";

/** A select of coded reasons, none chosen. @param {Api.Reason[]} list */
export function reasonField(list) {
  return h("div", { class: "field" }, h("label", { for: "reason" }, t("command.reason")), h("span", { class: "select" },
    h("select", { class: "input", id: "reason", name: "reason" }, h("option", { value: "" }, t("disposition.choose_reason")),
      list.map((r) => h("option", { value: r.code }, `${r.code} ${tongue(r)}`))), icon("down")));
}

/** What the person saw. @param {number} least characters wanted @param {number} most characters taken */
export function noteField(least, most) {
  return h("div", { class: "field" }, h("label", { for: "note" }, t("disposition.note", { n: least })),
    h("textarea", { class: "input", id: "note", name: "note", rows: 3, maxlength: most }));
}

/**
 * The sentence about what is missing, empty when nothing is.
 * @param {{reason: string, note: string}} data trimmed @param {number} least characters wanted
 */
export function fieldFault(data, least) {
  if (!data.reason) return t("dialog.choose");
  return data.note.length < least ? t("dialog.too_short", { n: least }) : "";
}

/** The reason and the words of a form, trimmed. @param {FormData} form */
export function fieldValues(form) {
  return { reason: String(form.get("reason") ?? ""), note: String(form.get("note") ?? "").trim() };
}
