/** The words of the page: one catalogue a language, fetched once. */

/** @type {Record<string, string>} */
let words = {};
export const language = document.documentElement.lang || "zh-CN";

/** Fetches the page's catalogue; call once before anything is drawn. */
export async function loadCatalogue() {
  const answer = await fetch(`/locales/${language}.json`);
  words = await answer.json();
}

const plurals = new Intl.PluralRules(language);

/**
 * The text of a key with `{name}` filled in, and `{name|one|other}` by the language's plural of that
 * number ("{n} {n|item|items}"). An unknown key shows itself, which a test forbids.
 * @param {string} key
 * @param {Record<string, string|number>} [values]
 */
export function t(key, values = {}) {
  const text = words[key] ?? key;
  return text.replace(/\{(\w+)(?:\|([^|{}]*)\|([^|{}]*))?\}/g, (whole, name, one, other) => {
    const value = values[name];
    if (value === undefined) return whole;
    if (other === undefined) return String(value);
    // A number that is grouped ("4,812") is no Number, and more than one.
    return plurals.select(Number(value)) === "one" ? one : other;
  });
}

/** Whether the catalogue knows the key. @param {string} key */
export function known(key) {
  return key in words;
}

/** The text of `prefix.code`, or `otherwise` when the catalogue has none. @param {string} prefix @param {string | null | undefined} code @param {string} otherwise */
export function worded(prefix, code, otherwise = code ?? "") {
  return known(`${prefix}.${code}`) ? t(`${prefix}.${code}`) : otherwise;
}

/** The field of a record in the page's language: `{zh, en}`. @param {Api.Tongues} record */
export function tongue(record) {
  return language.startsWith("zh") ? record.zh : record.en;
}

/**
 * The field `name_zh` or `name_en` of a record, empty when there is none.
 * @template {string} Name
 * @param {Partial<Record<`${Name}_zh` | `${Name}_en`, string | null>>} record
 * @param {Name} name
 */
export function field(record, name) {
  return (language.startsWith("zh") ? record[`${name}_zh`] : record[`${name}_en`]) ?? "";
}
