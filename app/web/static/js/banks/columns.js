/** What each column of a sheet was taken for, and a person's corrections of it. */

import { t, worded } from "../catalogue.js";
import { h, icon } from "../dom.js";
import { choice, textsOf } from "../office/parts.js";

export class Columns {
  /**
   * @param {Api.Import} found
   * @param {boolean} editable
   * @param {(corrections: Record<string, string>) => Promise<void>} send
   */
  constructor(found, editable, send) {
    this.found = found;
    const titles = found.sheets.flatMap((sheet) => [...Object.entries(sheet.columns).map(([role, title]) => ({ role, title })), ...sheet.unknown_columns.map((title) => ({ role: "", title }))]);
    // Sheets of one file name their columns alike: each title once.
    const known = [...new Map(titles.map((column) => [column.title, column])).values()];
    const unknown = known.filter((column) => !column.role).length;
    const form = h("form", { class: "columns" }, known.map((column) => this.#column(column, editable)), editable && h("button", { class: "btn", type: "submit" }, t("imports.read_again")));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const chosen = [...new FormData(form)].map(([title, role]) => /** @type {[string, string]} */ ([title, String(role)]));
      // Only what differs from what the titles say is a correction; earlier ones stay.
      const changed = chosen.filter(([title, role]) => title in found.corrections || role !== (known.find((column) => column.title === title)?.role ?? ""));
      send(Object.fromEntries(changed));
    });
    this.element = h("details", { class: "panel", open: unknown > 0 || found.items === 0 }, h("summary", { class: "panel-head" }, t("imports.columns", { n: known.length }), unknown > 0 && h("span", { class: "tag tag-look" }, t("imports.unknown_columns", { n: unknown }))), h("div", { class: "panel-body" }, form));
  }

  /** @param {{title: string, role: string}} column @param {boolean} editable */
  #column(column, editable) {
    const roles = ["", ...this.found.roles];
    return h("label", { class: "field" }, h("span", { class: "label one" }, column.title), h("span", { class: "select" },
      h("select", { class: "input", name: column.title, disabled: !editable }, roles.map((role) => h("option", { value: role, selected: role === column.role }, role ? roleName(role) : t("imports.left_out")))), icon("down")));
  }
}

/** What a column is for. @param {string} role */
export function roleName(role) {
  const option = role.match(/^option(\d)$/);
  return option ? t("column.option", { letter: "ABCDEFGH"[Number(option[1])] }) : worded("column", role);
}

/**
 * What the lines of a practice site's export mean: the file never says.
 * @param {Api.Import} found
 * @param {boolean} editable
 * @param {(corrections: Record<string, string>) => Promise<void>} send
 */
export function lineMeaning(found, editable, send) {
  /** @type {[string, string][]} */
  const zero = [["", t("imports.not_known")], ["yes", t("imports.zero_true")], ["no", t("imports.zero_false")]];
  /** @type {[string, string][]} */
  const first = [["", t("imports.not_known")], ["yes", t("imports.first_right")]];
  const form = h("form", { class: "columns" }, choice("imports.zero", "zero_is_true", zero, { disabled: !editable }), choice("imports.first", "first_is_key", first, { disabled: !editable }), editable && h("button", { class: "btn", type: "submit" }, t("imports.read_again")));
  for (const select of form.querySelectorAll("select")) select.value = found.corrections[select.name] ?? "";
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(textsOf(form));
  });
  return h("section", { class: "panel panel-body" }, form);
}
