/** The rooms a person may watch. */

import { loadCatalogue, t } from "../catalogue.js";
import { count, timeSpan } from "../clocks.js";
import { byId, fill, h, icon, sentence } from "../dom.js";
import { get } from "../server.js";
import { signedIn, topbar } from "../staff-frame.js";

/** @param {Api.Administration} entry */
function row(entry) {
  const when = timeSpan(entry.starts_at, entry.closes_at);
  return h("tr", {}, h("td", {}, h("b", {}, `${entry.point} · ${entry.room}`)), h("td", {}, entry.exam), h("td", {}, entry.name),
    h("td", { class: "nowrap" }, when), h("td", { class: "num" }, count(entry.candidates)),
    h("td", { class: "num" }, h("a", { class: "btn", href: `/wall/${entry.id}` }, icon("eye", "s"), t("list.open"))));
}

/** @param {Api.Administration[]} entries */
function table(entries) {
  if (entries.length === 0) return h("div", { class: "empty" }, icon("door"), h("p", {}, t("list.none")));
  const heads = ["list.room", "list.exam", "list.name", "list.when"].map((key) => h("th", {}, t(key)));
  return h("div", { class: "panel scroll" }, h("table", { class: "tbl tbl-middle" },
    h("thead", {}, h("tr", {}, heads, h("th", { class: "num" }, t("list.expected")), h("th", {}, h("span", { class: "sr" }, t("list.open"))))),
    h("tbody", {}, entries.map(row))));
}

async function main() {
  await loadCatalogue();
  const root = byId("app");
  const me = await signedIn();
  const body = h("main", { class: "content scroll", id: "main" });
  fill(root, h("div", { class: "frame" }, topbar(me), h("div", { class: "frame" },
    h("div", { class: "pagehead" }, h("h1", {}, t("list.administrations"))), body)));
  try {
    const { administrations } = await get("/api/administrations");
    fill(body, table(administrations));
  } catch (problem) {
    fill(body, h("p", { class: "note note-stop", role: "alert" }, sentence(problem)));
  }
}

main();
