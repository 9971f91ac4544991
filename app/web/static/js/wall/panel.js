/** The seat panel: registered photo beside the live picture, why to look, commands, records. */

import { actDetail, actName } from "../acts.js";
import { known, t, worded } from "../catalogue.js";
import { ms, timeOf } from "../clocks.js";
import { fill, h, icon, kbd, sign } from "../dom.js";
import "../elements/key-list.js";
import { flagName, flagTag, LEVEL } from "../flags.js";
import { get } from "../server.js";
import { stateName } from "../states.js";
import { allReasons, ask, send } from "./commands.js";

/** States in which a command can be given. */
/** @type {Record<string, (Live.State | null)[]>} */
const ALLOWED = {
  admit: ["checking_in", "awaiting_admission"], refuse: ["awaiting_admission"],
  message: ["checking_in", "awaiting_admission", "ready", "in_progress", "paused"],
  warn: ["ready", "in_progress", "paused"], pause: ["in_progress"], resume: ["paused"],
  extend: ["ready", "in_progress", "paused"], end: ["checking_in", "awaiting_admission", "ready", "in_progress", "paused"],
};
const BUTTONS = [["message", "msg", "M"], ["warn", "warnmsg", "W"], ["pause", "pause", "P"], ["extend", "clock", "T"],
  ["admit", "door", "A"], ["refuse", "x", ""], ["seen", "check", "K"], ["end", "end", "X"]];

export class SeatPanel {
  /** @type {Api.SittingDetail | null} */
  #details = null;
  /** @type {Api.Reasons | null} */
  #reasons = null;
  #key = "";
  /** The open seat, or null. @type {Live.SeatView | null} */
  seat = null;
  /** Its worst flag that nobody has seen. @type {Live.FlagView | null} */
  flag = null;
  receivedMs = 0;
  /** The state that the records were last fetched for. @type {Live.State | null} */
  #fetchedFor = null;
  since = h("span", { class: "meta push" });

  /** @param {import("../pages/wall.js").WallPage} wall */
  constructor(wall) {
    this.wall = wall;
    this.element = h("aside", { class: "side" });
    this.live = h("img", { alt: t("photo.now"), hidden: true });
    this.liveCaption = h("figcaption");
    this.why = h("div", { class: "stack stack-1" });
    this.acts = h("div", { class: "stack stack-1 scroll" });
    this.line = h("p", { class: "row meta wrap" });
    this.keyList = h("key-list");
    this.empty();
  }

