/** Where the administration allows it: a candidate without a registered photo takes it at check-in. */

import { t, worded } from "../catalogue.js";
import { fill, h, icon, say, sentence, sign } from "../dom.js";
import { upload } from "../server.js";
import "../elements/camera-view.js";
import { drawDesk } from "./desk.js";

export class PhotoStep {
  /** @type {Blob | null} */
  #jpeg = null;
  #shown = "";
  /** @type {HTMLButtonElement} */
  use;

  /** @param {import("../pages/candidate.js").CandidatePage} page */
  constructor(page) {
    this.page = page;
    this.error = h("p", { class: "field-error t-18", role: "alert" });
    this.view = h("div");
    this.foot = h("div", { class: "row row-4" });
    const main = h("div", { class: "two two-cam" }, this.view, h("div", { class: "stack stack-4" },
      h("h1", {}, t("photo.take.title")), h("p", { class: "dim" }, t("photo.take.text")),
      h("ul", { class: "sheet points steps-do" },
        ["front", "light", "alone"].map((key, i) => h("li", {}, h("b", {}, String(i + 1)), h("span", {}, t(`photo.rule.${key}`))))),
      this.error));
    drawDesk(page, "photo", { main, foot: [this.foot, h("span", { class: "push t-18 dim" }, t("photo.allowed"))] });
    this.stop = new AbortController();
    page.camera.addEventListener("state", () => this.#live(), { signal: this.stop.signal });
    this.#live();
  }

  #live() {
    this.#forget();
    const view = h("camera-view", { guide: true });
    view.camera = this.page.camera;
    fill(this.view, view);
    const { state } = this.page.camera;
    if (state === "blocked" || state === "none" || state === "lost") {
      const kind = state === "blocked" ? "blocked" : "none";
      fill(this.error, sign("stop", "l"), h("span", {}, h("b", {}, t(`camera.${kind}.title`)), h("br"), t(`camera.${kind}.text`)));
      fill(this.foot, h("button", { class: "btn btn-main", type: "button", onclick: () => this.page.camera.open() }, t("again")));
      return;
    }
    fill(this.foot, h("button", { class: "btn btn-main", type: "button", disabled: state !== "ok", onclick: () => this.#take() },
      icon("camera"), t("photo.shutter")));
  }

  async #take() {
    this.#jpeg = await this.page.camera.grab();
    if (!this.#jpeg) return;
    say(this.error, "");
    this.#shown = URL.createObjectURL(this.#jpeg);
    const image = h("img", { src: this.#shown, alt: t("photo.taken") });
    fill(this.view, h("figure", { class: "photo live camview" }, image, h("figcaption", {}, t("photo.taken"))));
    this.use = h("button", { class: "btn btn-main", type: "button", onclick: () => this.#send() }, icon("check"), t("photo.use"));
    fill(this.foot, this.use,
      h("button", { class: "btn", type: "button", onclick: () => this.#live() }, icon("sync"), t("photo.again")));
    this.use.focus();
  }

  async #send() {
    if (!this.#jpeg) return;
    this.use.disabled = true;
    try {
      const answer = await upload("/api/candidate/photo", this.#jpeg, "image/jpeg");
      if (answer.accepted) {
        await this.page.refresh();
        return;
      }
      fill(this.error, sign("stop", "l"), h("span", {}, worded("photo_reason", answer.reason, t("advice.other"))));
    } catch (problem) {
      fill(this.error, sign("stop", "l"), h("span", {}, sentence(problem)));
    }
    const said = [...this.error.childNodes];
    this.#live();
    fill(this.error, said);
  }

  #forget() {
    if (this.#shown) URL.revokeObjectURL(this.#shown);
    this.#shown = "";
  }

  message() {}

  close() {
    this.stop.abort();
    this.#forget();
  }
}
