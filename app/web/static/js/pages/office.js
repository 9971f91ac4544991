/** The exam office: exams, administrations. The tab stands in the address after #. */

import { loadCatalogue, t } from "../catalogue.js";
import { byId, fill, h, sentence } from "../dom.js";
import { drawAdministration, drawAdministrations } from "../office/administrations.js";
import { drawExams } from "../office/exams.js";
import { signedIn, topbar } from "../staff-frame.js";

/** @type {Record<string, (body: HTMLElement) => Promise<void>>} */
const TABS = { administrations: drawAdministrations, exams: drawExams };

async function main() {
  await loadCatalogue();
  const me = await signedIn();
  const body = h("main", { class: "office-main", id: "main" });
  const tabs = h("nav", { class: "tabs office-tabs", "aria-label": t("office.title") });
  fill(byId("app"), h("div", { class: "frame office" }, topbar(me), h("div", { class: "office-frame" }, tabs, body)));
  const show = async () => {
    const [name, id] = (location.hash.slice(1) || "administrations").split("/");
    const tab = name in TABS ? name : "administrations";
    fill(tabs, Object.keys(TABS).map((key) => h("a", { class: "tab", href: `#${key}`, "aria-current": key === tab && "page" }, t(`office.${key}`))));
    try {
      if (tab === "administrations" && id) await drawAdministration(body, id);
      else await TABS[tab](body);
    } catch (problem) {
      fill(body, h("p", { class: "note note-stop", role: "alert" }, sentence(problem)));
    }
  };
  let at = location.hash;
  addEventListener("hashchange", () => {
    // Who writes something may ask first (`leaving`); until then the address is that of what is shown.
    if (!body.dispatchEvent(new CustomEvent("leaving", { cancelable: true, detail: location.hash }))) {
      history.pushState(null, "", `${location.pathname}${location.search}${at}`);
      return;
    }
    at = location.hash;
    show();
  });
  await show();
}

main();
