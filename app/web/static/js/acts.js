/** The words of an act in a sitting's records: who, what, and its codes as people read them. */

import { known, t, tongue, worded } from "./catalogue.js";

/**
 * The words of a reason code: a coded reason of the staff, or why the machine wants a look.
 * @param {string} code
 * @param {Api.Reasons | null} reasons
 */
function reasonWords(code, reasons) {
  const coded = Object.values(reasons ?? {}).flat().find((reason) => reason.code === code);
  if (coded) return tongue(coded);
  return known(`waiting_reason.${code}`) ? t(`waiting_reason.${code}`) : worded("advice", code);
}

/** The words of the codes, in the order they are read. @param {Api.Codes} codes @param {Api.Reasons | null} reasons */
function codeWords(codes, reasons) {
  return [
    codes.outcome && worded("outcome", codes.outcome),
    codes.decision && worded("decision", codes.decision),
    codes.reason && reasonWords(codes.reason, reasons),
    codes.challenge && t("act_detail.challenge", { done: codes.challenge.done.length, total: codes.challenge.asked.length }),
    codes.minutes !== undefined && t("minutes", { n: codes.minutes }),
    codes.face_comparison !== undefined && t(codes.face_comparison ? "act_detail.face_yes" : "act_detail.face_no"),
  ];
}

/** Who did it and what, without detail. @param {{by: string, type: string}} act */
export function actName(act) {
  return [act.by && worded("by", act.by), worded("act", act.type)].filter(Boolean).join(" ");
}

/**
 * What the act says besides: its codes and what a person wrote.
 * @param {{codes?: Api.Codes, text?: string, detail?: string}} act
 * @param {Api.Reasons | null} reasons as `GET /api/reasons`
 */
export function actDetail(act, reasons) {
  return [...codeWords(act.codes ?? {}, reasons), act.text ?? act.detail].filter(Boolean).join(" · ");
}
