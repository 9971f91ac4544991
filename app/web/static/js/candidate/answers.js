/** The candidate's answers on this page: the server's, with what still waits in the outbox on top. */

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

  /** Chooses or clears an option: one of many, or one more. Returns the whole new response. @param {number} position @param {string} optionId */
  choose(position, optionId) {
    const slot = this.slot(position);
    const now = this.response(position);
    let next = [optionId];
    if (slot.type === "multiple_choice") {
      const chosen = new Set(now);
      if (!chosen.delete(optionId)) chosen.add(optionId);
      next = slot.options.map((option) => option.id).filter((id) => chosen.has(id));
    }
    this.responses.set(position, next);
    return next;
  }

  /** @param {number} position */
  toggleMark(position) {
    const on = !this.marks.has(position);
    this.#mark(position, on);
    return on;
  }

  /** A, B ... of the chosen options, by the order they are shown in. @param {number} position */
  labels(position) {
    const chosen = this.response(position);
    return this.slot(position).options.map((o, i) => (chosen.includes(o.id) ? letter(i) : "")).filter(Boolean);
  }
}

/** A for 0, B for 1 ... @param {number} index */
export function letter(index) {
  return String.fromCharCode(65 + index);
}
