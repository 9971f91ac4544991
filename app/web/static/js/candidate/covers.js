/** What covers the page: pause, another tab, time over, a message of the staff. */

import { t } from "../catalogue.js";
import { hms, timeOf } from "../clocks.js";
import { byId, fill, h, icon, kbd, sign } from "../dom.js";

/** A full cover that hides the item. One at a time; the same key is drawn once. */
export class Cover {
  #key = "";

  constructor() {
    this.element = h("div", { class: "cover", hidden: true, role: "alertdialog", "aria-modal": "true", "aria-labelledby": "cover-title" });
    document.body.append(this.element);
  }

  get shown() {
    return this.#key !== "";
  }

  /** @param {string} key @param {() => {mark: any, title: string, text: any, actions?: any[]}} make */
  show(key, make) {
    if (key === this.#key) return;
    this.#key = key;
    const { mark, title, text, actions = [] } = make();
    fill(this.element, h("div", { class: "cover-box sheet" }, mark,
      h("div", { class: "stack stack-4" }, h("h1", { id: "cover-title", tabindex: "-1" }, title),
        h("p", {}, text), actions.length > 0 && h("div", { class: "row row-3 wrap" }, actions))));
    this.element.hidden = false;
    byId("app").inert = true;
    /** @type {HTMLElement | null} */ (this.element.querySelector("button, h1"))?.focus();
  }

  hide() {
    if (!this.shown) return;
    this.#key = "";
    this.element.hidden = true;
    byId("app").inert = false;
  }

  /** @param {number | null} left */
  paused(left) {
    this.show("paused", () => ({
      mark: sign("pause", "xl"), title: t("cover.paused.title"), text: t("cover.paused.text", { time: hms(left ?? 0) }),
    }));
  }

  /** The server will not have this page any more: why, and what to do. @param {string} why @param {() => void} onSignIn */
  closed(why, onSignIn) {
    const again = h("button", { class: "btn btn-main", type: "button", onclick: onSignIn }, t("closed.sign_in"));
    this.show(why, () => ({
      mark: sign("stop", "xl"), title: t(`closed.${why}.title`), text: t(`closed.${why}.candidate`), actions: [again],
    }));
  }

  /** @param {() => void} onContinue */
  superseded(onContinue) {
    this.show("superseded", () => ({
      mark: sign("stop", "xl"), title: t("cover.superseded.title"), text: t("cover.superseded.text"),
      actions: [h("button", { class: "btn", type: "button", onclick: onContinue }, t("cover.superseded.continue"))],
    }));
  }

  /** @param {boolean} offline @param {() => void} onRetry */
  timeOver(offline, onRetry) {
    const kind = offline ? "over_offline" : "over";
    const retry = h("button", { class: "btn btn-main", type: "button", onclick: onRetry }, t("reconnect"));
    this.show(kind, () => ({
      mark: sign(offline ? "look2" : "idle", "xl"), title: t(`cover.${kind}.title`), text: t(`cover.${kind}.text`),
      actions: offline ? [retry] : [],
    }));
  }

  /** @param {number} sent @param {number} total @param {boolean} offline */
  handingIn(sent, total, offline) {
    this.show(`handing-${sent}-${offline}`, () => ({
      mark: sign(offline ? "look2" : "idle", "xl"), title: t(offline ? "cover.handing_offline.title" : "cover.handing.title"),
      text: [t(offline ? "cover.handing_offline.text" : "cover.handing.text", { sent, total }), h("span", { class: "wait-bar" })],
    }));
  }
}

/** Messages of the staff, one after the other; each is confirmed. */
export class Notices {
  /** @type {Live.Notice[]} */
  #waiting = [];
  #open = false;

  /** @param {(noticeId: string) => void} confirmed */
  constructor(confirmed) {
    this.confirmed = confirmed;
    this.dialog = h("dialog", { class: "notice", "aria-labelledby": "notice-text" });
    this.dialog.addEventListener("cancel", (event) => event.preventDefault());
    document.body.append(this.dialog);
  }

  /** @param {Live.Notice} notice */
  add(notice) {
    if (this.#waiting.some((n) => n.notice_id === notice.notice_id)) return;
    this.#waiting.push(notice);
    if (!this.#open) this.#next();
  }

  #next() {
    const notice = this.#waiting[0];
    this.#open = Boolean(notice);
    if (!notice) return;
    const warning = notice.kind === "warning";
    const done = () => {
      this.confirmed(notice.notice_id);
      this.dialog.close();
      this.#waiting.shift();
      this.#next();
    };
    fill(this.dialog, h("div", { class: `notice-box stack stack-4${warning ? " notice-warning" : ""}` },
      h("p", { class: "row t-18 dim" }, warning ? sign("look2", "l") : icon("msg"),
        t(warning ? "notice.warning" : "notice.message", { name: notice.staff_name }), h("span", {}, timeOf(notice.at))),
      h("p", { class: "t-28 strong notice-text", id: "notice-text" }, notice.text),
      h("div", {}, h("button", { class: "btn btn-main", type: "button", onclick: done }, t("notice.confirm"), kbd("Enter")))));
    this.dialog.showModal();
    this.dialog.querySelector("button")?.focus();
  }
}
