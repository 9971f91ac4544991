/** Before handing in: what has no answer, what was marked, and all items at a glance. */

import { t } from "../catalogue.js";
import { words } from "../content.js";
import { fill, h, icon, kbd, sign } from "../dom.js";
import { cell, legend } from "../elements/item-navigator.js";

/** Draws the page for an exam step. @param {import("./exam.js").ExamStep} exam */
export function drawReview(exam) {
  const open = exam.answers.unanswered;
  const back = h("button", { class: "btn btn-tall", type: "button", onclick: () => exam.back() },
    icon("left"), t("review.back"), kbd("Esc"));
  const handIn = h("button", { class: "btn btn-main btn-tall", type: "button", onclick: () => confirmHandIn(exam, open.length) },
    icon("tray"), t("review.hand_in"));
  fill(exam.page.root, h("div", { class: "desk" }, exam.head,
    h("main", { class: "desk-main two two-review", id: "main" }, lists(exam, open), overview(exam, open)),
    h("footer", { class: "desk-foot" }, back, h("p", { class: "t-18 dim" }, t("review.final")), h("key-list", { class: "push" }), handIn)));
  back.focus();
}

/** @param {import("./exam.js").ExamStep} exam @param {number[]} open */
function lists(exam, open) {
  const marked = [...exam.answers.marks].sort((a, b) => a - b);
  const note = open.length > 0
    ? h("div", { class: "note note-look" }, sign("look2"), h("p", {}, t("review.open_count", { n: open.length })))
    : h("div", { class: "note note-ok" }, sign("ok"), h("p", {}, t("review.all_answered", { n: exam.answers.total })));
  return h("div", { class: "stack stack-4" }, h("h1", {}, t("review.title")), note,
    open.length > 0 && [h("h2", {}, t("review.unanswered")), h("div", { class: "stack" }, open.map((p) => goto(exam, p)))],
    marked.length > 0 && [h("h2", {}, t("review.marked")), h("div", { class: "stack" }, marked.map((p) => goto(exam, p)))]);
}

/** @param {import("./exam.js").ExamStep} exam @param {number} position */
function goto(exam, position) {
  const { answers } = exam;
  const slot = answers.slot(position);
  const done = answers.answered(position);
  const labels = answers.labels(position);
  const marked = answers.marks.has(position);
  return h("button", { class: "goto", type: "button", onclick: () => exam.go(position) },
    h("b", { class: "t-20 nowrap" }, t("item.number", { n: position })), h("span", { class: "one" }, words(slot.html)),
    h("span", { class: "state t-18" }, marked ? icon("later") : sign("idle"),
      done ? t("review.answered", { labels: labels.join(t("list.comma")) }) : t("item.unanswered")));
}

/** @param {import("./exam.js").ExamStep} exam @param {number[]} open */
function overview(exam, open) {
  const { answers } = exam;
  const counts = { done: answers.total - open.length, open: open.length, later: answers.marks.size };
  const sections = answers.form.sections.map((section) => {
    const cells = [];
    for (let p = section.first; p <= section.last; p += 1) cells.push(overviewCell(exam, p));
    return [h("p", { class: "t-18 row" }, section.title,
      h("span", { class: "dim t-16" }, t("review.range", { first: section.first, last: section.last }))),
    h("div", { class: "cells cells-15" }, cells)];
  });
  return h("aside", { class: "sheet" }, h("h2", { class: "label-big" }, t("review.all", { n: answers.total })), sections, legend(counts));
}

/** @param {import("./exam.js").ExamStep} exam @param {number} position */
function overviewCell(exam, position) {
  const button = cell(exam.answers, position, false, (to) => exam.go(to));
  button.tabIndex = 0;
  return button;
}

/** @param {import("./exam.js").ExamStep} exam @param {number} open */
function confirmHandIn(exam, open) {
  const dialog = h("dialog", { class: "notice", "aria-labelledby": "hand-in-title" });
  const close = () => {
    dialog.close();
    dialog.remove();
  };
  const yes = () => {
    close();
    exam.handIn();
  };
  fill(dialog, h("div", { class: "notice-box stack stack-4" },
    h("h1", { id: "hand-in-title" }, t("hand_in.title")),
    h("p", {}, open > 0 ? t("hand_in.open", { n: open }) : t("hand_in.text")),
    h("div", { class: "row row-3" }, h("button", { class: "btn", type: "button", onclick: close }, t("review.back")),
      h("button", { class: "btn btn-main push", type: "button", onclick: yes }, icon("tray"), t("review.hand_in")))));
  document.body.append(dialog);
  dialog.showModal();
}
