/** The commands of the seat panel: dialogs with a coded reason, and what came of them. */

import { t, tongue, worded } from "../catalogue.js";
import { timeOf } from "../clocks.js";
import { fill, h, icon, kbd, say, sentence, sign } from "../dom.js";
import { get, post } from "../server.js";

const NOTE_MIN = 10;
const HOLD_MS = 2_000;
const COLLEAGUE_MS = 30_000;
/** @typedef {{reason?: boolean, note?: boolean, noteMin?: number, text?: boolean, minutes?: boolean, hold?: boolean, warns?: boolean}} Asks */
/** What each dialog asks for. @type {Record<string, Asks>} */
const ASKS = {
  admit: { reason: true, note: true },
  refuse: { reason: true, note: true },
  message: { text: true },
  warn: { text: true },
  pause: { reason: true, note: true, warns: true },
  extend: { reason: true, minutes: true, note: true, warns: true },
  end: { reason: true, note: true, noteMin: NOTE_MIN, hold: true, warns: true },
  incident: { reason: true, note: true, noteMin: NOTE_MIN },
};

/**
 * A command as it is sent; an incident goes to its own endpoint.
 * @typedef {{command: string, reason?: string, text?: string, minutes?: number, note?: string, flag_ids?: string[], flag_id?: string}} Body
 */

/** @type {Api.Reasons | null} */
let reasons = null;

/** The coded reasons of all commands, fetched once; null while they cannot be had. */
export async function allReasons() {
  reasons ??= /** @type {Api.Reasons | null} */ (await get("/api/reasons").catch(() => null));
  return reasons;
}

/** The coded reasons of a command. @param {string} command */
export async function reasonsOf(command) {
  return (await allReasons())?.[command] ?? [];
}

/** Sends a command and tells the wall what came of it. @param {import("../pages/wall.js").WallPage} wall @param {Live.SeatView} seat @param {Body} body */
export async function send(wall, seat, body) {
  const words = { command: t(`command.${body.command}`), seat: t("wall.seat", { n: seat.label }) };
  try {
    const answer = body.command === "incident"
      ? await post(`/api/sittings/${seat.sitting_id}/incidents`, { flag_ids: body.flag_ids, reason: body.reason, note: body.note })
      : await post(`/api/sittings/${seat.sitting_id}/commands`, body);
    const effect = answer?.effect;
    const time = timeOf(answer?.at ?? new Date(wall.now()).toISOString());
    wall.result("ok", effect ? t("command.done", { ...words, effect: worded("state", effect) }) : t("command.done_plain", { ...words, time }));
    wall.reloadPanel();
    return true;
  } catch (problem) {
    wall.result("stop", t("command.failed", { ...words, detail: sentence(problem) }));
    return false;
  }
}

/**
 * What a dialog begins with: the flags an incident takes along, the newest act of a colleague.
 * @typedef {{flags?: string[], recent?: Api.Act | null}} Beginning
 */

/** Opens the dialog of a command. @param {import("../pages/wall.js").WallPage} wall @param {Live.SeatView} seat @param {string} command @param {Beginning} [beginning] */
export async function ask(wall, seat, command, { flags = [], recent = null } = {}) {
  const asks = ASKS[command];
  const list = asks.reason ? await reasonsOf(command) : [];
  new CommandDialog(wall, seat, command, { list, flags, recent: asks.warns ? recent : null });
}

class CommandDialog {
  #timer = 0;
  holder = h("button", { class: "btn btn-end btn-hold", type: "button" }, h("span", { class: "hold-fill", "aria-hidden": "true" }),
    h("span", { class: "row" }, icon("end", "s"), t("dialog.hold_button"), kbd("Enter")));

  /**
   * @param {import("../pages/wall.js").WallPage} wall
   * @param {Live.SeatView} seat
   * @param {string} command
   * @param {{list: Api.Reason[], flags: string[], recent: Api.Act | null}} options
   */
  constructor(wall, seat, command, options) {
    this.wall = wall;
    this.seat = seat;
    this.command = command;
    this.options = options;
    this.asks = ASKS[command];
    this.error = h("p", { class: "field-error", role: "alert" });
    this.form = h("form", { class: "dialog", onsubmit: (event) => this.#submit(event) },
      this.#head(), h("div", { class: "dialog-body" }, this.#colleague(), this.#reasons(), this.#text(), this.#minutes(), this.#note(),
        command === "end" && h("p", { class: "dim" }, t("dialog.end_note")), this.error), this.#foot());
    /** @type {HTMLDialogElement} */
    this.dialog = h("dialog", { class: "command-dialog", "aria-labelledby": "command-title" }, this.form);
    this.dialog.addEventListener("close", () => this.dialog.remove());
    this.form.addEventListener("keydown", (event) => this.#digit(event));
    document.body.append(this.dialog);
    this.dialog.showModal();
    /** @type {HTMLElement | null} */ (this.form.querySelector("input, textarea"))?.focus();
  }

  #head() {
    const mark = this.command === "end" ? sign("stop") : sign("do");
    const title = t(`dialog.${this.command}`, { seat: t("wall.seat", { n: this.seat.label }), name: this.seat.name ?? "" });
    return h("div", { class: "dialog-head" }, mark, h("h2", { id: "command-title" }, title), h("span", { class: "push" }, kbd("Esc")));
  }

  #colleague() {
    const { recent } = this.options;
    if (!recent) return null;
    const age = this.wall.now() - Date.parse(recent.at);
    if (age > COLLEAGUE_MS) return null;
    return h("div", { class: "note note-look" }, sign("look2"),
      h("p", {}, t("dialog.colleague", { name: recent.by, n: Math.max(0, Math.round(age / 1000)), act: worded("act", recent.type) })));
  }

