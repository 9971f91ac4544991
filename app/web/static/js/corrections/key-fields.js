/** Fields for the key of an item that was sat: only what is right can be said, nothing else of it. */

import { t } from "../catalogue.js";
import { area, lines } from "../banks/item-fields.js";
import { h, icon } from "../dom.js";
import { fieldOf, input } from "../office/parts.js";
import { optionName } from "./words.js";

/** @typedef {{element: HTMLElement, keys: () => Api.ItemKey[]}} KeyFields */

let groups = 0;

/** @param {Api.AskedOption} option @returns {[string, string]} */
function named(option) {
  return [option.id, `${option.id} ${option.text}`];
}

/** @param {HTMLElement} element @param {string} name */
function checkedValues(element, name) {
  return [...element.querySelectorAll("input")].filter((box) => box.name === name && box.checked).map((box) => box.value);
}

/** Options to tick: one, or many. @param {Api.AskedItem} item @param {string[]} chosen @param {boolean} many */
function ticks(item, chosen, many) {
  groups += 1;
  const name = `right${groups}`;
  const element = h("div", { class: "stack stack-1" }, (item.options ?? []).map((option) => h("label", { class: "row row-3 row-top" },
    h("input", { type: many ? "checkbox" : "radio", name, value: option.id, checked: chosen.includes(option.id) }),
    h("span", {}, item.type === "true_false" ? optionName(option.id, item) : [h("b", {}, option.id), ` ${option.text}`]))));
  return { element, read: () => checkedValues(element, name) };
}

/** @param {Api.ItemKey} key @returns {string[]} */
function letters(key) {
  return (key.key ?? []).filter((one) => typeof one === "string");
}

/** @param {Api.ItemKey} key */
function numberFields(key) {
  const element = h("div", { class: "grid2" }, input("editor.value", { name: "value", value: key.value ?? "", inputmode: "decimal" }), input("editor.tolerance", { name: "tolerance", value: key.tolerance ?? "0", inputmode: "decimal" }));
  return { element, read: () => ({ value: fieldOf(element, "value").value.trim(), tolerance: fieldOf(element, "tolerance").value.trim() || "0" }) };
}

/** @param {Api.ItemKey} key */
function textFields(key) {
  const element = area("editor.accepted", { name: "accepted", rows: 3 }, (key.accepted ?? []).join("\n"));
  return { element, read: () => ({ accepted: lines(fieldOf(element, "accepted").value), fold_case: key.fold_case, fold_width: key.fold_width }) };
}

/** One choice of a list. @param {string} label @param {[string, string][]} options @param {string} chosen */
function pick(label, options, chosen) {
  const element = h("label", { class: "field" }, h("span", { class: "label" }, label), h("span", { class: "select" },
    h("select", { class: "input", name: "pick" }, options.map(([value, text]) => h("option", { value, selected: value === chosen }, text))), icon("down")));
  return { element, read: () => fieldOf(element, "pick").value };
}

/** @param {Api.AskedItem} item @param {Api.ItemKey} key */
function orderFields(item, key) {
  const places = letters(key).map((id, i) => pick(t("correction.place", { n: i + 1 }), (item.options ?? []).map(named), id));
  return { element: h("div", { class: "stack stack-1" }, places.map((place) => place.element)), read: () => ({ key: places.map((place) => place.read()) }) };
}

/** @param {Api.AskedItem} item @param {Api.ItemKey} key */
function matchFields(item, key) {
  const pairs = /** @type {[string, string][]} */ ((key.key ?? []).filter((one) => typeof one !== "string"));
  const rows = (item.sources ?? []).map((source) => {
    const right = pairs.filter(([from]) => from === source.id).map(([, to]) => to);
    if (item.multiple) {
      const { element, read } = ticks({ ...item, options: item.targets }, right, true);
      return { element: h("fieldset", {}, h("legend", { class: "label" }, `${source.id} ${source.text}`), element), read: () => read().map((to) => [source.id, to]) };
    }
    const { element, read } = pick(`${source.id} ${source.text}`, (item.targets ?? []).map(named), right[0] ?? "");
    return { element, read: () => [[source.id, read()]] };
  });
  return { element: h("div", { class: "stack stack-1" }, rows.map((row) => row.element)), read: () => ({ key: rows.flatMap((row) => row.read()) }) };
}

/** @param {Api.ItemKey} key */
function gapFields(key) {
  const gaps = (key.gaps ?? []).map((gap) => {
    if (gap.options) {
      const { element, read } = pick(`[[${gap.id}]]`, gap.options.map(named), letters(gap)[0]);
      return { element, read: () => ({ ...gap, key: [read()] }) };
    }
    const { element, read } = gap.value === undefined ? textFields(gap) : numberFields(gap);
    return { element: h("fieldset", {}, h("legend", { class: "label" }, `[[${gap.id}]]`), element), read: () => ({ ...gap, ...read() }) };
  });
  return { element: h("div", { class: "stack stack-1" }, gaps.map((gap) => gap.element)), read: () => ({ gaps: gaps.map((gap) => gap.read()) }) };
}

/** @param {Api.AskedItem} item @param {Api.ItemKey} key @returns {{element: HTMLElement, read: () => Api.ItemKey}} */
function oneKey(item, key) {
  switch (item.type) {
    case "numeric": return numberFields(key);
    case "text_entry": return textFields(key);
    case "ordering": return orderFields(item, key);
    case "matching": return matchFields(item, key);
    case "cloze": return gapFields(key);
    default: {
      const { element, read } = ticks(item, letters(key), item.type === "multiple_choice");
      return { element, read: () => ({ key: read() }) };
    }
  }
}

/** Fields for one key. @param {Api.SatItem} item @returns {KeyFields} */
export function newKey(item) {
  const { element, read } = oneKey(item, item.now.keys[0]);
  return { element: h("fieldset", { class: "stack stack-1" }, h("legend", { class: "label" }, t("correction.new_key")), element), keys: () => [read()] };
}

/** Fields for several keys that are all right: boxes where one option is chosen, else one block a key. @param {Api.SatItem} item @returns {KeyFields} */
export function severalKeys(item) {
  if (item.type === "single_choice" || item.type === "true_false") {
    const { element, read } = ticks(item, item.now.keys.flatMap(letters), true);
    return { element: h("fieldset", { class: "stack stack-1" }, h("legend", { class: "label" }, t("correction.all_right")), element), keys: () => read().map((id) => ({ key: [id] })) };
  }
  /** @type {{element: HTMLElement, read: () => Api.ItemKey}[]} */
  const blocks = [];
  const list = h("div", { class: "stack" });
  const add = (/** @type {Api.ItemKey} */ key) => {
    const block = oneKey(item, key);
    blocks.push(block);
    list.append(h("fieldset", { class: "stack stack-1" }, h("legend", { class: "label" }, t("correction.key_n", { n: blocks.length })), block.element));
  };
  const [first, ...others] = item.now.keys;
  [first, ...(others.length ? others : [first])].forEach(add);
  const more = h("button", { class: "linkish", type: "button", onclick: () => add(first) }, t("correction.add_key"));
  return { element: h("div", { class: "stack" }, list, more), keys: () => blocks.map((block) => block.read()) };
}

/** The ways to correct an item; the bank's own key can come back where another one holds. @param {Api.SatItem} item @returns {[string, string][]} */
export function waysOf(item) {
  const ways = ["key", "several", "void"];
  const changed = item.now.voided || JSON.stringify(item.now.keys) !== JSON.stringify([item.in_the_bank]);
  return [...ways, ...(changed ? ["restore"] : [])].map((way) => [way, t(`correction.way_${way}`)]);
}

