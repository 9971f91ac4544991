/** An item as the candidate will see it, drawn by the candidate's own element. */

import "../elements/item-view.js";
import { t } from "../catalogue.js";
import { fill, h, sentence } from "../dom.js";
import { problemLines } from "../office/parts.js";
import { post, Problem } from "../server.js";

export class Preview {
  constructor() {
    this.view = document.createElement("item-view");
    this.note = h("p", { class: "dim", role: "status" });
    this.element = h("div", { class: "candidate preview" }, this.view, this.note);
    // It can be tried out; what is answered goes nowhere.
    this.view.addEventListener("answer", (event) => {
      this.view.response = /** @type {CustomEvent<string[]>} */ (event).detail;
    });
    this.asked = 0;
  }

  /**
   * Shows a document, or says what is wrong with it.
   * @param {{item: object, item_set: object | null}} written
   * @returns {Promise<Problem | null>} the refusal
   */
  async show(written) {
    this.asked += 1;
    const asked = this.asked;
    try {
      /** @type {{slots: Api.Slot[], stimuli: Api.Stimulus[]}} */
      const { slots: [slot], stimuli } = await post("/api/banks/preview", written);
      if (asked !== this.asked) return null;
      this.view.show(slot, [], stimuli[0]);
      fill(this.note);
      return null;
    } catch (problem) {
      if (asked !== this.asked || !(problem instanceof Problem)) return null;
      fill(this.note, t("editor.not_shown"), " ", problemLines(problem)[0] || sentence(problem));
      return problem;
    }
  }
}
