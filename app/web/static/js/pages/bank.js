/** One item bank: items, review, imports, publishing. What is shown stands in the address after #. */

import { loadCatalogue, t } from "../catalogue.js";
import { count } from "../clocks.js";
import { byId, fill, h, sentence } from "../dom.js";
import { drawBrowser } from "../banks/browser.js";
import { drawEditor } from "../banks/editor.js";
import { drawImport, drawImports } from "../banks/imports.js";
import { drawPublishing } from "../banks/publishing.js";
import { drawReview } from "../banks/review.js";
import { drawStatistics } from "../banks/statistics.js";
import { get } from "../server.js";
import { signedIn, topbar } from "../staff-frame.js";

/**
 * What the parts of the page work on. `signal` ends with what is shown, `reload` reads the bank's counts anew,
 * `reopen` shows the page anew under an address, with something said on top.
 * @typedef {object} Place
 * @property {HTMLElement} body
 * @property {Api.LivingBank} bank
 * @property {string} base address of the bank's endpoints
 * @property {AbortSignal} signal
 * @property {Api.Staff} me who reads the page
 * @property {() => Promise<void>} reload
 * @property {(hash: string, said?: Node) => Promise<void>} reopen
 */

/** @type {Record<string, (place: Place, rest: string) => Promise<void>>} */
const VIEWS = { items: drawBrowser, item: drawEditor, review: drawReview, statistics: drawStatistics, import: drawImport, imports: drawImports, publish: drawPublishing };
const TABS = ["items", "review", "imports", "publish", "statistics"];
/** @type {Record<string, string>} */
const TAB_OF = { item: "items", import: "imports" };

async function main() {
  await loadCatalogue();
  const me = await signedIn();
  const body = h("main", { class: "office-main", id: "main" });
  const tabs = h("nav", { class: "tabs office-tabs", "aria-label": t("banks.title") });
  fill(byId("app"), h("div", { class: "frame office" }, topbar(me), h("div", { class: "office-frame" }, tabs, body)));
  const base = `/api/banks/${location.pathname.split("/")[2]}`;
  /** @type {Api.LivingBank} */
  let bank;
  let shown = new AbortController();

  const reload = async () => {
    bank = await get(base);
    const [name] = where();
    const counted = /** @type {Record<string, number>} */ ({ items: bank.items, review: bank.facets.state.in_review ?? 0 });
    fill(tabs, h("b", { class: "tab bank-name" }, bank.name), TABS.map((key) => h("a", { class: "tab", href: `#${key}`, "aria-current": key === (TAB_OF[name] ?? name) && "page" },
      t(`bank_tab.${key}`), key in counted && h("span", { class: "meta" }, count(counted[key])))));
  };
  const show = async () => {
    shown.abort();
    shown = new AbortController();
    const { signal } = shown;
    const [name, rest] = where();
    try {
      await reload();
      if (signal.aborted) return;
      body.scrollTop = 0;
      await VIEWS[name]({ body, bank, base, signal, me, reload, reopen }, rest);
    } catch (problem) {
      if (!signal.aborted) fill(body, h("p", { class: "note note-stop", role: "alert" }, sentence(problem)));
    }
  };
  const reopen = async (/** @type {string} */ hash, /** @type {Node | undefined} */ said) => {
    history.replaceState(null, "", hash);
    await show();
    if (said) body.prepend(said);
  };
  addEventListener("hashchange", show);
  await show();
}

/** The view and what it is about. @returns {[string, string]} */
function where() {
  const [path] = location.hash.slice(1).split("?");
  const [name, ...rest] = path.split("/");
  return name in VIEWS ? [name, decodeURIComponent(rest.join("/"))] : ["items", ""];
}

main();
