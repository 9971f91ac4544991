/** Small parts of the exam office's pages: labelled fields, errors, the row mark of a report. */

import { t, tongue } from "../catalogue.js";
import { fill, h, icon, sentence, sign } from "../dom.js";
import { Problem } from "../server.js";

let ids = 0;

/** A labelled input. @param {string} key catalogue key of the label @param {Attributes} attributes */
export function input(key, attributes) {
  ids += 1;
  const id = `f${ids}`;
  return h("div", { class: "field" }, h("label", { for: id }, t(key)), h("input", { class: "input", id, ...attributes }));
}

/**
 * A labelled choice.
 * @param {string} key catalogue key of the label
 * @param {string} name
 * @param {[value: string, text: string][]} options
 * @param {Attributes} [attributes]
 */
export function choice(key, name, options, attributes = {}) {
  ids += 1;
  const id = `f${ids}`;
  return h("div", { class: "field" }, h("label", { for: id }, t(key)), h("span", { class: "select" },
    h("select", { class: "input", id, name, ...attributes }, options.map(([value, text]) => h("option", { value }, text))), icon("down")));
}

/** The sentences of a refusal that names several things, else none. @param {unknown} problem */
export function problemLines(problem) {
  return problem instanceof Problem ? (problem.body.problems ?? []).map(tongue) : [];
}

/** The value of a field of a form's row. @param {Element} row @param {string} name */
export function valueOf(row, name) {
  return fieldOf(row, name).value;
}

/** A field of a form's row. @param {Element} row @param {string} name */
export function fieldOf(row, name) {
  return /** @type {HTMLInputElement | HTMLSelectElement} */ (row.querySelector(`[name=${name}]`));
}

/** The texts of a form's fields. @param {HTMLFormElement} form @returns {Record<string, string>} */
export function textsOf(form) {
  return Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]));
}

/** A place for a refusal. */
export function errorPlace() {
  return h("div", { class: "stack stack-1", role: "alert" });
}

/** Shows a refusal, or clears it. @param {Element} place @param {string} text @param {string[]} more */
export function showError(place, text, more = []) {
  fill(place, text && h("p", { class: "field-error" }, sign("stop"), text), more.map((line) => h("p", { class: "field-error" }, line)));
  // A refusal below the fold would look like a button that does nothing.
  if (text) place.scrollIntoView({ block: "nearest" });
}

/** Sign and word of a row's status in a report. @param {string} status */
export function rowStatus(status) {
  const bad = status === "rejected";
  const mark = bad ? "stop" : status === "imported" || status === "ok" || status === "accepted" ? "ok" : "look2";
  const key = bad ? "report.rejected" : mark === "ok" ? "report.accepted" : "report.warning";
  return h("span", { class: "state" }, sign(mark), t(key));
}

/** One figure of a report's head. @param {string} label @param {string} value @param {string} unit @param {string} [mark] @param {string} [note] */
export function sum(label, value, unit, mark, note) {
  return h("div", {}, h("span", { class: "label row" }, mark && sign(mark), label), h("b", {}, value, " ", h("small", {}, unit)), h("span", { class: "meta" }, note ?? ""));
}

/** The foot of a list in pages: which one, and the way to its neighbours. @param {number} page @param {number} last @param {(page: number) => unknown} turn */
export function pager(page, last, turn) {
  return h("div", { class: "row" }, h("span", { class: "push", role: "status" }, t("list.page", { page, last })),
    h("button", { class: "btn", type: "button", disabled: page <= 1, "aria-label": t("list.previous_page"), onclick: () => turn(page - 1) }, icon("left", "s")),
    h("button", { class: "btn", type: "button", disabled: page >= last, "aria-label": t("list.next_page"), onclick: () => turn(page + 1) }, icon("right", "s")));
}

/**
 * A dialog with a form; closes itself when `submit` returns true.
 * @param {string} title
 * @param {Child} body
 * @param {string} submitKey catalogue key of the button
 * @param {(form: HTMLFormElement, fail: (text: string, more?: string[]) => void) => Promise<boolean>} submit
 */
export function formDialog(title, body, submitKey, submit) {
  const error = errorPlace();
  /** @type {HTMLFormElement} */
  const form = h("form", { class: "dialog" }, h("div", { class: "dialog-head" }, h("h2", {}, title)),
    h("div", { class: "dialog-body" }, body, error),
    h("div", { class: "dialog-foot" }, h("button", { class: "btn push", type: "button", onclick: () => dialog.close() }, t("command.cancel")),
      h("button", { class: "btn btn-main", type: "submit" }, t(submitKey))));
  /** @type {HTMLDialogElement} */
  const dialog = h("dialog", { class: "command-dialog", "aria-label": title }, form);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    showError(error, "");
    try {
      if (await submit(form, (text, more) => showError(error, text, more))) dialog.close();
    } catch (problem) {
      showError(error, sentence(problem), problemLines(problem));
    }
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
