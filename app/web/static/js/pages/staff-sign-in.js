/** Sign-in of the staff. */

import { loadCatalogue, t } from "../catalogue.js";
import { fill, h, sign } from "../dom.js";
import { post } from "../server.js";

async function main() {
  await loadCatalogue();
  const find = (id) => document.getElementById(id);
  const refusal = find("refusal");
  find("sign-in").addEventListener("submit", async (event) => {
    event.preventDefault();
    const [username, password] = [find("username").value.trim(), find("password").value];
    fill(refusal);
    try {
      if (!username || !password) throw new Error(t("staff.both"));
      const { home } = await post("/api/staff/session", { username, password });
      const next = new URLSearchParams(location.search).get("next") ?? "";
      location.assign(next.startsWith(`${home}/`) ? next : home);
    } catch (problem) {
      fill(refusal, sign("stop"), h("span", {}, problem.message));
      find(username ? "password" : "username").focus();
    }
  });
}

main();
