/** The exam: one item a page, navigator, save state, time left; then the look before handing in. */

import { t } from "../catalogue.js";
import { fill, h, icon, kbd, on, say, sign } from "../dom.js";
import { dialogOpen, onKeys } from "../keys.js";
import { watchPage } from "../page-watch.js";
import "../elements/camera-view.js";
import "../elements/item-navigator.js";
import "../elements/item-view.js";
import "../elements/key-list.js";
import "../elements/save-state.js";
import "../elements/time-left.js";
import { drawReview } from "./review.js";

const LETTERS = "abcdefgh";

/** @typedef {import("../keys.js").Binding} Binding */

export class ExamStep {
  #camState = "";
  /** What was last reported: a page that loads says nothing of a camera that opens as it should. */
  #camOk = true;
  #handing = false;
  clock = h("time-left");
  save = h("save-state");
  view = h("item-view", { class: "stack stack-3" });
  line = h("div", { class: "row row-4 t-18 wrap" });
  main = h("main", { class: "exam-item stack stack-3", id: "main", tabindex: "-1" }, this.line, this.view);
  letters = h("kbd");
  choosing = h("span", {}, this.letters, t("keys.choose"));
  cam = h("div");
  navigator = h("item-navigator", { class: "rail-nav", role: "navigation", "aria-label": t("item.navigator") });
  previous = h("button", { class: "btn btn-tall", type: "button", onclick: () => this.go(this.answers.position - 1) }, icon("left"), t("item.previous"));
  later = h("button", { class: "btn btn-tall", type: "button", onclick: () => this.#mark() }, icon("later"), t("item.later"));
  next = h("button", { class: "btn btn-main btn-tall btn-next", type: "button", onclick: () => this.#forward() });

  /** @param {import("../pages/candidate.js").CandidatePage} page @param {import("./answers.js").Answers} answers */
  constructor(page, answers) {
    this.page = page;
    this.answers = answers;
    this.stop = new AbortController();
    on(this.view, "answer", (/** @type {string[]} */ response) => this.#answer(response));
    on(this.navigator, "go", (/** @type {number} */ position) => {
      this.go(position);
      // The choice is made: the arrow keys belong to the items again.
      this.main.focus();
    });
    this.head = this.#head();
    this.#drawItemPage();
    // What is being typed is answered before the page can go away.
    document.addEventListener("visibilitychange", () => this.view.flush(), { signal: this.stop.signal });
    watchPage((kind) => this.#report(kind), this.stop.signal);
    onKeys(this.#keys(), this.stop.signal);
    page.session.addEventListener("change", () => this.#tick(), { signal: this.stop.signal });
    this.#visit();
    this.#tick();
  }

  #head() {
    const { exam, candidate, seat } = this.page.sitting;
    return h("header", { class: "exam-head" },
      h("div", {}, h("p", { class: "one t-18 strong" }, exam.name),
        h("p", { class: "t-16 dim" }, t("exam.who", { name: candidate.name, seat: seat ?? "" }))),
      this.clock, this.save);
  }

  #drawItemPage() {
    this.reviewing = false;
    fill(this.page.root, h("div", { class: "exam" }, this.head, this.main, this.#foot(), this.#rail()));
    this.#camState = "";
    this.#drawItem();
  }

  #foot() {
    return h("footer", { class: "exam-foot" }, this.previous, this.later,
      h("div", { class: "grow" }, h("p", { class: "keys" }, this.choosing,
        h("span", {}, kbd("←", "→"), t("keys.item")), h("span", {}, kbd("M"), t("item.later")), h("key-list"))),
      this.next);
  }

  #rail() {
    const view = h("camera-view");
    view.camera = this.page.camera;
    return h("aside", { class: "exam-rail" }, h("div", { class: "rail-cam" }, view, this.cam), this.navigator,
      h("div", { class: "rail-foot" }, h("button", { class: "btn btn-wide", type: "button", onclick: () => this.review() },
        icon("tray"), t("review.open"))));
  }

  #drawItem() {
    const { position, total } = this.answers;
    const slot = this.answers.slot(position);
    const section = this.answers.sectionOf(position);
    fill(this.line, h("span", { class: "strong" }, section?.title),
      h("span", {}, t("item.of", { n: position, total })),
      h("span", { class: "dim push" }, section?.rule_text || t("item.points", { n: slot.points })));
    this.view.show(slot, this.answers.response(position), this.answers.stimulus(position));
    this.choosing.hidden = this.view.letters === 0;
    say(this.letters, this.#letterRange());
    this.main.scrollTop = 0;
    this.#drawAround();
  }

  /** The letters that choose an option of the item shown. */
  #letterRange() {
    return `A\u2013${LETTERS[Math.max(0, this.view.letters - 1)].toUpperCase()}`;
  }

  #drawAround() {
    const { position, total } = this.answers;
    this.navigator.show(this.answers, position);
    this.previous.disabled = position === 1;
    fill(this.next, position === total ? t("review.short") : t("item.next"), icon("right"));
    this.later.setAttribute("aria-pressed", String(this.answers.marks.has(position)));
  }

  /** Shows another item. @param {number} position */
  go(position) {
    this.view.flush();
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

  /** @param {string[]} response */
  #answer(response) {
    const { position } = this.answers;
    if (this.#closed()) {
      this.view.response = this.answers.response(position);
      return;
    }
    this.answers.set(position, response);
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

  /** @param {Live.PageEventKind} kind */
  #report(kind) {
    if (this.page.session.welcomed) this.page.session.send({ type: "page_event", kind });
  }

  /** The look before handing in. */
  review() {
    this.view.flush();
    this.reviewing = true;
    drawReview(this);
    this.#tick();
  }

  /** Back to the item that was shown. */
  back() {
    this.#drawItemPage();
    this.view.focusFirst();
  }

  async handIn() {
    this.view.flush();
    if (this.#closed()) return;
    this.#handing = true;
    await this.page.session.send({ type: "hand_in" });
    this.#tick();
  }

  #keys() {
    const free = () => !this.page.cover.shown && !dialogOpen();
    const onItem = () => !this.reviewing && free();
    /** @returns {Binding} */
    const key = (/** @type {string[]} */ names, /** @type {string[]} */ shown, /** @type {string} */ says, /** @type {Binding["act"]} */ act, when = onItem) => ({ on: names, shown, says, act, when });
    const letters = key([...LETTERS], [], t("keys.choose"), (event) => this.view.press(LETTERS.indexOf(event.key.toLowerCase())));
    Object.defineProperty(letters, "shown", { get: () => [this.#letterRange()] });
    return [
      letters,
      key(["ArrowLeft"], ["\u2190"], t("item.previous"), () => this.go(this.answers.position - 1)),
      key(["ArrowRight"], ["\u2192"], t("item.next"), () => this.go(this.answers.position + 1)),
      key(["m"], ["M"], t("item.later"), () => this.#mark()),
      key(["Ctrl+Enter"], ["Ctrl", "Enter"], t("review.open"), () => this.review()),
      key(["Escape"], ["Esc"], t("review.back"), () => this.back(), () => Boolean(this.reviewing) && free()),
    ];
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
    this.#tick();
  }

  /** @param {boolean} offline */
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
    if (state !== "opening") this.#reportCamera(ok);
    const lines = [h("p", { class: "state" }, sign(ok ? "ok" : "stop"), t(ok ? "camera.ok" : "camera.off")),
      ok ? h("p", { class: "dim" }, t("camera.recording"))
        : h("button", { class: "linkish t-16", type: "button", onclick: () => this.page.camera.open() }, t("again"))];
    if (!this.reviewing) fill(this.cam, lines);
  }

  /** @param {boolean} ok */
  #reportCamera(ok) {
    if (ok === this.#camOk) return;
    this.#camOk = ok;
    this.#report(ok ? "camera_back" : "camera_lost");
  }

  /** @param {Live.PassedOn} message */
  message(message) {
    if (message.type === "status") this.#tick();
  }

  close() {
    this.stop.abort();
    this.page.cover.hide();
  }
}