  #reasons() {
    if (!this.asks.reason) return null;
    const { list } = this.options;
    if (list.length === 0) return h("p", { class: "field-error" }, t("dialog.no_reasons"));
    return h("fieldset", { class: "stack" }, h("legend", { class: "label" }, t("dialog.reason")),
      list.map((reason, i) => h("label", { class: "choice" },
        h("input", { type: "radio", name: "reason", value: reason.code }),
        h("span", {}, `${reason.code} ${tongue(reason)}`), i < 9 && kbd(String(i + 1)))));
  }

  #text() {
    if (!this.asks.text) return null;
    return h("div", { class: "field" }, h("label", { for: "command-text" }, t("dialog.text")),
      h("textarea", { class: "input", id: "command-text", name: "text", rows: 3, maxlength: 500 }));
  }

  #minutes() {
    if (!this.asks.minutes) return null;
    return h("div", { class: "field" }, h("label", { for: "command-minutes" }, t("dialog.minutes")),
      h("input", { class: "input minutes", id: "command-minutes", name: "minutes", type: "number", min: 1, max: 60, step: 1, value: "5" }));
  }

  #note() {
    if (!this.asks.note) return null;
    const label = t(this.asks.noteMin ? "dialog.note_required" : "dialog.note");
    return h("div", { class: "field" }, h("label", { for: "command-note" }, label),
      h("textarea", { class: "input", id: "command-note", name: "note", rows: 2, maxlength: 500 }));
  }

  /** @returns {HTMLElement} */
  #foot() {
    const cancel = h("button", { class: "btn push", type: "button", onclick: () => this.dialog.close() }, t("command.cancel"));
    if (!this.asks.hold) {
      return h("div", { class: "dialog-foot" }, cancel, h("button", { class: "btn btn-main", type: "submit" }, t("command.send"), kbd("Ctrl", "Enter")));
    }
    this.#hold();
    return h("div", { class: "dialog-foot" }, h("span", { class: "meta" }, t("dialog.hold")), cancel, this.holder);
  }

  /** Pointer or Enter held for 2 s sends; letting go earlier does nothing. */
  #hold() {
    const start = (/** @type {Event} */ event) => {
      if (event instanceof KeyboardEvent && (event.repeat || !["Enter", " "].includes(event.key))) return;
      event.preventDefault();
      if (this.#timer || !this.#body()) return;
      this.holder.classList.add("holding");
      this.#timer = setTimeout(() => this.#send(), HOLD_MS);
    };
    const stop = () => {
      clearTimeout(this.#timer);
      this.#timer = 0;
      this.holder.classList.remove("holding");
    };
    for (const name of ["pointerdown", "keydown"]) this.holder.addEventListener(name, start);
    for (const name of ["pointerup", "pointerleave", "pointercancel", "keyup", "blur"]) this.holder.addEventListener(name, stop);
  }

  /** @param {KeyboardEvent} event */
  #digit(event) {
    if (event.ctrlKey && event.key === "Enter" && !this.asks.hold) this.form.requestSubmit();
    if (!/^[1-9]$/.test(event.key) || (event.target instanceof Element && event.target.matches("textarea, input:not([type=radio])"))) return;
    const radio = /** @type {HTMLInputElement | undefined} */ (this.form.querySelectorAll("input[type=radio]")[Number(event.key) - 1]);
    if (!radio) return;
    radio.checked = true;
    radio.focus();
  }

  /** The command's body, or null with the error shown. */
  #body() {
    const data = new FormData(this.form);
    const text = (/** @type {string} */ name) => String(data.get(name) ?? "").trim();
    const fault = this.#fault(text);
    fill(this.error, fault && [sign("stop"), fault]);
    if (fault) return null;
    /** @type {Body} */
    const body = { command: this.command };
    if (this.asks.reason) body.reason = text("reason");
    if (this.asks.text) body.text = text("text");
    if (this.asks.minutes) body.minutes = Number(text("minutes"));
    if (text("note") || this.command === "incident") body.note = text("note");
    if (this.command === "incident") body.flag_ids = this.options.flags;
    return body;
  }

  /** What is missing, or "". @param {(name: string) => string} text a field, trimmed */
  #fault(text) {
    if (this.asks.reason && !text("reason")) return t("dialog.choose");
    if (this.asks.text && !text("text")) return t("dialog.empty");
    const minutes = Number(text("minutes"));
    if (this.asks.minutes && !(Number.isInteger(minutes) && minutes >= 1 && minutes <= 60)) return t("dialog.bad_minutes");
    const { noteMin = 0 } = this.asks;
    return text("note").length < noteMin ? t("dialog.too_short", { n: noteMin }) : "";
  }

  /** @param {SubmitEvent} event */
  #submit(event) {
    event.preventDefault();
    if (!this.asks.hold) this.#send();
  }

  async #send() {
    const body = this.#body();
    if (!body) return;
    this.form.inert = true;
    if (await send(this.wall, this.seat, body)) this.dialog.close();
    else {
      this.form.inert = false;
      say(this.error, this.wall.lastResult);
    }
  }
}
