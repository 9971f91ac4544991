/** The exam: one item a page, navigator, save state, time left; then the look before handing in. */

import { t } from "../catalogue.js";
import { fill, h, icon, kbd, sign } from "../dom.js";
import { onKeys } from "../keys.js";
import { watchPage } from "../page-watch.js";
import "../elements/camera-view.js";
import "../elements/item-navigator.js";
import "../elements/item-view.js";
import "../elements/save-state.js";
import "../elements/time-left.js";
import { drawReview } from "./review.js";

const LETTERS = "abcdef";

export class ExamStep {
  #camState = "";
  #camOk = null;
  #handing = false;

  /** @param {object} page @param {import("./answers.js").Answers} answers */
  constructor(page, answers) {
    this.page = page;
    this.answers = answers;
    this.stop = new AbortController();
    this.head = this.#head();
    this.#drawItemPage();
    watchPage((kind) => this.#report(kind), this.stop.signal);
    onKeys(this.#keys(), this.stop.signal);
    page.session.addEventListener("change", () => this.#tick(), { signal: this.stop.signal });
    this.#visit();
    this.#tick();
  }

  #head() {
    const { exam, candidate, seat } = this.page.sitting;
    this.clock = h("time-left");
    this.save = h("save-state");
    return h("header", { class: "exam-head" },
      h("div", {}, h("p", { class: "one t-18 strong" }, exam.name),
        h("p", { class: "t-16 dim" }, t("exam.who", { name: candidate.name, seat: seat ?? "" }))),
      this.clock, this.save);
  }

  #drawItemPage() {
    this.reviewing = false;
    this.view = h("item-view", { class: "stack stack-3" });
    this.view.addEventListener("choose", ({ detail }) => this.#choose(detail));
    this.line = h("div", { class: "row row-4 t-18 wrap" });
    this.main = h("main", { class: "exam-item stack stack-3", id: "main", tabindex: "-1" }, this.line, this.view);
    fill(this.page.root, h("div", { class: "exam" }, this.head, this.main, this.#foot(), this.#rail()));
    this.#camState = "";
    this.#drawItem();
  }

  #foot() {
    this.previous = h("button", { class: "btn btn-tall", type: "button", onclick: () => this.go(this.answers.position - 1) },
      icon("left"), t("item.previous"));
    this.later = h("button", { class: "btn btn-tall", type: "button", onclick: () => this.#mark() }, icon("later"), t("item.later"));
    this.next = h("button", { class: "btn btn-main btn-tall btn-next", type: "button", onclick: () => this.#forward() });
    return h("footer", { class: "exam-foot" }, this.previous, this.later,
      h("div", { class: "grow" }, h("p", { class: "keys" }, h("span", {}, kbd(t("keys.letters")), t("keys.choose")),
        h("span", {}, kbd("←", "→"), t("keys.item")), h("span", {}, kbd("M"), t("item.later")))),
      this.next);
  }

  #rail() {
    const view = h("camera-view");
    view.camera = this.page.camera;
    this.cam = h("div");
    this.navigator = h("item-navigator", { class: "rail-nav", role: "navigation", "aria-label": t("item.navigator") });
    this.navigator.addEventListener("go", ({ detail }) => {
      this.go(detail);
      // The choice is made: the arrow keys belong to the items again.
      this.main.focus();
    });
    return h("aside", { class: "exam-rail" }, h("div", { class: "rail-cam" }, view, this.cam), this.navigator,
      h("div", { class: "rail-foot" }, h("button", { class: "btn btn-wide", type: "button", onclick: () => this.review() },
        icon("tray"), t("review.open"))));
  }

  #drawItem() {
    const { position, total } = this.answers;
    const slot = this.answers.slot(position);
    const section = this.answers.sectionOf(position);
    fill(this.line, h("span", { class: "strong" }, section.title),
      h("span", {}, t("item.of", { n: position, total })),
      h("span", { class: "dim push" }, section.rule_text || t("item.points", { n: slot.points })));
    this.view.show(slot, this.answers.response(position));
    this.main.scrollTop = 0;
    this.#drawAround();
  }

  #drawAround() {
    const { position, total } = this.answers;
    this.navigator.show(this.answers, position);
    this.previous.disabled = position === 1;
    fill(this.next, position === total ? t("review.short") : t("item.next"), icon("right"));
    this.later.setAttribute("aria-pressed", String(this.answers.marks.has(position)));
  }

  /** Shows another item. */
  go(position) {
    if (position < 1 || position > this.answers.total || this.#closed()) return;
    const moved = position !== this.answers.position;
    this.answers.position = position;
    if (this.reviewing) this.#drawItemPage();
    else this.#drawItem();
    if (moved) this.#visit();
  }

  #forward() {
    if (this.answers.position === this.answers.total) this.review();
    else this.go(this.answers.position + 1);
  }

  #visit() {
    this.page.session.send({ type: "visit", position: this.answers.position });
  }

  #choose(id) {
    const { position } = this.answers;
    if (this.#closed()) {
      this.view.response = this.answers.response(position);
      return;
    }
    const response = this.answers.choose(position, id);
    this.view.response = response;
    this.page.session.send({ type: "answer", position, response });
    this.#drawAround();
  }

  #mark() {
    if (this.#closed()) return;
    const { position } = this.answers;
    this.page.session.send({ type: "mark", position, on: this.answers.toggleMark(position) });
    this.#drawAround();
  }

  /** Whether the page takes no more answers: time over, paused, handing in, or another tab. */
  #closed() {
    const over = this.page.session.countdown.over(performance.now());
    return over || this.#handing || this.page.cover.shown || !this.page.session.welcomed;
  }

  #report(kind) {
    if (this.page.session.welcomed) this.page.session.send({ type: "page_event", kind });
  }

