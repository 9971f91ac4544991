/** Sign-in of the candidate: ticket number and one-time entry code. */

import { loadCatalogue, t } from "../catalogue.js";
import { byId, fill, h, say, sentence, sign } from "../dom.js";
import "../elements/key-list.js";
import { onKeys } from "../keys.js";
import { get, post, Problem } from "../server.js";
import { applyType, toggleType } from "../settings.js";

const HEALTH_EVERY_MS = 5_000;
/** Signs of an entry code, printed as XXXXX-XXXX-XXXX-XXXX. */
const CODE_LENGTH = 17;

/** The entry code as sent: upper case, without spaces and dashes. @param {string} text */
export function plainCode(text) {
  return text.toUpperCase().replace(/[^A-Z0-9]/g, "");
}

/** The code in its printed groups. @param {string} code */
export function grouped(code) {
  return [code.slice(0, 5), ...(code.slice(5).match(/.{1,4}/g) ?? [])].join("-");
}

/** @param {Element} input @param {Element} place @param {string} text */
function showError(input, place, text) {
  input.setAttribute("aria-invalid", text ? "true" : "false");
  fill(place, text && [sign("stop", "l"), h("span", {}, text)]);
}

/** @param {HTMLInputElement} ticket @param {HTMLInputElement} code */
function checked(ticket, code) {
  const codeText = plainCode(code.value);
  const ticketBad = ticket.value.replace(/\s/g, "") === "" ? t("sign_in.ticket_empty") : "";
  const missing = CODE_LENGTH - codeText.length;
  const codeBad = missing === 0 ? "" : t(missing > 0 ? "sign_in.code_short" : "sign_in.code_long", { n: Math.abs(missing) });
  return { ticketBad, codeBad, body: { ticket: ticket.value.replace(/\s/g, ""), code: codeText } };
}

/** @param {HTMLElement} place */
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
  const ticket = /** @type {HTMLInputElement} */ (byId("ticket"));
  const code = /** @type {HTMLInputElement} */ (byId("code"));
  onKeys([{ on: [], shown: ["Tab"], says: t("keys.next_place") }, { on: [], shown: ["Enter"], says: t("sign_in.enter") }], new AbortController().signal);
  document.querySelector(".keys")?.append(h("key-list"));
  byId("larger").addEventListener("click", toggleType);
  code.addEventListener("change", () => (code.value = grouped(plainCode(code.value))));
  byId("sign-in").addEventListener("submit", async (event) => {
    event.preventDefault();
    const { ticketBad, codeBad, body } = checked(ticket, code);
    showError(ticket, byId("ticket-error"), ticketBad);
    showError(code, byId("code-error"), codeBad);
    say(byId("refusal"), "");
    if (ticketBad || codeBad) {
      (ticketBad ? ticket : code).focus();
      return;
    }
    try {
      await post("/api/candidate/session", body);
      location.assign("/candidate");
    } catch (problem) {
      const refused = problem instanceof Problem && problem.code === "sign_in_refused";
      const text = refused ? t("sign_in.refused") : sentence(problem);
      showError(code, byId("code-error"), text);
      code.focus();
    }
  });
  watchServer(byId("server"));
}

main();
