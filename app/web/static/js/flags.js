/** How flags look and rank. A flag is a reason to look, never red. */

import { t, worded } from "./catalogue.js";
import { h, sign } from "./dom.js";

export const LEVEL = { high: 3, medium: 2, low: 1 };

/** The worst of some flags, or null. @template {{severity: Live.Severity}} Flag @param {Flag[]} flags @returns {Flag | null} */
export function worstFlag(flags) {
  const [first = null, ...rest] = flags;
  return first && rest.reduce((worst, flag) => (LEVEL[flag.severity] > LEVEL[worst.severity] ? flag : worst), first);
}

/** The flag's name. @param {string} kind */
export function flagName(kind) {
  return worded("flag", kind);
}

/** The triangle of a severity. @param {Live.Severity} severity @param {string} [size] */
export function flagSign(severity, size) {
  return sign(`look${LEVEL[severity]}`, size);
}

/** Triangle, name and level. @param {{kind: string, severity: Live.Severity}} flag */
export function flagTag(flag) {
  return h("span", { class: "tag tag-look" }, flagSign(flag.severity), `${flagName(flag.kind)} · ${t(`severity.${flag.severity}`)}`);
}
