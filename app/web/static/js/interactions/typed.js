/** A field whose text is an answer: sent when typing pauses, and at once when the field is left. */

import { h } from "../dom.js";

const PAUSE_MS = 700;
export const MAX_TYPED = 200;

export class TypedField {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #sent = "";

  /** @param {{kind: string, label: string, changed: () => void}} options `kind` number or text */
  constructor({ kind, label, changed }) {
    this.changed = changed;
    this.input = h("input", {
      class: kind === "number" ? "input input-number" : "input", type: "text", maxlength: MAX_TYPED,
      inputmode: kind === "number" ? "decimal" : "text", autocomplete: "off", spellcheck: "false", "aria-label": label,
      oninput: () => this.#later(), onchange: () => this.flush(), onblur: () => this.flush(),
    });
  }

  get value() {
    return this.input.value.trim();
  }

  /** Shows a value, but never over what somebody is typing. @param {string} value */
  show(value) {
    this.#sent = value;
    if (document.activeElement !== this.input) this.input.value = value;
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), PAUSE_MS);
  }

  /** Answers now if the text is not the one answered last. */
  flush() {
    clearTimeout(this.#timer);
    if (this.value === this.#sent) return;
    this.#sent = this.value;
    this.changed();
  }
}
