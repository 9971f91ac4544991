/** Small parts of the bank's pages: state marks, choices with the words of a value, acts on versions. */

import { t, worded } from "../catalogue.js";
import { h, sign } from "../dom.js";
import { post } from "../server.js";

export const TYPES = ["true_false", "single_choice", "multiple_choice", "numeric", "text_entry", "ordering", "matching", "cloze"];
export const STATES = ["draft", "in_review", "published", "retired"];
export const DIFFICULTIES = ["easy", "medium", "hard"];
/** @type {Record<string, string>} */
const MARKS = { draft: "idle", in_review: "do", published: "ok", retired: "done" };

/** Sign and word of a version's state. @param {string} state */
export function stateMark(state) {
  return h("span", { class: "state" }, sign(MARKS[state]), t(`item_state.${state}`));
}

/** Values with their words, with an empty one first. @param {string} family @param {string[]} values @returns {[string, string][]} */
export function anyOf(family, values) {
  return [["", t("banks.any")], ...values.map((value) => /** @type {[string, string]} */ ([value, worded(family, value)]))];
}

/** The page of an item. @param {string} base address of its bank's endpoints @param {string} id */
export function itemPage(base, id) {
  return `${base.replace("/api/", "/")}#item/${encodeURIComponent(id)}`;
}

/** Somebody by name; who has none (the server, somebody gone) by role. @param {string} name @param {string} actor */
export function person(name, actor) {
  return name || worded("by", actor.split(":")[0], actor);
}

/**
 * Acts on versions; the sentence of what happened.
 * @param {string} base
 * @param {{event: string, versions?: {item: string, version: number}[], every?: object, comment?: string, checks?: string[]}} act
 */
export async function doAct(base, act) {
  /** @type {Api.Acted} */
  const acted = await post(`${base}/acts`, act);
  const done = t("banks.acted", { act: t(`item_act.${act.event}`), n: acted.done });
  if (acted.refused_count === 0) return { text: done, good: true };
  const why = [...new Set(acted.refused.map((one) => worded("problem", one.code, t("banks.not_now"))))].join(" ");
  return { text: `${done} ${t("banks.not_acted", { n: acted.refused_count })} ${why}`, good: acted.done > 0 };
}

/** A line that says what happened. @param {string} text @param {boolean} good */
export function outcome(text, good) {
  return h("p", { class: `note ${good ? "note-ok" : "note-look"}`, role: "status" }, sign(good ? "ok" : "look2"), text);
}
