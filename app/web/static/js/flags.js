/** How flags look and rank. A flag is a reason to look, never red. */

import { t, worded } from "./catalogue.js";
import { h, sign } from "./dom.js";

export const LEVEL = { high: 3, medium: 2, low: 1 };

/** The worst of some flags, or null. */
export function worstFlag(flags) {
  return flags.reduce((worst, flag) => (!worst || LEVEL[flag.severity] > LEVEL[worst.severity] ? flag : worst), null);
}

/** The flag's name. */
export function flagName(kind) {
  return worded("flag", kind);
}

/** The triangle of a severity. */
export function flagSign(severity, size) {
  return sign(`look${LEVEL[severity]}`, size);
}

/** Triangle, name and level. */
export function flagTag(flag) {
  return h("span", { class: "tag tag-look" }, flagSign(flag.severity), `${flagName(flag.kind)} · ${t(`severity.${flag.severity}`)}`);
}
