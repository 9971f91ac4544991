/** The candidate's page after sign-in: one page, one step at a time, led by the server's state. */

import { Camera, FrameSender } from "../camera.js";
import { Answers } from "../candidate/answers.js";
import { ConsentStep } from "../candidate/consent.js";
import { Cover, Notices } from "../candidate/covers.js";
import { DoneStep } from "../candidate/done.js";
import { ExamStep } from "../candidate/exam.js";
import { FramingStep } from "../candidate/framing.js";
import { PhotoStep } from "../candidate/photo.js";
import { LiveSession } from "../candidate/session.js";
import { cameraRuns, stepFor } from "../candidate/steps.js";
import { AdmissionStep, WaitingStep } from "../candidate/waiting.js";
import { loadCatalogue, t, worded } from "../catalogue.js";
import { byId, fill, h, on, sentence, sign } from "../dom.js";
import { onKeys } from "../keys.js";
import { get, leaveIfSignedOut } from "../server.js";
import { applyType } from "../settings.js";

const FORM_AGAIN_MS = 1_000;
const TOAST_MS = 6_000;
const STEPS = { consent: ConsentStep, photo: PhotoStep, framing: FramingStep, admission: AdmissionStep, waiting: WaitingStep, done: DoneStep };

/** What stands on the page at a step. @typedef {{message(message: Live.PassedOn): void, close(): void}} View */

export class CandidatePage {
  root = byId("app");
  camera = new Camera();
  frames = new FrameSender(this.camera);
  cover = new Cover();
  step = "";
  /** @type {Live.State | ""} */
  state = "";
  /** From start() on. @type {Api.CandidateSitting} */
  sitting;
  /** From start() on. @type {LiveSession} */
  session;
  /** From start() on. @type {Notices} */
  notices;
  toast = h("p", { class: "toast t-18", role: "status", hidden: true });
  /** Covered for another window or a closed session, whatever the exam says, until the server greets it again. */
  putAside = false;
  /** @type {(View & {handInRefused?: () => void}) | null} */
  #view = null;
  #clock = { server: Date.now(), here: performance.now() };
  #cameraOn = false;

  async start() {
    this.sitting = await get("/api/candidate/sitting");
    this.session = new LiveSession(this.sitting.sitting_id);
    this.notices = new Notices((id) => this.session.send({ type: "notice_shown", notice_id: id }));
    document.body.append(this.toast);
    onKeys([{ on: ["F2"], shown: ["F2"], says: t("call.button"), when: () => this.step !== "done", act: () => this.call() }], new AbortController().signal);
    on(this.session, "live", (/** @type {Live.Welcome} */ welcome) => this.#live(welcome));
    on(this.session, "message", (/** @type {Live.PassedOn} */ message) => this.#message(message));
    on(this.session, "refused", (/** @type {{code: string, message: Live.Numbered | null}} */ { code, message }) => {
      this.tell(worded("problem", code, t("save.refused")));
      if (message?.type === "hand_in") this.#view?.handInRefused?.();
    });
    on(this.session, "extended", (/** @type {number} */ minutes) => this.step === "exam" && this.tell(t("exam.extended", { n: minutes })));
    this.session.addEventListener("superseded", () => this.#superseded());
    for (const source of [this.session, this.frames]) on(source, "closed", (/** @type {string} */ why) => this.#closed(why));
    this.#synchronise(this.sitting.now);
    await this.session.start();
    if (stepFor(this.sitting, this.sitting.status.state) !== "exam") this.#become(this.sitting.status.state);
  }

  /** The server's time now, in milliseconds since 1970. */
  serverNow() {
    return this.#clock.server + performance.now() - this.#clock.here;
  }

  /** @param {Instant} now */
  #synchronise(now) {
    this.#clock = { server: Date.parse(now), here: performance.now() };
  }

  /** Asks the server again where this sitting stands. */
  async refresh() {
    try {
      this.sitting = await get("/api/candidate/sitting");
    } catch (problem) {
      if (!leaveIfSignedOut(problem, "/")) this.tell(sentence(problem));
      return;
    }
    this.#synchronise(this.sitting.now);
    this.#become(this.sitting.status.state);
  }

  /** Calls the invigilator. */
  call() {
    this.session.send({ type: "call_invigilator" });
    this.tell(t("call.done"));
  }

  /** A sentence at the lower edge for a few seconds. @param {string} text */
  tell(text) {
    this.toast.textContent = text;
    this.toast.hidden = false;
    clearTimeout(this.toastTimer);
    this.toastTimer = setTimeout(() => (this.toast.hidden = true), TOAST_MS);
  }

  /** @param {Live.Welcome} welcome */
  async #live(welcome) {
    this.#synchronise(welcome.now);
    this.sitting.status = welcome.status;
    this.frames.rate(welcome.camera_fps);
    this.putAside = false;
    if (this.step !== "exam") this.cover.hide();
    await this.#become(welcome.status.state);
  }

  /** @param {Live.PassedOn} message */
  async #message(message) {
    if (message.type === "notice") this.notices.add(message);
    else if (message.type === "camera_rate") this.frames.rate(message.fps);
    else if (message.type === "error") this.tell(message.message);
    else if (message.type === "status") await this.#status(message);
    this.#view?.message(message);
  }

  /** @param {Live.StatusChanged} message */
  async #status(message) {
    this.#synchronise(message.now);
    this.sitting.status = message.status;
    const step = stepFor(this.sitting, message.status.state);
    if (step === this.step || step === "exam" || step === "done") await this.#become(message.status.state);
    else await this.refresh();
  }

