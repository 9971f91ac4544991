/** The words of the page: one catalogue a language, fetched once. */

/** @type {Record<string, string>} */
let words = {};
export const language = document.documentElement.lang || "zh-CN";

/** Fetches the page's catalogue; call once before anything is drawn. */
export async function loadCatalogue() {
  const answer = await fetch(`/locales/${language}.json`);
  words = await answer.json();
}

/**
 * The text of a key with `{name}` filled in. An unknown key shows itself, which a test forbids.
 * @param {string} key
 * @param {Record<string, string|number>} [values]
 */
export function t(key, values = {}) {
  const text = words[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** Whether the catalogue knows the key. */
export function known(key) {
  return key in words;
}

/** The text of `prefix.code`, or `otherwise` when the catalogue has none. */
export function worded(prefix, code, otherwise = code) {
  return known(`${prefix}.${code}`) ? t(`${prefix}.${code}`) : otherwise;
}

/** The field of a record in the page's language: `{zh, en}`. */
export function tongue(record) {
  return language.startsWith("zh") ? record.zh : record.en;
}

/** The field `name_zh` or `name_en` of a record. */
export function field(record, name) {
  return record[`${name}_${language.startsWith("zh") ? "zh" : "en"}`] ?? "";
}
