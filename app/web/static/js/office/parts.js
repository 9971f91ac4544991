/** Small parts of the exam office's pages: labelled fields, errors, the row mark of a report. */

import { t } from "../catalogue.js";
import { fill, h, icon, sign } from "../dom.js";

let ids = 0;

/** A labelled input. @param {string} key catalogue key of the label @param {Record<string, any>} attributes */
export function input(key, attributes) {
  ids += 1;
  const id = `f${ids}`;
  return h("div", { class: "field" }, h("label", { for: id }, t(key)), h("input", { class: "input", id, ...attributes }));
}

/** A labelled choice. @param {[string, string][]} options value and text */
export function choice(key, name, options, attributes = {}) {
  ids += 1;
  const id = `f${ids}`;
  return h("div", { class: "field" }, h("label", { for: id }, t(key)), h("span", { class: "select" },
    h("select", { class: "input", id, name, ...attributes }, options.map(([value, text]) => h("option", { value }, text))), icon("down")));
}

/** A place for a refusal. */
export function errorPlace() {
  return h("div", { class: "stack stack-1", role: "alert" });
}

/** Shows a refusal, or clears it. */
export function showError(place, text, more = []) {
  fill(place, text && h("p", { class: "field-error" }, sign("stop"), text), more.map((line) => h("p", { class: "field-error" }, line)));
}

/** Sign and word of a row's status in a report. */
export function rowStatus(status) {
  const bad = status === "rejected";
  const mark = bad ? "stop" : status === "imported" || status === "ok" || status === "accepted" ? "ok" : "look2";
  const key = bad ? "report.rejected" : mark === "ok" ? "report.accepted" : "report.warning";
  return h("span", { class: "state" }, sign(mark), t(key));
}

/** One figure of a report's head. */
export function sum(label, value, unit, mark, note) {
  return h("div", {}, h("span", { class: "label row" }, mark && sign(mark), label), h("b", {}, value, " ", h("small", {}, unit)), h("span", { class: "meta" }, note ?? ""));
}

/** A dialog with a form; resolves nothing, closes itself when `submit` returns true. */
export function formDialog(title, body, submitKey, submit) {
  const error = errorPlace();
  const form = h("form", { class: "dialog" }, h("div", { class: "dialog-head" }, h("h2", {}, title)),
    h("div", { class: "dialog-body" }, body, error),
    h("div", { class: "dialog-foot" }, h("button", { class: "btn push", type: "button", onclick: () => dialog.close() }, t("command.cancel")),
      h("button", { class: "btn btn-main", type: "submit" }, t(submitKey))));
  const dialog = h("dialog", { class: "command-dialog", "aria-label": title }, form);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    showError(error, "");
    try {
      if (await submit(form, (text, more) => showError(error, text, more))) dialog.close();
    } catch (problem) {
      showError(error, problem.message, (problem.body?.problems ?? []).map((p) => (document.documentElement.lang.startsWith("zh") ? p.zh : p.en)));
    }
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
