/** Sign-in of the candidate: ticket number and one-time entry code. */

import { loadCatalogue, t } from "../catalogue.js";
import { fill, h, say, sign } from "../dom.js";
import "../elements/key-list.js";
import { onKeys } from "../keys.js";
import { get, post } from "../server.js";
import { applyType, toggleType } from "../settings.js";

const HEALTH_EVERY_MS = 5_000;
/** Signs of an entry code, printed as XXXXX-XXXX-XXXX-XXXX. */
const CODE_LENGTH = 17;

/** The entry code as sent: upper case, without spaces and dashes. */
export function plainCode(text) {
  return text.toUpperCase().replace(/[^A-Z0-9]/g, "");
}

/** The code in its printed groups. */
export function grouped(code) {
  return [code.slice(0, 5), ...(code.slice(5).match(/.{1,4}/g) ?? [])].join("-");
}

function showError(input, place, text) {
  input.setAttribute("aria-invalid", text ? "true" : "false");
  fill(place, text && [sign("stop", "l"), h("span", {}, text)]);
}

function checked(ticket, code) {
  const codeText = plainCode(code.value);
  const ticketBad = ticket.value.replace(/\s/g, "") === "" ? t("sign_in.ticket_empty") : "";
  const missing = CODE_LENGTH - codeText.length;
  const codeBad = missing === 0 ? "" : t(missing > 0 ? "sign_in.code_short" : "sign_in.code_long", { n: Math.abs(missing) });
  return { ticketBad, codeBad, body: { ticket: ticket.value.replace(/\s/g, ""), code: codeText } };
}

async function watchServer(place) {
  const look = async () => {
    let ok = true;
    await get(`/locales/${document.documentElement.lang}.json`).catch(() => (ok = false));
    if (place.dataset.ok === String(ok)) return;
    place.dataset.ok = String(ok);
    fill(place, sign(ok ? "ok" : "look2", "l"), t(ok ? "net.connected" : "net.away"));
  };
  await look();
  setInterval(look, HEALTH_EVERY_MS);
}

async function main() {
  applyType();
  await loadCatalogue();
  const find = (id) => document.getElementById(id);
  const [ticket, code] = [find("ticket"), find("code")];
  onKeys([{ on: ["Tab"], shown: ["Tab"], says: t("keys.next_place") }, { on: ["Enter"], shown: ["Enter"], says: t("sign_in.enter") }], new AbortController().signal);
  document.querySelector(".keys").append(h("key-list"));
  find("larger").addEventListener("click", toggleType);
  code.addEventListener("change", () => (code.value = grouped(plainCode(code.value))));
  find("sign-in").addEventListener("submit", async (event) => {
    event.preventDefault();
    const { ticketBad, codeBad, body } = checked(ticket, code);
    showError(ticket, find("ticket-error"), ticketBad);
    showError(code, find("code-error"), codeBad);
    say(find("refusal"), "");
    if (ticketBad || codeBad) {
      (ticketBad ? ticket : code).focus();
      return;
    }
    try {
      await post("/api/candidate/session", body);
      location.assign("/candidate");
    } catch (problem) {
      const text = problem.code === "sign_in_refused" ? t("sign_in.refused") : problem.message;
      showError(code, find("code-error"), text);
      code.focus();
    }
  });
  watchServer(find("server"));
}

main();
