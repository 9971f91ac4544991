/** What changed between two texts, by characters: the longest common subsequence. */

import { h } from "../dom.js";

// Beyond this the table would have too many cells: the texts are shown whole.
const MAX_CELLS = 1_000_000;

/**
 * Two texts with what went and what came marked.
 * @param {string} before
 * @param {string} after
 * @returns {[Child[], Child[]]}
 */
export function difference(before, after) {
  if (before === after) return [[before], [after]];
  if ((before.length + 1) * (after.length + 1) > MAX_CELLS) return [[h("del", {}, before)], [h("ins", {}, after)]];
  const kept = common(before, after);
  return [marked(before, kept.map(([i]) => i), "del"), marked(after, kept.map(([, j]) => j), "ins")];
}

/** The places of the longest common subsequence. @param {string} a @param {string} b @returns {[number, number][]} */
function common(a, b) {
  const width = b.length + 1;
  const lengths = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      lengths[i * width + j] = a[i] === b[j] ? lengths[(i + 1) * width + j + 1] + 1 : Math.max(lengths[(i + 1) * width + j], lengths[i * width + j + 1]);
    }
  }
  /** @type {[number, number][]} */
  const kept = [];
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (a[i] === b[j]) kept.push([i++, j++]);
    else if (lengths[(i + 1) * width + j] >= lengths[i * width + j + 1]) i += 1;
    else j += 1;
  }
  return kept;
}

/** @param {string} text @param {number[]} kept @param {"del" | "ins"} tag @returns {Child[]} */
function marked(text, kept, tag) {
  const same = new Set(kept);
  /** @type {{on: boolean, text: string}[]} */
  const runs = [];
  for (let i = 0; i < text.length; i += 1) {
    const on = !same.has(i);
    const last = runs.at(-1);
    if (last && last.on === on) last.text += text[i];
    else runs.push({ on, text: text[i] });
  }
  return runs.map((run) => (run.on ? h(tag, {}, run.text) : run.text));
}
