/**
 * A button (and the key `?`) that opens the list of the keys that act now, with the switch for single
 * letters. One a page; it need not be visible for its key to work.
 */

import { t } from "../catalogue.js";
import { fill, h, kbd } from "../dom.js";
import { dialogOpen, lettersOn, onKeys, switchLetters, workingKeys } from "../keys.js";

class KeyList extends HTMLElement {
  #stop = new AbortController();

  connectedCallback() {
    fill(this, h("button", { class: "key-list-button", type: "button", onclick: () => this.#open() }, kbd("?"), t("keys.all")));
    this.#stop = new AbortController();
    const when = () => !dialogOpen() && !this.closest("[inert]");
    onKeys([{ on: ["?", "\uff1f"], shown: [], says: t("keys.title"), when, act: () => this.#open() }], this.#stop.signal);
  }

  disconnectedCallback() {
    this.#stop.abort();
  }

  #open() {
    const rows = workingKeys().filter((binding) => binding.shown.length > 0);
    const box = /** @type {HTMLInputElement} */ (h("input", { type: "checkbox", id: "letters", checked: lettersOn(), onchange: () => switchLetters(box.checked) }));
    const dialog = /** @type {HTMLDialogElement} */ (h("dialog", { class: "command-dialog", "aria-labelledby": "keys-title" }, h("div", { class: "dialog" },
      h("div", { class: "dialog-head" }, h("h2", { id: "keys-title" }, t("keys.title")), h("button", { class: "btn btn-bare push", type: "button", onclick: () => dialog.close() }, t("panel.close"), kbd("Esc"))),
      h("div", { class: "dialog-body" }, h("dl", { class: "dl key-rows" }, rows.map((binding) => [h("dt", {}, kbd(...binding.shown)), h("dd", {}, binding.says)])),
        h("label", { class: "row", for: "letters" }, box, t("keys.letters_on"))))));
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  }
}

customElements.define("key-list", KeyList);
