/** Finding a sitting: by name, ticket or enterprise, by state and by flag. */

import { loadCatalogue, t } from "../catalogue.js";
import { count, dayMinute, timeSpan } from "../clocks.js";
import { byId, fill, h, icon, sentence, sign } from "../dom.js";
import { flagSign } from "../flags.js";
import { get } from "../server.js";
import { signedIn, topbar } from "../staff-frame.js";
import { stateName } from "../states.js";
import { correctionsPage } from "../statistics/correcting.js";

const STATES = ["scheduled", "checking_in", "awaiting_admission", "ready", "in_progress", "paused", "submitted", "expired", "terminated", "voided"];
const FLAGS = ["another_person", "presentation_attack", "several_faces", "no_face", "face_covered",
  "camera_blocked", "camera_frozen", "repeated_feed", "turned_away", "phone"];
const FIELDS = ["q", "state", "flag", "administration"];
const TYPING_MS = 300;
/** @type {Live.Severity[]} */
const LEVELS = ["high", "medium", "low"];

/** @param {string} name @param {string} label @param {[code: string, text: string][]} options @param {string | null} value */
function select(name, label, options, value) {
  return h("div", { class: "field" }, h("label", { for: name }, label),
    h("span", { class: "select" }, h("select", { class: "input", id: name, name }, h("option", { value: "" }, t("find.any")),
      options.map(([code, text]) => h("option", { value: code, selected: code === value }, text))), icon("down")));
}

/** @param {Record<Live.Severity, number>} flags */
function flagsOf(flags) {
  const parts = LEVELS.filter((level) => flags[level] > 0)
    .map((level) => h("span", { class: "state" }, flagSign(level), `${t(`severity.${level}`)} ${flags[level]}`));
  return parts.length > 0 ? h("span", { class: "row row-3" }, parts) : h("span", { class: "meta" }, t("find.no_flags"));
}

/** @param {Api.FoundSitting} entry */
function row(entry) {
  const { started_at: from, ended_at: to } = entry;
  const when = from ? (to ? timeSpan(from, to) : dayMinute(from)) : "";
  const { open, closed } = entry.incidents;
  return h("tr", {}, h("td", { class: "nowrap" }, h("a", { href: `/sittings/${entry.sitting_id}` }, h("b", {}, entry.name)), h("br"),
    h("span", { class: "meta" }, entry.id_number_masked)), h("td", {}, entry.enterprise), h("td", { class: "nowrap" }, entry.ticket),
  h("td", {}, entry.exam, h("br"), h("span", { class: "meta" }, `${entry.administration} · ${t("wall.seat", { n: entry.seat })}`)),
  h("td", { class: "nowrap" }, when), h("td", { class: "nowrap" }, stateName(entry)), h("td", { class: "nowrap" }, flagsOf(entry.flags)),
  h("td", { class: "nowrap" }, open > 0 ? h("span", { class: "state" }, sign("do"), t("find.open", { n: open })) : closed > 0 ? t("find.closed", { n: closed }) : ""),
  h("td", { class: "num" }, entry.points ?? "", entry.corrected && h("p", { class: "meta" }, t("result.corrected"))));
}

class SittingsPage {
  /** @type {AbortController | null} */
  #abort = null;
  #timer = 0;

