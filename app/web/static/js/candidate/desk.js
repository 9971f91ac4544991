/** The frame of the check-in steps: head with the four steps, main, foot. */

import { t } from "../catalogue.js";
import { fill, h, icon } from "../dom.js";
import "../elements/key-list.js";
import { HEAD_STEPS, headIndex } from "./steps.js";

/** The head's numbered list. @param {number} current index of the step being done */
function stepList(current) {
  const items = HEAD_STEPS.map((name, i) => {
    const mark = i < current ? icon("check", "s") : String(i + 1);
    const attributes = { "data-done": i < current, "aria-current": i === current && "step" };
    return h("li", attributes, h("b", {}, mark), t(`step.${name}`));
  });
  return h("ol", { class: "steps", "aria-label": t("step.list") }, items);
}

/**
 * Draws the frame into the page.
 * @param {import("../pages/candidate.js").CandidatePage} page
 * @param {string} step
 * @param {{main: Child, foot: Child, current?: number}} parts
 */
export function drawDesk(page, step, { main, foot, current = headIndex(step) }) {
  const seat = page.sitting.seat;
  const head = h("header", { class: "desk-head" },
    h("span", { class: "brand t-20" }, t("brand")),
    stepList(current),
    h("p", { class: "push t-18 dim nowrap" }, seat ? [t("seat"), " ", h("b", { class: "strong" }, seat)] : ""),
    h("key-list"), h("button", { class: "btn btn-bare", type: "button", onclick: () => page.call() },
      icon("user"), t("call.button")));
  fill(page.root, h("div", { class: "desk" }, head,
    h("main", { class: "desk-main", id: "main", tabindex: "-1" }, main),
    h("footer", { class: "desk-foot" }, foot)));
}

/** A photo in a frame, with a drawn placeholder text when there is none. @param {string | false} src @param {string} alt @param {string} shape */
export function picture(src, alt, shape) {
  if (!src) return h("div", { class: `photo ${shape} ph-none` }, alt);
  return h("div", { class: `photo ${shape}` }, h("img", { src, alt }));
}

/** A sign of the candidate's lists, title and words, spoken when it changes. @param {Node} signNode @param {string} title @param {string} words */
export function headline(signNode, title, words) {
  return h("div", { class: "row row-4 row-top", role: "status" }, signNode,
    h("div", {}, h("h1", {}, title), words && h("p", { class: "dim" }, words)));
}
