/** The words of a sitting's state. */

import { t } from "./catalogue.js";

/** Why a sitting is over that never started: its administration closed first. */
export const NEVER_STARTED = "administration_closed";

/** Empty for a free seat. @param {{state: string | null, ended_reason?: string | null}} sitting @param {"state"|"state_short"} family */
export function stateName(sitting, family = "state") {
  if (sitting.state === null) return "";
  return t(`${family}.${sitting.ended_reason === NEVER_STARTED ? NEVER_STARTED : sitting.state}`);
}
