/** What a verification says. */

import { t, worded } from "../catalogue.js";
import { count } from "../clocks.js";

/**
 * @typedef {object} Verification as `GET /api/sittings/{id}/verification`
 * @property {boolean} ok
 * @property {number} entries
 * @property {{seq: number, code: string, text: string} | null} first_problem
 * @property {{recorded: number, missing: number, altered: number}} frames
 */

/** One line: how much was checked, or the first thing that is not in order. @param {Verification} answer */
export function verificationText({ ok, entries, first_problem: first, frames }) {
  if (ok) return t("proof.ok", { n: count(entries), frames: frames.recorded });
  if (first) return t("proof.bad", { seq: first.seq, text: worded("proof_code", first.code, first.text) });
  return t("proof.frames", { missing: frames.missing, altered: frames.altered });
}
