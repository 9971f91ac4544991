/** Admission tickets with new one-time entry codes: a warning first, then a page to print. */

import { t } from "../catalogue.js";
import { dayMinute } from "../clocks.js";
import { fill, h, icon, sign } from "../dom.js";
import { post } from "../server.js";
import { formDialog } from "./parts.js";

/** Says that old codes stop working, then makes new ones. @param {HTMLElement} body @param {Api.AdministrationRoster} adm */
export function confirmTickets(body, adm) {
  const words = h("div", { class: "note note-look" }, sign("look2"), h("div", { class: "stack stack-1" }, h("p", { class: "strong" }, t("tickets.warning", { n: adm.roster.length })), h("p", {}, t("tickets.once"))));
  formDialog(t("tickets.make"), words, "tickets.make_now", async () => {
    /** @type {{tickets: Api.Ticket[]}} */
    const { tickets } = await post(`/api/administrations/${adm.id}/tickets`);
    drawTickets(body, adm, tickets);
    return true;
  });
}

/** @param {Api.Ticket} entry */
function ticket(entry) {
  const row = (/** @type {string} */ key, /** @type {Child} */ value, strong = false) => [h("dt", {}, t(key)), h("dd", { class: strong ? "strong" : "" }, value)];
  return h("article", { class: "ticket" }, h("header", {}, h("b", {}, t("tickets.title")), h("span", {}, entry.exam)),
    h("dl", { class: "dl" }, row("name", entry.name, true), row("id_number", entry.id_number_masked), row("sign_in.ticket", h("span", { class: "mono t-16" }, entry.ticket), true),
      row("list.room", `${entry.point} · ${entry.room}`), row("seat", entry.seat ?? "", true), row("time", dayMinute(entry.starts_at))),
    h("p", { class: "ticket-code" }, h("span", { class: "meta" }, t("sign_in.code")), h("b", { class: "mono" }, entry.code)));
}

/** @param {HTMLElement} body @param {Api.AdministrationRoster} adm @param {Api.Ticket[]} tickets */
function drawTickets(body, adm, tickets) {
  fill(body, h("div", { class: "row row-3 no-print" }, h("a", { class: "btn btn-bare", href: `#administrations/${adm.id}`, onclick: () => dispatchEvent(new HashChangeEvent("hashchange")) }, icon("left", "s"), t("office.back")), h("h1", { class: "grow" }, t("tickets.ready", { n: tickets.length })),
    h("button", { class: "btn btn-main", type: "button", onclick: () => print() }, icon("print", "s"), t("tickets.print"))),
  h("p", { class: "note note-do no-print" }, sign("do"), t("tickets.not_again")),
  h("div", { class: "tickets scroll" }, tickets.map(ticket)));
}