  /** The look before handing in. */
  review() {
    this.reviewing = true;
    drawReview(this);
    this.#tick();
  }

  /** Back to the item that was shown. */
  back() {
    this.#drawItemPage();
    this.view.querySelector("input")?.focus();
  }

  async handIn() {
    if (this.#closed()) return;
    this.#handing = true;
    await this.page.session.send({ type: "hand_in" });
    this.#tick();
  }

  #keys() {
    const behind = () => this.page.cover.shown || document.querySelector("dialog[open]") !== null;
    const item = (act) => () => (this.reviewing || behind() ? false : act());
    const table = {
      ArrowLeft: item(() => this.go(this.answers.position - 1)),
      ArrowRight: item(() => this.go(this.answers.position + 1)),
      m: item(() => this.#mark()),
      "Ctrl+Enter": () => (this.reviewing || behind() ? false : this.review()),
      Escape: () => (this.reviewing && !behind() ? this.back() : false),
    };
    [...LETTERS].forEach((name, i) => (table[name] = item(() => this.view.press(i))));
    return table;
  }

  #tick() {
    const now = performance.now();
    const { session, cover } = this.page;
    const paused = this.page.state === "paused";
    this.clock.show(session.countdown, now, paused);
    this.save.state = session.saveState(now);
    this.#drawCamera();
    const offline = session.protocol.offlineSince !== null;
    if (this.page.putAside) return;
    if (this.#handing) this.#drawHanding(offline);
    else if (paused) cover.paused(session.countdown.left(now));
    else if (session.countdown.over(now)) cover.timeOver(offline, () => session.reconnect());
    else cover.hide();
  }

  /** The server would not take the hand-in: the candidate goes on. */
  handInRefused() {
    this.#handing = false;
    this.tick();
  }

  #drawHanding(offline) {
    const { pending } = this.page.session.protocol;
    const waiting = new Set(pending.filter((m) => m.type === "answer").map((m) => m.position)).size;
    const total = this.answers.total - this.answers.unanswered.length;
    this.page.cover.handingIn(total - waiting, total, offline);
  }

  #drawCamera() {
    const { state } = this.page.camera;
    if (state === this.#camState) return;
    this.#camState = state;
    const ok = state === "ok";
    this.#reportCamera(ok);
    const lines = [h("p", { class: "state" }, sign(ok ? "ok" : "stop"), t(ok ? "camera.ok" : "camera.off")),
      ok ? h("p", { class: "dim" }, t("camera.recording"))
        : h("button", { class: "linkish t-16", type: "button", onclick: () => this.page.camera.open() }, t("again"))];
    if (!this.reviewing) fill(this.cam, lines);
  }

  #reportCamera(ok) {
    if (ok === this.#camOk) return;
    const first = this.#camOk === null;
    this.#camOk = ok;
    if (!first) this.#report(ok ? "camera_back" : "camera_lost");
  }

  message(message) {
    if (message.type === "status") this.#tick();
  }

  close() {
    this.stop.abort();
    this.page.cover.hide();
  }
}