  empty() {
    this.seat = null;
    this.#details = null;
    this.#key = "";
    fill(this.element, h("div", { class: "empty panel-empty" }, icon("eye"), h("p", {}, t("panel.none"))), this.#keys());
  }

  /** @param {Live.SeatView} seat */
  async open(seat) {
    this.seat = seat;
    this.#key = "";
    this.#details = null;
    this.live.hidden = true;
    this.live.removeAttribute("src");
    this.update(seat);
    await this.reload();
  }

  /** Fetches the sitting's records again. */
  async reload() {
    const id = this.seat?.sitting_id;
    if (!id) return;
    this.#fetchedFor = this.seat?.state ?? null;
    const [details, reasons] = await Promise.all([get(`/api/sittings/${id}`).catch(() => null), allReasons()]);
    if (this.seat?.sitting_id !== id || !details) return;
    this.#details = details;
    this.#reasons = reasons;
    this.#drawActs();
    this.update(this.seat);
  }

  /** Draws what the wall knows of the seat; the frame only when it changed. @param {Live.SeatView} seat */
  update(seat) {
    this.seat = seat;
    // Somebody who comes to wait has an outcome at the door that the records from before do not know.
    if (this.#details && seat.state === "awaiting_admission" && this.#fetchedFor !== seat.state) this.reload();
    const key = JSON.stringify([seat.sitting_id, seat.state, seat.flags, seat.called_at, seat.checks_off, Boolean(this.#details), this.#details?.identity, this.wall.away]);
    if (key !== this.#key) {
      this.#key = key;
      this.#drawFrame(seat);
    }
    this.#drawLine(seat);
    this.#drawTimes();
  }

  /** @param {Live.SeatView} seat */
  #drawFrame(seat) {
    const unseen = seat.flags.filter((f) => !f.seen_by).sort((a, b) => LEVEL[b.severity] - LEVEL[a.severity]);
    this.flag = unseen[0] ?? null;
    const base = `/api/sittings/${seat.sitting_id}`;
    const close = h("button", { class: "btn btn-bare push", type: "button", "aria-label": t("panel.close"), onclick: () => this.wall.close() },
      icon("x", "s"), kbd("Esc"));
    this.element.setAttribute("aria-label", t("panel.label", { n: seat.label }));
    fill(this.element,
      h("div", { class: "row" }, h("div", { class: "row wrap grow" }, h("h2", {}, `${t("wall.seat", { n: seat.label })} ${seat.name ?? ""}`),
        this.flag ? flagTag(this.flag) : h("span", { class: "tag" }, stateName(seat))), close),
      h("div", { class: "stack stack-1" }, h("div", { class: "pair" },
        h("figure", { class: "photo" }, this.#registered(base), h("figcaption", {}, t("panel.registered"))),
        h("figure", { class: "photo" }, this.live, this.liveCaption)), this.line),
      this.#drawWhy(seat, unseen, base), this.#commands(seat), this.acts, this.#keys());
  }

  /** @param {string} base */
  #registered(base) {
    if (!this.#details?.registered_photo) return h("span", { class: "tile-none" }, this.#details ? t("photo.none") : "");
    return h("img", { src: `${base}/photo`, alt: t("panel.registered") });
  }

  /** @param {Live.SeatView} seat */
  #drawLine(seat) {
    const started = seat.position !== null;
    const saved = seat.saved_at && h("span", { class: "push state" }, sign("ok"), t("panel.saved", { time: timeOf(seat.saved_at) }));
    const here = { online: "ok", stale: "stale", lost: "lost", never: "idle" }[seat.presence];
    fill(this.line, h("span", {}, started ? t("panel.progress", { position: seat.position ?? 0, answered: seat.answered, total: seat.total }) : t("panel.not_started")),
      saved || h("span", { class: "push" }), h("span", { class: "state" }, sign(here), t(`presence.${seat.presence}`)));
  }

  /** @param {Live.SeatView} seat @param {Live.FlagView[]} unseen @param {string} base */
  #drawWhy(seat, unseen, base) {
    const off = (seat.checks_off ?? []).map((name) => h("p", { class: "row meta" }, sign("idle"),
      name === "presentation_attack" ? t("panel.checks_off") : t("panel.check_off", { name: worded("flag", name) })));
    const call = seat.called_at && h("p", { class: "row" }, sign("do"), t("panel.called", { time: timeOf(seat.called_at) }),
      h("button", { class: "btn push", type: "button", disabled: this.wall.away, onclick: () => this.#plain("answer_call") }, t("panel.answer_call")));
    const door = this.#drawDoor(seat, base);
    const waits = seat.state === "awaiting_admission" && h("p", { class: "row" }, sign("do"), h("b", {}, t("panel.waiting")),
      worded("waiting_reason", seat.waiting_reason ?? "other", t("waiting_reason.other")), !door && this.#identity());
    const { flag } = this;
    const reason = flag ? [h("p", { class: "row" }, h("b", {}, t("panel.why")), this.since),
      h("p", {}, known(`flag_text.${flag.kind}`) ? t(`flag_text.${flag.kind}`) : flagName(flag.kind)),
      h("div", { class: "strip" }, flag.evidence.map((n) => this.#evidence(base, n, n === flag.peak_frame))),
      h("p", { class: "meta" }, t("panel.not_verdict"), unseen.length > 1 && ` ${t("panel.more_flags", { n: unseen.length - 1 })}`)]
      : h("p", { class: "dim" }, t("panel.no_flags"));
    return fill(this.why, call, waits, door, reason, off);
  }

  /** The outcome at the door in words, with the frames that were compared and those of the challenge. @param {Live.SeatView} seat @param {string} base */
  #drawDoor(seat, base) {
    const identity = this.#details?.identity;
    const atDoor = seat.state === "checking_in" || seat.state === "awaiting_admission";
    if (!identity || !atDoor || identity.outcome === "match" || identity.reason === "refused") return false;
    const { challenge, frame, reason } = identity;
    const why = identity.outcome === "unusable" ? t("door_reason.unusable", { advice: worded("advice", reason) }) : worded("door_reason", reason, "");
    const steps = (challenge?.asked ?? []).map((step) => worded("challenge_step", step));
    const shown = (challenge?.frames ?? []).map((n, i) => this.#evidence(base, n, false, steps[i]));
    return [h("p", {}, why),
      challenge && h("p", { class: "meta" }, t("panel.challenge", { done: challenge.done.length, total: steps.length, steps: steps.join(t("list.comma")) })),
      frame !== null && h("div", { class: "strip strip-door" }, this.#evidence(base, frame, false, t("panel.compared")), shown)];
  }

  #identity() {
    const outcome = this.#details?.identity?.outcome;
    return outcome && h("span", { class: "meta push" }, t("panel.identity", { outcome: t(`outcome.${outcome}`) }));
  }

  /** @param {string} base @param {number} n @param {boolean} peak @param {string} [says] what the frame shows */
  #evidence(base, n, peak, says) {
    const src = `${base}/frames/${n}.jpg`;
    const label = [t("panel.frame", { n }), says].filter(Boolean).join(" ");
    return h("button", { class: `photo${peak ? " is-peak" : ""}`, type: "button", "aria-label": label, onclick: () => this.enlarge(src) },
      h("img", { src, alt: "", loading: "lazy" }), says && h("span", { class: "meta one" }, says));
  }

  /** @param {Live.SeatView} seat */
  #commands(seat) {
    const button = (/** @type {string[]} */ [command, iconName, key]) => {
      const name = command === "pause" && seat.state === "paused" ? "resume" : command;
      const classes = `btn${name === "end" ? " btn-end" : ""}`;
      return h("button", { class: classes, type: "button", disabled: !this.#can(name), onclick: () => this.command(name) },
        h("span", { class: "row one" }, icon(iconName, "s"), t(`command.${name}`)), key && kbd(key));
    };
    const admitFirst = seat.state === "awaiting_admission";
    const top = h("div", { class: "cmds cmds-1" },
      h("button", { class: "btn btn-main", type: "button", disabled: !this.#can(admitFirst ? "admit" : "seen"), onclick: () => this.command(admitFirst ? "admit" : "seen") },
        h("span", { class: "row" }, icon(admitFirst ? "idcard" : "check", "s"), t(admitFirst ? "command.admit" : "command.seen")), kbd(admitFirst ? "A" : "K")),
      h("button", { class: "btn", type: "button", onclick: () => this.enlarge(this.live.src) }, h("span", { class: "row" }, icon("eye", "s"), t("command.enlarge")), kbd("F")),
      h("button", { class: "btn", type: "button", disabled: this.wall.away, onclick: () => this.command("incident") }, h("span", { class: "row" }, icon("note", "s"), t("command.incident")), kbd("N")));
    const hidden = admitFirst ? "admit" : "seen";
    return h("div", { class: "stack" }, top, h("div", { class: "cmds" }, BUTTONS.filter(([name]) => name !== hidden).map(button)));
  }

  /** @param {string} command */
  #can(command) {
    if (this.wall.away || !this.seat?.sitting_id) return false;
    if (command === "seen") return this.flag !== null;
    return ALLOWED[command].includes(this.seat.state);
  }

  /** Gives a command of the open seat. False when it cannot be given now. @param {string} name */
  command(name) {
    if (!this.seat?.sitting_id || this.wall.away) return false;
    if (name === "incident") {
      const flags = this.seat.flags.map((f) => f.id);
      ask(this.wall, this.seat, name, { flags });
    } else if (!this.#can(name)) return false;
    else if (name === "seen") this.#plain("seen", { flag_id: this.flag?.id });
    else if (name === "resume") this.#plain("resume");
    else ask(this.wall, this.seat, name, { recent: this.#colleague() });
    return true;
  }

  /** @param {string} command @param {{flag_id?: string}} more */
  #plain(command, more = {}) {
    if (this.seat) send(this.wall, this.seat, { command, ...more });
  }

  #colleague() {
    const theirs = (/** @type {Api.Act} */ act) => act.type.startsWith("staff.") && act.type !== "staff.viewed" && act.by !== this.wall.me.name;
    return this.#details?.acts.find(theirs) ?? null;
  }

  /** Shows a picture large. @param {string} src */
  enlarge(src) {
    if (!src) return;
    const close = () => dialog.close();
    /** @type {HTMLDialogElement} */
    const dialog = h("dialog", { class: "enlarged", "aria-label": t("command.enlarge"), onclick: close }, h("img", { src, alt: t("command.enlarge") }));
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  }

  /** A full picture arrived. @param {string} url @param {number} receivedMs */
  picture(url, receivedMs) {
    this.live.src = url;
    this.live.hidden = false;
    this.receivedMs = receivedMs;
  }

  #drawTimes() {
    const now = this.wall.now();
    const shown = !this.live.hidden;
    this.liveCaption.textContent = shown ? `${t("panel.now", { time: timeOf(new Date(this.receivedMs)) })} · ${((now - this.receivedMs) / 1000).toFixed(1)} s` : t("panel.no_live");
    if (!this.flag) return;
    const end = this.flag.ended_at ? Date.parse(this.flag.ended_at) : now;
    this.since.textContent = t("panel.since", { time: timeOf(this.flag.started_at), for: ms(end - Date.parse(this.flag.started_at)) });
  }

  #drawActs() {
    const acts = this.#details?.acts ?? [];
    fill(this.acts, h("p", { class: "row" }, h("b", {}, t("panel.acts")), h("span", { class: "push meta" }, t("panel.all_acts", { n: acts.length }))),
      acts.length === 0 ? h("p", { class: "meta" }, t("panel.acts_none"))
        : h("table", { class: "tbl" }, h("tbody", {}, acts.map((act) => h("tr", {}, h("td", { class: "meta nowrap" }, timeOf(act.at)),
          h("td", {}, actName(act), " ", h("span", { class: "dim" }, actDetail(act, this.#reasons))))))));
  }

  #keys() {
    return h("div", {}, h("p", { class: "keys" }, h("span", {}, kbd("1–5"), t("keys.seats")), h("span", {}, kbd("←", "→"), t("keys.move")),
      h("span", {}, kbd("J"), t("keys.next_worst")), h("span", {}, kbd("Q"), t("keys.queue")), this.keyList));
  }
}
