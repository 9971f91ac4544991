/** The candidate's answers on this page: the server's, with what still waits in the outbox on top. */

import { words } from "../content.js";

export class Answers {
  /** @type {Map<number, string[]>} */
  responses;
  /** @type {Set<number>} */
  marks;

  /**
   * @param {Api.Form} form as `GET /api/candidate/form`
   * @param {Live.Numbered[]} pending outbox messages, ascending
   */
  constructor(form, pending = []) {
    this.form = form;
    this.responses = new Map(Object.entries(form.responses).map(([p, ids]) => [Number(p), ids]));
    this.marks = new Set(form.marks);
    this.position = form.position || 1;
    pending.forEach((message) => this.#apply(message));
  }

  /** @param {Live.Numbered} message */
  #apply(message) {
    if (message.type === "answer") this.responses.set(message.position, message.response);
    if (message.type === "mark") this.#mark(message.position, message.on);
    if (message.type === "visit") this.position = message.position;
  }

  /** @param {number} position @param {boolean} on */
  #mark(position, on) {
    if (on) this.marks.add(position);
    else this.marks.delete(position);
  }

  get total() {
    return this.form.slots.length;
  }

  /** @param {number} position */
  slot(position) {
    return this.form.slots[position - 1];
  }

  /** @param {number} position */
  sectionOf(position) {
    return this.form.sections.find((section) => position >= section.first && position <= section.last);
  }

  /** @param {number} position */
  response(position) {
    return this.responses.get(position) ?? [];
  }

  /** @param {number} position */
  answered(position) {
    return this.response(position).length > 0;
  }

  /** @param {number} first @param {number} last */
  answeredIn(first, last) {
    let n = 0;
    for (let p = first; p <= last; p += 1) n += this.answered(p) ? 1 : 0;
    return n;
  }

  get unanswered() {
    return this.form.slots.map((slot) => slot.position).filter((p) => !this.answered(p));
  }

  /** Takes a whole new response. @param {number} position @param {string[]} response */
  set(position, response) {
    this.responses.set(position, response);
  }

  /** @param {number} position */
  stimulus(position) {
    const { stimulus } = this.slot(position);
    return stimulus ? this.form.stimuli.find((one) => one.id === stimulus) : undefined;
  }

  /** @param {number} position */
  toggleMark(position) {
    const on = !this.marks.has(position);
    this.#mark(position, on);
    return on;
  }

  /** The response in a few words, by the letters shown. @param {number} position */
  labels(position) {
    return responseLabels(this.slot(position), this.response(position));
  }
}

/** A response in a few words: letters by the order shown, pairs, what was typed. @param {Api.Slot} slot @param {string[]} response */
export function responseLabels(slot, response) {
  const shown = (/** @type {string} */ id) => letter(slot.options.findIndex((option) => option.id === id));
  switch (slot.type) {
    case "true_false": return slot.options.filter((o) => response.includes(o.id)).map((o) => words(o.html));
    case "single_choice":
    case "multiple_choice": return slot.options.filter((o) => response.includes(o.id)).map((o) => shown(o.id));
    case "ordering": return response.map(shown);
    case "matching": return response.map((pair) => pair.split("=")).map(([source, id]) => `${source}\u2013${shown(id)}`);
    case "cloze": return response.map((text) => gapLabel(slot, text));
    default: return response;
  }
}

/** @param {Api.Slot} slot @param {string} text gap=value */
function gapLabel(slot, text) {
  const [id, ...rest] = text.split("=");
  const gap = slot.gaps?.find((one) => one.id === id);
  return gap?.options.find((option) => option.id === rest.join("="))?.text ?? rest.join("=");
}

/** A for 0, B for 1 ... @param {number} index */
export function letter(index) {
  return String.fromCharCode(65 + index);
}