  /** @param {Live.State} state */
  async #become(state) {
    this.state = state;
    const step = stepFor(this.sitting, state);
    // One camera a sitting: a page that is not the live one must not take it over.
    this.#runCamera(cameraRuns(step) && this.session.welcomed);
    if (step === this.step) return;
    this.step = step;
    this.#view?.close();
    this.#view = null;
    this.cover.hide();
    if (step === "exam") await this.#openExam();
    else this.#view = new STEPS[step](this);
    this.root.dataset.step = step;
  }

  async #openExam() {
    this.#sayFetching();
    try {
      const form = await get("/api/candidate/form");
      if (this.step === "exam") this.#view = new ExamStep(this, new Answers(form, this.session.overlay));
    } catch (problem) {
      if (leaveIfSignedOut(problem, "/")) return;
      setTimeout(() => this.step === "exam" && this.#openExam(), FORM_AGAIN_MS);
    }
  }

  #sayFetching() {
    fill(this.root, h("main", { class: "desk-main", id: "main" }, h("div", { class: "sheet stack fetching", role: "status" },
      h("h1", { class: "row row-3" }, sign("idle", "l"), t("form.fetching")), h("p", { class: "dim" }, t("form.fetching_text")),
      h("div", { class: "wait-bar" }))));
  }

  /** @param {boolean} on */
  #runCamera(on) {
    if (on === this.#cameraOn) return;
    this.#cameraOn = on;
    if (on) {
      this.camera.open();
      this.frames.start();
      this.frames.rate(this.session.cameraFps);
    } else {
      this.frames.stop();
      this.camera.close();
    }
  }

  #superseded() {
    this.putAside = true;
    this.#runCamera(false);
    this.cover.superseded(() => this.session.takeOver());
  }

  /** The server has ended a connection for good. What still waits in the outbox is sent after the next sign-in. @param {string} why */
  #closed(why) {
    if (why === "sitting_over") this.refresh();
    else if (why === "superseded") this.#superseded();
    else {
      this.putAside = true;
      this.session.stop();
      this.#runCamera(false);
      this.cover.closed(why, () => location.assign("/"));
    }
  }
}

async function main() {
  applyType();
  await loadCatalogue();
  const page = new CandidatePage();
  try {
    await page.start();
  } catch (problem) {
    if (leaveIfSignedOut(problem, "/")) return;
    const again = h("button", { class: "btn btn-main", type: "button", onclick: () => location.reload() }, t("again"));
    fill(page.root, h("main", { class: "desk-main" }, h("div", { class: "sheet stack stack-4 fetching" }, h("p", { role: "alert" }, sentence(problem)), h("div", {}, again))));
  }
}

main();
