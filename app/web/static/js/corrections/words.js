/** Keys of items as people read them. */

import { known, t } from "../catalogue.js";

/** The name of an option; the two of a true/false item have words of the page's language. @param {string} id @param {Api.AskedItem} item */
export function optionName(id, item) {
  return item.type === "true_false" && known(`editor.${id}`) ? t(`editor.${id}`) : id;
}

/** One key in words. @param {Api.ItemKey} key @param {Api.AskedItem} item @returns {string} */
export function keyWords(key, item) {
  if (key.gaps) return key.gaps.map((gap) => `[[${gap.id}]] ${keyWords(gap, { ...item, type: "gap", unit: gap.unit })}`).join("; ");
  if (key.accepted) return key.accepted.join(" / ");
  if (key.value !== undefined) return [key.value, key.tolerance !== "0" && `± ${key.tolerance}`, item.unit].filter(Boolean).join(" ");
  return (key.key ?? []).map((one) => (typeof one === "string" ? optionName(one, item) : one.join(" = "))).join(", ");
}

/** How an item is marked, in words. @param {Api.MarkedBy} marked @param {Api.AskedItem} item */
export function markedWords(marked, item) {
  if (marked.voided) return t("correction.full_points");
  return marked.keys.map((key) => keyWords(key, item)).join(` ${t("correction.or")} `);
}
