/** The list of keys, and the switch for single letters. */

import { t } from "../catalogue.js";
import { h, kbd } from "../dom.js";
import { lettersOn, switchLetters } from "../keys.js";

const LIST = [["1–5", "keys.seats"], ["← → ↑ ↓", "keys.move"], ["J", "keys.next_worst"], ["Q", "keys.queue"], ["F", "command.enlarge"],
  ["N", "command.incident"], ["M", "command.message"], ["W", "command.warn"], ["P", "command.pause"], ["T", "command.extend"],
  ["A", "command.admit"], ["K", "command.seen"], ["X", "command.end"], ["Esc", "panel.close"]];

/** Opens the list. */
export function showKeys() {
  const box = h("input", { type: "checkbox", id: "letters", checked: lettersOn(), onchange: () => switchLetters(box.checked) });
  const dialog = h("dialog", { class: "command-dialog", "aria-labelledby": "keys-title" }, h("div", { class: "dialog" },
    h("div", { class: "dialog-head" }, h("h2", { id: "keys-title" }, t("keys.title")), h("span", { class: "push" }, kbd("Esc"))),
    h("div", { class: "dialog-body" }, h("dl", { class: "dl key-list" }, LIST.map(([key, name]) => [h("dt", {}, kbd(key)), h("dd", {}, t(name))])),
      h("label", { class: "row", for: "letters" }, box, t("keys.letters_on")))));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
