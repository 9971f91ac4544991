/** The sitting's time: where the playhead is, what is shown there. Pure: no page, no clock. */

export const SPEEDS = [1, 4, 16, 60];

export class Track {
  /** @param {Api.Timeline} timeline as `GET /api/sittings/{id}/timeline`; times are ms since its start */
  constructor(timeline) {
    this.timeline = timeline;
    this.start = Date.parse(timeline.starts_at);
    const lastFrame = timeline.frames.at(-1)?.[1] ?? 0;
    this.length = Math.max(1, (timeline.ends_at ? Date.parse(timeline.ends_at) - this.start : lastFrame), lastFrame);
  }

  /** @param {number} at */
  clamp(at) {
    return Math.min(this.length, Math.max(0, at));
  }

  /** Index of the frame shown at `at` (the newest not after it), or -1. @param {number} at */
  frameIndex(at) {
    const { frames } = this.timeline;
    let [low, high] = [0, frames.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (frames[middle][1] <= at) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** The item open at `at`, or null. @param {number} at */
  visit(at) {
    return this.timeline.visits.find((visit) => visit.from_ms <= at && (visit.to_ms === null || at < visit.to_ms)) ?? null;
  }

  /** The last answer to an item not after `at`, or null. @param {number} position @param {number} at */
  answer(position, at) {
    return this.timeline.answers.findLast((answer) => answer.position === position && answer.at_ms <= at) ?? null;
  }

  /** Where the next (or previous) flag begins, or null. @param {number} at */
  flagAfter(at) {
    return this.flags.find((flag) => flag.from_ms > at + 1) ?? null;
  }

  /** @param {number} at */
  flagBefore(at) {
    return this.flags.findLast((flag) => flag.from_ms < at - 1) ?? null;
  }

  get flags() {
    return [...this.timeline.flags].sort((a, b) => a.from_ms - b.from_ms);
  }

  /** The instant of a place on the track. @param {number} at */
  instant(at) {
    return new Date(this.start + at).toISOString();
  }
}
