/** The staff pages' head: brand, pages of the role, name, language, sign-out. */

import { language, t } from "./catalogue.js";
import { h } from "./dom.js";
import { get, leaveIfSignedOut, remove } from "./server.js";

const NAV = [
  { path: "/wall", key: "nav.wall", roles: ["invigilator", "regulator", "administrator"] },
  { path: "/sittings", key: "nav.sittings", roles: ["regulator", "administrator"] },
  { path: "/face-leads", key: "nav.face_leads", roles: ["regulator", "administrator"] },
  { path: "/office", key: "nav.office", roles: ["exam_office", "administrator"] },
  { path: "/banks", key: "nav.banks", roles: ["exam_office", "bank_author", "administrator"] },
];

/** Who is signed in; leads to the sign-in when nobody is. */
export async function signedIn() {
  try {
    return await get("/api/staff/me");
  } catch (problem) {
    if (leaveIfSignedOut(problem, "/staff")) return new Promise(() => {});
    throw problem;
  }
}

/** The head of a page. @param {{name: string, role: string}} me @param {...any} more shown before the name */
export function topbar(me, ...more) {
  const links = NAV.filter((entry) => entry.roles.includes(me.role)).map((entry) => {
    const here = location.pathname.startsWith(entry.path);
    return h("a", { href: entry.path, "aria-current": here && "page" }, t(entry.key));
  });
  return h("header", { class: "topbar" }, h("span", { class: "brand" }, t("brand")),
    h("nav", { "aria-label": t("nav.label") }, links), ...more,
    h("div", { class: "push row row-4" }, otherLanguage(),
      h("span", { class: "dim nowrap" }, me.name), signOut()));
}

/** The way to the other language. */
export function otherLanguage() {
  const other = language === "en" ? "zh-CN" : "en";
  return h("a", { class: "nowrap", href: `?lang=${other}`, lang: other }, t("other_language"));
}

/** The sign-out button. */
export function signOut() {
  const leave = async () => {
    await remove("/api/staff/session").catch(() => {});
    location.assign("/staff");
  };
  return h("button", { class: "btn btn-bare", type: "button", onclick: leave }, t("nav.sign_out"));
}
