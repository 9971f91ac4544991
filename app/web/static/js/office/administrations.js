/** The administrations: a list, a new one, and one of them with its roster. */

import { t } from "../catalogue.js";
import { count, timeSpan } from "../clocks.js";
import { fill, h, icon, sign } from "../dom.js";
import { get, post } from "../server.js";
import { stateName } from "../states.js";
import { choice, formDialog, input, textsOf } from "./parts.js";
import { RosterImport } from "./roster.js";
import { confirmTickets } from "./tickets.js";

/** Draws the tab. @param {HTMLElement} body */
export async function drawAdministrations(body) {
  /** @type {{administrations: Api.Administration[]}} */
  const { administrations } = await get("/api/administrations");
  const add = h("button", { class: "btn btn-main push", type: "button", onclick: () => create(body) }, t("adm.new"));
  const heads = ["list.name", "list.exam", "list.room", "list.when"];
  fill(body, h("div", { class: "row" }, h("h1", {}, t("office.administrations")), add),
    administrations.length === 0 ? h("div", { class: "panel empty" }, icon("clock"), h("p", {}, t("adm.none")))
      : h("div", { class: "panel scroll" }, h("table", { class: "tbl tbl-middle" }, h("thead", {}, h("tr", {}, heads.map((k) => h("th", {}, t(k))), h("th", { class: "num" }, t("list.expected")))),
        h("tbody", {}, administrations.map((adm) => h("tr", {}, h("td", {}, h("a", { href: `#administrations/${adm.id}` }, h("b", {}, adm.name))), h("td", {}, adm.exam),
          h("td", {}, `${adm.point} · ${adm.room}`), h("td", { class: "nowrap" }, timeSpan(adm.starts_at, adm.closes_at)), h("td", { class: "num" }, count(adm.candidates))))))));
}

/** @param {HTMLElement} body */
async function create(body) {
  /** @type {[{exams: Api.Exam[]}, {rooms: Api.Room[]}]} */
  const [{ exams }, { rooms }] = await Promise.all([get("/api/exams"), get("/api/rooms")]);
  const fields = [input("adm.name", { name: "name", required: true, maxlength: 100 }), choice("list.exam", "exam_id", exams.map((e) => [e.id, e.name])),
    choice("list.room", "room_id", rooms.map((r) => [r.id, t("adm.room", { point: r.point, name: r.name, n: r.seats })])),
    h("div", { class: "grid2" }, input("adm.starts", { name: "starts_at", type: "datetime-local", required: true }), input("adm.closes", { name: "closes_at", type: "datetime-local", required: true })),
    h("p", { class: "meta" }, t("adm.window")),
    h("label", { class: "row row-3 row-top" }, h("input", { type: "checkbox", name: "photo_at_check_in" }), h("span", {}, t("adm.photo"), h("br"), h("span", { class: "meta" }, t("adm.photo_text")))),
    h("label", { class: "row row-3 row-top" }, h("input", { type: "checkbox", name: "liveness_challenge", checked: true }), h("span", {}, t("adm.challenge"), h("br"), h("span", { class: "meta" }, t("adm.challenge_text"))))];
  formDialog(t("adm.new"), fields, "adm.create", async (form, fail) => {
    if (!form.reportValidity()) return false;
    const data = textsOf(form);
    const [start, end] = [new Date(data.starts_at), new Date(data.closes_at)];
    if (!(start < end)) {
      fail(t("adm.order"));
      return false;
    }
    const chosen = { photo_at_check_in: data.photo_at_check_in === "on", liveness_challenge: data.liveness_challenge === "on" };
    await post("/api/administrations", { ...data, ...chosen, starts_at: start.toISOString(), closes_at: end.toISOString() });
    await drawAdministrations(body);
    return true;
  });
}

/** Draws one administration with its roster. @param {HTMLElement} body @param {string} id */
export async function drawAdministration(body, id) {
  /** @type {Api.AdministrationRoster} */
  const adm = await get(`/api/administrations/${id}`);
  const { roster } = adm;
  const act = (/** @type {string} */ name, /** @type {string} */ key, /** @type {() => void} */ run, main = false) => h("button", { class: `btn${main ? " btn-main" : ""}`, type: "button", onclick: run }, icon(name, "s"), t(key));
  const importRoster = () => new RosterImport(body, adm);
  // Once it is closed nobody new comes in (personal data may still be mended): its results are what one comes for.
  const statistics = h("a", { class: `btn${adm.closed ? " btn-main" : ""}`, href: `/office/administrations/${id}/statistics` }, t("stats.title"));
  fill(body, h("div", { class: "row row-3 wrap" }, h("a", { class: "btn btn-bare", href: "#administrations" }, icon("left", "s"), t("office.administrations")),
    h("div", { class: "grow" }, h("h1", {}, adm.name), h("p", { class: "dim" }, `${adm.exam} · ${adm.point} ${adm.room} · ${timeSpan(adm.starts_at, adm.closes_at)}`)),
    adm.closed && act("upload", "roster.import", importRoster), statistics,
    !adm.closed && roster.length > 0 && act("print", "tickets.make", () => confirmTickets(body, adm)), !adm.closed && act("upload", "roster.import", importRoster, true)),
  roster.length === 0 ? h("div", { class: "panel empty" }, icon("user"), h("p", {}, t("roster.none"))) : rosterTable(roster));
}

/** @param {Api.RosterRow[]} roster */
function rosterTable(roster) {
  const heads = ["seat", "name", "id_number", "find.enterprise", "roster.category", "find.ticket", "photo.registered", "find.state"];
  return h("div", { class: "panel scroll" }, h("table", { class: "tbl" }, h("thead", {}, h("tr", {}, heads.map((k) => h("th", {}, t(k))))),
    h("tbody", {}, roster.map((row) => h("tr", {}, h("td", { class: "nowrap" }, row.seat ?? ""), h("td", { class: "nowrap" }, h("b", {}, row.name)), h("td", { class: "nowrap" }, row.id_number_masked), h("td", {}, row.enterprise), h("td", {}, row.category),
      h("td", { class: "nowrap" }, row.ticket), h("td", { class: "nowrap" }, h("span", { class: "state" }, sign(row.photo ? "ok" : "look1"), t(row.photo ? "roster.photo" : "roster.no_photo"))), h("td", { class: "nowrap" }, stateName(row)))))));
}
