/** The two waits: for the invigilator's admission, and for the bell. */

import { t, worded } from "../catalogue.js";
import { hms, minuteOf, ms } from "../clocks.js";
import { fill, h, icon, say, sentence, sign } from "../dom.js";
import { askFullScreen } from "../page-watch.js";
import { post } from "../server.js";
import { toggleType } from "../settings.js";
import "../elements/camera-view.js";
import { drawDesk, headline, picture } from "./desk.js";

/** Registered photo beside the live picture. @param {import("../pages/candidate.js").CandidatePage} page */
function facePair(page) {
  const has = page.sitting.registered_photo;
  const live = h("camera-view", { class: "face-live" });
  live.camera = page.camera;
  return h("div", { class: "facepair" },
    h("figure", { class: "stack stack-1" },
      picture(has && "/api/candidate/photo", has ? t("photo.registered") : t("photo.none"), "card"),
      h("figcaption", { class: "t-18 dim" }, t("photo.registered"))),
    h("figure", { class: "stack stack-1" }, live, h("figcaption", { class: "t-18 dim" }, t("photo.now"))));
}

export class AdmissionStep {
  /** @type {{place: number, waited_ms: number} | null} */
  #queue = null;

  /** @param {import("../pages/candidate.js").CandidatePage} page */
  constructor(page) {
    this.page = page;
    this.place = h("span", {});
    this.since = performance.now();
    this.retry = h("div", { class: "push" });
    const { identity, consent, queue_place: place } = page.sitting;
    if (place) this.#queue = { place, waited_ms: 0 };
    const why = this.#why(identity, consent);
    const main = h("div", { class: "two two-face" }, facePair(page), h("div", { class: "stack stack-6" },
      headline(sign("do", "xl"), t("admission.title"), why),
      h("ol", { class: "sheet points steps-do" },
        ["card", "page", "auto"].map((key, i) => h("li", {}, h("b", {}, String(i + 1)), h("span", {}, t(`admission.${key}`))))),
      h("div", { class: "note" }, h("div", { class: "t-18" },
        identity?.outcome === "look" && h("p", {}, t("admission.causes")), h("p", {}, t("admission.time"))))));
    const foot = [h("span", { class: "state t-18" }, sign("ok", "l"), this.place), this.retry];
    drawDesk(page, "admission", { main, foot });
    this.#drawRetry(identity);
    this.timer = setInterval(() => this.#draw(), 1000);
    this.#draw();
  }

  /** @param {Api.CandidateIdentity | null} identity @param {Api.CandidateSitting["consent"]} consent */
  #why(identity, consent) {
    if (consent && !consent.face_comparison) return t("admission.why.declined");
    // What made the pictures unusable says what to change; why one waits is that they were.
    const unclear = identity?.outcome === "unusable" && identity.reason !== "refused";
    return worded("admission.why", unclear ? "unusable" : identity?.reason ?? "other", t("admission.why.other"));
  }

  /** @param {Api.CandidateIdentity | null} identity */
  #drawRetry(identity) {
    const left = identity?.retries_left ?? 0;
    fill(this.retry, left > 0 && h("button", { class: "btn", type: "button", onclick: () => this.#again() },
      icon("sync"), t("identity.retry", { n: left })));
  }

  async #again() {
    try {
      await post("/api/candidate/identity");
    } catch (problem) {
      this.page.tell(sentence(problem));
    }
    await this.page.refresh();
  }

  /** @param {Live.PassedOn} message */
  message(message) {
    if (message.type === "queue") {
      this.#queue = message;
      this.since = performance.now();
      this.#draw();
    }
  }

  #draw() {
    const waited = (this.#queue?.waited_ms ?? 0) + performance.now() - this.since;
    const place = this.#queue?.place;
    say(this.place, place ? t("admission.place", { n: place, time: ms(waited) }) : t("admission.told"));
  }

  close() {
    clearInterval(this.timer);
  }
}

export class WaitingStep {
  #drawn = "";

  /** @param {import("../pages/candidate.js").CandidatePage} page */
  constructor(page) {
    this.page = page;
    this.output = h("output", { role: "timer", "aria-live": "off" });
    this.net = h("span", { class: "state t-18" });
    const { candidate, exam, administration, admitted_by: by } = page.sitting;
    const title = by === "invigilator" ? t("waiting.by_hand") : t("waiting.title");
    const main = h("div", { class: "two two-face" }, facePair(page), h("div", { class: "stack stack-6" },
      headline(sign("ok", "xl"), title, t("waiting.text", { name: candidate.name })),
      h("div", { class: "sheet stack stack-4" },
        h("div", { class: "clock" }, h("span", {}, t("waiting.until")), this.output),
        h("p", { class: "t-18 dim" }, t("waiting.bell", { time: minuteOf(administration.starts_at) })),
        h("p", { class: "rule" }),
        h("dl", { class: "dl t-18" }, h("dt", {}, t("time")), h("dd", {}, t("minutes", { n: exam.minutes })),
          h("dt", {}, t("points")), h("dd", {}, t("consent.points", { total: exam.total_points, pass: exam.pass_points })))),
      h("div", { class: "row row-4" },
        h("button", { class: "btn", type: "button", onclick: () => askFullScreen() }, icon("full"), t("waiting.fullscreen")),
        h("button", { class: "btn btn-bare", type: "button", onclick: () => toggleType() }, t("larger")))));
    this.cam = h("span", { class: "state t-18" });
    drawDesk(page, "waiting", { main, foot: [this.cam, this.net, h("span", { class: "push t-18 dim" }, t("waiting.stay"))] });
    this.timer = setInterval(() => this.#draw(), 250);
    this.#draw();
  }

  message() {}

  #draw() {
    const left = Date.parse(this.page.sitting.status.starts_at) - this.page.serverNow();
    say(this.output, left > 0 ? hms(left).replace(/^00:/, "") : t("waiting.soon"));
    const online = this.page.session.protocol.offlineSince === null;
    const key = `${this.page.camera.state}${online}`;
    if (key === this.#drawn) return;
    this.#drawn = key;
    const seen = this.page.camera.state === "ok";
    fill(this.cam, sign(seen ? "ok" : "stop", "l"), t(seen ? "camera.ok" : "camera.off"));
    fill(this.net, sign(online ? "ok" : "look2", "l"), t(online ? "net.ok" : "net.away"));
  }

  close() {
    clearInterval(this.timer);
  }
}
