/** Steps 2 and 3: framing checks, then the identity check that starts by itself, and what it asks for. */

import { t, worded } from "../catalogue.js";
import { fill, h, icon, kbd, say, sentence, sign } from "../dom.js";
import { post } from "../server.js";
import "../elements/camera-view.js";
import { ChallengePart } from "./challenge.js";
import { drawDesk } from "./desk.js";

const CHECKS = ["camera_open", "one_person", "light", "distance", "sharpness"];

export class FramingStep {
  /** @type {Map<string, {ok: boolean, advice?: string | null}>} */
  #checks = new Map();
  /** @type {Omit<Live.Identity, "type"> | null} */
  #identity = null;
  /** @type {Live.Challenge | null} */
  #challenge = null;
  #part = new ChallengePart();

  /** @param {import("../pages/candidate.js").CandidatePage} page */
  constructor(page) {
    this.page = page;
    // An outcome stays until the candidate tries again: the camera goes on, the comparison does not.
    if (page.sitting.identity?.outcome === "unusable") this.#identity = { progress: 0, ...page.sitting.identity };
    this.title = h("h1");
    this.words = h("p", { class: "dim" });
    this.list = h("ul", { class: "checks sheet" });
    this.bar = h("progress", { max: "1", value: "0", "aria-label": t("identity.progress"), hidden: true });
    this.hint = h("p", { class: "t-18 dim" }, t("framing.hint"));
    this.extra = h("div", { class: "row row-3 wrap" });
    this.error = h("p", { class: "field-error t-18", role: "alert" });
    this.stop = new AbortController();
    page.camera.addEventListener("state", () => this.#draw(), { signal: this.stop.signal });
    this.#frame(1);
    this.#draw();
  }

  /** @param {number} current */
  #frame(current) {
    this.current = current;
    const view = h("camera-view", { guide: true });
    view.camera = this.page.camera;
    const main = h("div", { class: "two two-cam" }, view,
      h("div", { class: "stack stack-4" },
        h("div", { class: "stack", role: "status" }, this.title, this.words),
        this.bar, this.#part.element, this.list, this.extra, this.error, this.hint));
    drawDesk(this.page, "framing", { main, foot: this.#foot(), current });
  }

  #foot() {
    return [
      this.current === 1 && this.page.sitting.consent?.face_comparison !== false && h("span", { class: "t-18 dim" }, t("framing.auto")),
      h("button", { class: "btn btn-bare", type: "button", onclick: () => this.page.camera.next() }, t("camera.other")),
      h("button", { class: "btn btn-bare push", type: "button", onclick: () => this.#ask("help") },
        t("framing.help"), kbd("F2")),
    ];
  }

  /** A message of the live session. @param {Live.PassedOn} message */
  message(message) {
    if (message.type === "framing") {
      this.#checks = new Map(message.checks.map((check) => [check.check, check]));
      this.#challenge = message.challenge ?? null;
      const collecting = this.#identity !== null && !this.#identity.outcome;
      if (collecting && message.checks.some((check) => !check.ok)) this.#identity = null;
    } else if (message.type === "identity") {
      this.#identity = message;
      if (message.outcome) this.#challenge = null;
    } else {
      return;
    }
    this.#draw();
  }

  #draw() {
    const broken = ["blocked", "none", "lost"].includes(this.page.camera.state);
    const byHand = this.page.sitting.consent?.face_comparison === false;
    const asked = broken ? null : this.#challenge;
    const collecting = (this.#identity !== null || asked !== null) && !byHand;
    const current = collecting && !broken ? 2 : 1;
    if (current !== this.current) this.#frame(current);
    this.bar.hidden = !collecting || broken || asked !== null;
    this.list.hidden = this.hint.hidden = asked !== null;
    this.title.classList.toggle("asked", asked !== null);
    this.#part.draw(asked);
    this.bar.value = this.#identity?.progress ?? 0;
    if (broken) this.#drawBroken(this.page.camera.state === "blocked" ? "blocked" : "none");
    else if (this.#identity?.outcome === "unusable") this.#drawUnusable();
    else if (asked) this.#words(...this.#part.words(asked));
    else if (collecting) this.#drawChecking();
    else this.#drawFraming();
    fill(this.list, CHECKS.map((name) => this.#row(name, broken)));
  }

  /** @param {string} title @param {string} words @param {...Child} extra */
  #words(title, words, ...extra) {
    say(this.title, title);
    say(this.words, words);
    if (extra.length || this.extra.childElementCount) fill(this.extra, extra);
  }

  /** @param {"blocked" | "none"} kind */
  #drawBroken(kind) {
    this.#words(t(`camera.${kind}.title`), t(`camera.${kind}.text`),
      h("button", { class: "btn btn-main", type: "button", onclick: () => this.page.camera.open() }, t("again")),
      h("button", { class: "btn", type: "button", onclick: () => this.#ask("no_camera") }, t("call.button")));
  }

  #drawUnusable() {
    const { reason = null, retries_left: left = 0 } = this.#identity ?? {};
    const retry = left > 0 && h("button", { class: "btn btn-main", type: "button", onclick: () => this.#retry() },
      icon("sync"), t("identity.retry", { n: left }));
    const title = t(reason === "refused" ? "identity.refused" : "identity.unusable");
    this.#words(title, worded("advice", reason, t("advice.other")), retry,
      h("button", { class: "btn", type: "button", onclick: () => this.#ask("help") }, t("call.button")));
  }

  #drawChecking() {
    this.#words(t("identity.checking"), t("identity.checking_text"));
  }

  #drawFraming() {
    const bad = CHECKS.map((name) => this.#checks.get(name)).find((check) => check && !check.ok);
    if (bad) this.#words(worded("advice", bad.advice, t("advice.other")), worded("advice_text", bad.advice, ""));
    else if (this.page.sitting.consent?.face_comparison === false) this.#drawByHand();
    else if (this.#checks.size === 0) this.#words(t("framing.start"), t("framing.start_text"));
    else this.#words(t("framing.good"), t("framing.good_text"));
  }

  /** Without face comparison nothing goes on by itself: a person has to come (again). */
  #drawByHand() {
    this.#words(t("framing.by_hand"), t("framing.by_hand_text"),
      h("button", { class: "btn btn-main", type: "button", onclick: () => this.#ask("help") }, t("call.button")));
  }

  /** @param {string} name @param {boolean} broken */
  #row(name, broken) {
    const check = this.#checks.get(name) ?? (name === "camera_open" && this.page.camera.state === "ok" ? { ok: true } : null);
    const label = t(`check.${name}`);
    if (broken && name === "camera_open") return this.#line("stop", h("b", {}, label), t("check.not_open"));
    if (broken || !check) return this.#line("idle", h("span", { class: "dim" }, label), t("check.later"));
    if (check.ok) return this.#line("ok", label, name === "camera_open" ? this.page.camera.label : "");
    return this.#line("do", h("b", {}, label), worded("advice", check.advice, t("advice.other")));
  }

  /** @param {string} signName @param {Child} label @param {string} meta */
  #line(signName, label, meta) {
    return h("li", {}, sign(signName, "l"), h("span", { class: "grow" }, label), h("span", { class: "meta one" }, meta));
  }

  async #retry() {
    await this.#try(() => post("/api/candidate/identity"));
    this.#identity = null;
    this.#draw();
  }

  /** @param {string} reason */
  async #ask(reason) {
    await this.#try(() => post("/api/candidate/admission-request", { reason }));
    await this.page.refresh();
  }

  /** @param {() => Promise<unknown>} act */
  async #try(act) {
    say(this.error, "");
    try {
      await act();
    } catch (problem) {
      say(this.error, sentence(problem));
    }
  }

  close() {
    this.stop.abort();
  }
}
