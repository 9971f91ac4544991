/** All item banks: a list, and a new one. */

import { loadCatalogue, t } from "../catalogue.js";
import { count, dayOf } from "../clocks.js";
import { byId, fill, h, icon, sentence } from "../dom.js";
import { formDialog, input, textsOf } from "../office/parts.js";
import { get, post } from "../server.js";
import { signedIn, topbar } from "../staff-frame.js";

const STATES = ["draft", "in_review", "published", "retired"];

async function main() {
  await loadCatalogue();
  const me = await signedIn();
  const body = h("main", { class: "office-main", id: "main" });
  fill(byId("app"), h("div", { class: "frame office" }, topbar(me), body));
  try {
    /** @type {{banks: Api.LivingBank[]}} */
    const { banks } = await get("/api/banks");
    draw(body, banks);
  } catch (problem) {
    fill(body, h("p", { class: "note note-stop", role: "alert" }, sentence(problem)));
  }
}

/** @param {HTMLElement} body @param {Api.LivingBank[]} banks */
function draw(body, banks) {
  const add = h("button", { class: "btn btn-main push", type: "button", onclick: create }, t("banks.new"));
  const template = h("a", { class: "btn", href: "/api/banks/template.xlsx", download: "" }, icon("download", "s"), t("banks.template"));
  fill(body, h("div", { class: "row" }, h("h1", {}, t("banks.title")), h("span", { class: "push row" }, template, add)),
    banks.length === 0 ? h("div", { class: "panel empty" }, icon("table"), h("p", {}, t("banks.none")))
      : h("div", { class: "panel scroll" }, h("table", { class: "tbl" }, h("thead", {}, h("tr", {}, h("th", {}, t("banks.name")), h("th", {}, t("banks.industry")),
        h("th", { class: "num" }, t("banks.items")), STATES.map((state) => h("th", { class: "num" }, t(`item_state.${state}`))), h("th", {}, t("banks.created")))),
      h("tbody", {}, banks.map(bankRow)))));
}

/** @param {Api.LivingBank} bank */
function bankRow(bank) {
  return h("tr", {}, h("td", {}, h("a", { href: `/banks/${bank.id}` }, bank.name)), h("td", {}, bank.industry), h("td", { class: "num" }, count(bank.items)),
    STATES.map((state) => h("td", { class: "num" }, count(bank.facets.state[state] ?? 0))), h("td", { class: "nowrap" }, dayOf(bank.created_at)));
}

function create() {
  const fields = h("div", { class: "stack stack-3" }, input("banks.name", { name: "name", required: true, maxlength: 100 }), input("banks.industry", { name: "industry", maxlength: 100 }));
  formDialog(t("banks.new"), fields, "banks.create", async (form) => {
    const made = await post("/api/banks", textsOf(form));
    location.assign(`/banks/${made.bank_id}#import`);
    return true;
  });
}

main();
