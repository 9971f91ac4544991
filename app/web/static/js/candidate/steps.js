/** Which step a sitting is at. Pure: the server's state decides, never the page's memory. */

const OVER = new Set(["submitted", "expired", "terminated", "voided"]);

/**
 * @param {Pick<Api.CandidateSitting, "consent" | "photo_at_check_in" | "registered_photo">} sitting as `GET /api/candidate/sitting`
 * @param {string} state the sitting's state now
 * @returns {"consent"|"photo"|"framing"|"admission"|"waiting"|"exam"|"done"}
 */
export function stepFor(sitting, state) {
  if (OVER.has(state)) return "done";
  if (state === "in_progress" || state === "paused") return "exam";
  if (state === "ready") return "waiting";
  if (state === "awaiting_admission") return "admission";
  if (!sitting.consent) return "consent";
  const takesPhoto = sitting.photo_at_check_in && !sitting.registered_photo;
  if (takesPhoto && sitting.consent.face_comparison) return "photo";
  return "framing";
}

/** The four numbered steps of the head, and the one that a step belongs to. */
export const HEAD_STEPS = ["consent", "camera", "identity", "wait"];

/** @type {Record<string, number>} */
const HEAD_OF = { consent: 0, photo: 1, framing: 1, admission: 2, waiting: 3 };

/** Index of the head's step. @param {string} step */
export function headIndex(step) {
  return HEAD_OF[step] ?? 3;
}

/** Whether the camera should run at this step. @param {string} step */
export function cameraRuns(step) {
  return step !== "consent" && step !== "done";
}