  /** @param {Api.Staff} me @param {Api.Administration[]} administrations */
  constructor(me, administrations) {
    this.query = new URLSearchParams(location.search);
    this.body = h("div", { class: "panel scroll", "aria-live": "polite" });
    this.foot = h("div", { class: "row row-3 page-foot" });
    /** @type {[string, string][]} */
    const names = administrations.map((adm) => [adm.id, `${adm.name} · ${adm.room}`]);
    const form = h("form", { class: "find-form", role: "search", oninput: () => this.#typed(), onsubmit: (event) => this.#go(event) },
      h("div", { class: "field grow" }, h("label", { for: "q" }, t("find.q")),
        h("input", { class: "input", id: "q", name: "q", type: "search", value: this.query.get("q") ?? "", maxlength: 100, autofocus: true })),
      select("state", t("find.state"), STATES.map((code) => [code, t(`state.${code}`)]), this.query.get("state")),
      select("administration", t("find.administration"), names, this.query.get("administration")),
      select("flag", t("find.flag"), FLAGS.map((code) => [code, t(`flag.${code}`)]), this.query.get("flag")));
    this.form = form;
    this.me = me;
    this.administrations = administrations;
    this.links = h("div", { class: "row row-3 push" });
    const main = h("main", { class: "find-main", id: "main" }, h("div", { class: "row wrap" }, h("h1", {}, t("sittings.title")), this.links), form, this.body, this.foot);
    fill(byId("app"), h("div", { class: "frame" }, topbar(me), main));
    this.#load();
  }

  #typed() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#go(), TYPING_MS);
  }

  /** @param {Event} [event] */
  #go(event) {
    event?.preventDefault();
    const data = new FormData(this.form);
    this.query.delete("page");
    for (const name of FIELDS) {
      const value = String(data.get(name) ?? this.query.get(name) ?? "").trim();
      if (value) this.query.set(name, value);
      else this.query.delete(name);
    }
    this.#load();
  }

  async #load() {
    this.#abort?.abort();
    this.#abort = new AbortController();
    history.replaceState(null, "", `?${this.query}`);
    this.#link();
    try {
      this.#draw(await get(`/api/sittings?${this.query}`, this.#abort.signal));
    } catch (problem) {
      if (!(problem instanceof DOMException && problem.name === "AbortError")) fill(this.body, h("p", { class: "note note-stop", role: "alert" }, sentence(problem)));
    }
  }

  /** An administration that is over leads to its statistics, forensics and corrections. */
  #link() {
    const chosen = this.administrations.find((one) => one.id === this.query.get("administration"));
    const over = chosen && new Date(chosen.closes_at) <= new Date();
    const corrections = over ? correctionsPage(this.me, chosen.id) : "";
    fill(this.links, over && h("a", { class: "btn", href: `/office/administrations/${chosen.id}/statistics` }, t("stats.title")), over && h("a", { class: "btn", href: `/administrations/${chosen.id}/forensics` }, t("forensics.title")), corrections && h("a", { class: "btn", href: corrections }, t("correction.title")));
  }

  /** @param {Api.Found} answer */
  #draw(answer) {
    if (answer.total === 0) {
      fill(this.body, h("div", { class: "empty" }, icon("table"), h("p", {}, t("find.none"))));
      fill(this.foot);
      return;
    }
    const heads = ["name", "find.enterprise", "find.ticket", "exam", "time", "find.state", "find.flag", "find.incidents"];
    fill(this.body, h("table", { class: "tbl" }, h("thead", {}, h("tr", {}, heads.map((key) => h("th", {}, t(key))), h("th", { class: "num" }, t("points")))),
      h("tbody", {}, answer.sittings.map(row))));
    const pages = Math.ceil(answer.total / answer.page_size);
    const turn = (/** @type {number} */ page, /** @type {string} */ name, /** @type {string} */ key) => h("button", { class: "btn", type: "button", disabled: page < 1 || page > pages, onclick: () => this.#turn(page) }, icon(name, "s"), t(key));
    fill(this.foot, h("span", { class: "dim" }, t("find.total", { n: count(answer.total) })), h("span", { class: "push" }, t("find.page", { page: answer.page, pages })),
      turn(answer.page - 1, "left", "find.previous"), turn(answer.page + 1, "right", "find.next"));
  }

  /** @param {number} page */
  #turn(page) {
    this.query.set("page", String(page));
    this.#load();
  }
}

async function main() {
  await loadCatalogue();
  const me = await signedIn();
  const { administrations } = await get("/api/administrations").catch(() => ({ administrations: [] }));
  new SittingsPage(me, administrations);
}

main();
