/** One item: stimulus, stem and what the candidate does with it. Event `answer` (detail: the whole new response). */

import { content } from "../content.js";
import { fill, h } from "../dom.js";
import { Choice } from "../interactions/choice.js";
import { Cloze } from "../interactions/cloze.js";
import { Entry } from "../interactions/entry.js";
import { Matching } from "../interactions/matching.js";
import { Ordering } from "../interactions/ordering.js";

/** @typedef {Choice | Cloze | Entry | Matching | Ordering} Interaction */

/** @type {Record<string, new (slot: Api.Slot, answer: (response: string[]) => void) => Interaction>} */
const INTERACTIONS = {
  true_false: Choice, single_choice: Choice, multiple_choice: Choice, numeric: Entry, text_entry: Entry,
  ordering: Ordering, matching: Matching, cloze: Cloze,
};

export class ItemView extends HTMLElement {
  /** @type {Interaction | null} */
  #interaction = null;

  /** Draws a slot with its response. @param {Api.Slot} slot @param {string[]} response @param {Api.Stimulus} [stimulus] */
  show(slot, response, stimulus) {
    this.flush();
    const interaction = new INTERACTIONS[slot.type](slot, (given) => this.#answer(interaction, given));
    this.#interaction = interaction;
    interaction.show(response);
    const stem = interaction instanceof Cloze ? interaction.stem : content(slot.html);
    fill(this, stimulus && h("section", { class: "stimulus rich" }, stimulus.title && h("h2", { class: "t-20" }, stimulus.title), content(stimulus.html)),
      h("div", { class: "stem rich", id: "stem" }, stem), interaction.nodes);
  }

  /** @param {Interaction} interaction @param {string[]} response */
  #answer(interaction, response) {
    // What an item that is no longer shown still had to say was said by flush().
    if (interaction === this.#interaction) this.dispatchEvent(new CustomEvent("answer", { detail: response }));
  }

  /** Shows another response to the same item, keeping the focus where it is. @param {string[]} response */
  set response(response) {
    this.#interaction?.show(response);
  }

  /** Answers with what is typed but not answered yet; to be called before another item is shown. */
  flush() {
    const interaction = this.#interaction;
    if (interaction && "flush" in interaction) interaction.flush();
  }

  /** Puts the focus on the first thing to answer with. */
  focusFirst() {
    const first = this.querySelector("input, select, button");
    if (first instanceof HTMLElement) first.focus();
  }

  /** How many letters choose something in the item shown. */
  get letters() {
    return this.#interaction?.letters ?? 0;
  }

  /** Chooses by letter, 0 for A. @returns {boolean} whether there is such an option @param {number} index */
  press(index) {
    return this.#interaction?.press(index) ?? false;
  }
}

customElements.define("item-view", ItemView);
