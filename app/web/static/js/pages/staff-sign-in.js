/** Sign-in of the staff. */

import { loadCatalogue, t } from "../catalogue.js";
import { byId, fill, h, sentence, sign } from "../dom.js";
import { post } from "../server.js";

async function main() {
  await loadCatalogue();
  const refusal = byId("refusal");
  const [name, secret] = [byId("username"), byId("password")].map((field) => /** @type {HTMLInputElement} */ (field));
  byId("sign-in").addEventListener("submit", async (event) => {
    event.preventDefault();
    const [username, password] = [name.value.trim(), secret.value];
    fill(refusal);
    try {
      if (!username || !password) throw new Error(t("staff.both"));
      const { home } = await post("/api/staff/session", { username, password });
      const next = new URLSearchParams(location.search).get("next") ?? "";
      location.assign(next.startsWith(`${home}/`) ? next : home);
    } catch (problem) {
      fill(refusal, sign("stop"), h("span", {}, sentence(problem)));
      (username ? secret : name).focus();
    }
  });
}

main();
