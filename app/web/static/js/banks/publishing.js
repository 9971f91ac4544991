/** Publishing a bank for exams, and taking it away as a file. */

import { field, t, worded } from "../catalogue.js";
import { count, dayMinute } from "../clocks.js";
import { fill, h, icon, sentence } from "../dom.js";
import { choice, errorPlace, showError, textsOf } from "../office/parts.js";
import { get, post } from "../server.js";
import { outcome } from "./parts.js";

/** @typedef {import("../pages/bank.js").Place} Place */

/** Draws the tab. @param {Place} place */
export async function drawPublishing(place) {
  const { bank } = place;
  const error = errorPlace();
  const snapshots = bank.snapshots ?? [];
  const publish = h("button", { class: "btn btn-main push", type: "button", disabled: bank.published === 0, onclick: async () => {
    showError(error, "");
    try {
      await post(`${place.base}/snapshots`);
      await place.reopen("#publish", outcome(t("publish.done"), true));
    } catch (problem) {
      showError(error, sentence(problem));
    }
  } }, t("publish.now", { n: count(bank.published) }));
  fill(place.body, h("div", { class: "row" }, h("div", {}, h("h1", {}, t("bank_tab.publish")), h("p", { class: "dim" }, t("publish.about"))), publish), error,
    snapshots.length === 0 ? h("div", { class: "panel empty" }, icon("note"), h("p", {}, t("publish.none")))
      : h("div", { class: "panel scroll" }, h("table", { class: "tbl" }, h("thead", {}, h("tr", {}, h("th", {}, t("publish.when")), h("th", { class: "num" }, t("banks.items")), h("th", { class: "num" }, t("banks.must_know")), h("th", {}, t("banks.type")))),
        h("tbody", {}, snapshots.map((one) => h("tr", {}, h("td", { class: "nowrap" }, dayMinute(one.published_at)), h("td", { class: "num" }, count(one.items)), h("td", { class: "num" }, count(one.must_know)),
          h("td", {}, Object.entries(one.by_type).map(([type, n]) => `${worded("type", type)} ${count(n)}`).join(" · "))))))),
    exporting(place));
}

/** @param {Place} place */
function exporting(place) {
  const error = errorPlace();
  const losses = h("div", { class: "stack" });
  const formats = (place.bank.formats ?? []).map((name) => /** @type {[string, string]} */ ([name, worded("format", name)]));
  /** @type {HTMLFormElement} */
  const form = h("form", { class: "panel panel-body stack stack-3" }, h("h2", {}, t("publish.export")),
    h("div", { class: "grid3 grid-end" }, choice("publish.format", "format", formats), choice("publish.which", "state", [["published", t("publish.only_published")], ["current", t("publish.all_current")]]),
      h("div", { class: "row" }, h("button", { class: "btn", type: "submit" }, t("publish.losses")), h("button", { class: "btn", type: "button", onclick: () => location.assign(`${place.base}/export?${new URLSearchParams(textsOf(form))}`) }, icon("download", "s"), t("publish.download")))), error, losses);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    showError(error, "");
    try {
      /** @type {{items: number, losses: Api.Loss[]}} */
      const found = await get(`${place.base}/losses?${new URLSearchParams(textsOf(form))}`, place.signal);
      fill(losses, h("p", { role: "status" }, t("publish.written", { n: count(found.items), lost: count(found.losses.length) })), found.losses.length > 0 && h("div", { class: "scroll report-rows" }, h("table", { class: "tbl" },
        h("tbody", {}, found.losses.slice(0, 500).map((loss) => h("tr", {}, h("td", { class: "nowrap" }, loss.item), h("td", {}, field(loss, "message")), h("td", {}, loss.value && h("span", { class: "cellval" }, loss.value))))))));
    } catch (problem) {
      showError(error, sentence(problem));
    }
  }, { signal: place.signal });
  return form;
}
