/**
 * Which seats need a look, and where their tiles stand. Pure: fed seats and the time.
 *
 * Order is decided when a tile enters; then it keeps its place until it is resolved. A freed place
 * stays empty for 2 s. A new high flag takes the place of the rightmost lower tile without focus.
 */

import { LEVEL, worstFlag } from "../flags.js";

/** @typedef {Live.Severity | "lost" | "lost_long"} Level */
/** Why a seat needs a look; `since` is in milliseconds since 1970. @typedef {{level: Level, kind: string, since: number, flag: Live.FlagView | null}} Reason */
/** @typedef {{index: number, reason: Reason}} Placed */
/** A tile's place: taken, kept empty until an instant, or free. @typedef {Placed | {freeUntil: number, reason?: undefined} | null} Place */
/** @typedef {Record<"all" | "in_progress" | "ready" | "awaiting" | "paused" | "ended" | "absent" | "flagged" | "lost" | "called", number>} Counts */

export const PLACES = 5;
const FREE_MS = 2_000;
const GONE_MS = 30_000;
const LONG_LOST_MS = 60_000;
/** @type {Record<Level, number>} */
const RANK = { high: 0, lost_long: 1, medium: 2, lost: 3, low: 4 };
/** @type {Set<Live.State | null>} */
const ENDED = new Set(["submitted", "expired", "terminated", "voided"]);

/**
 * Why a seat needs a look: `{level, kind, since}` or null. Times are milliseconds since 1970.
 * @param {Live.SeatView} seat
 * @param {number} now
 * @returns {Reason | null}
 */
export function reasonToLook(seat, now) {
  if (!seat.sitting_id || ENDED.has(seat.state)) return null;
  const open = seat.flags.filter((flag) => !flag.seen_by);
  const recent = open.filter((flag) => !flag.ended_at || now - Date.parse(flag.ended_at) < GONE_MS || LEVEL[flag.severity] > 1);
  const flag = worstFlag(recent);
  const lost = seat.presence === "lost" && (seat.state === "in_progress" || seat.state === "paused" || seat.state === "ready");
  const lostSince = lost && seat.presence_since ? Date.parse(seat.presence_since) : 0;
  const lostLevel = now - lostSince > LONG_LOST_MS ? "lost_long" : "lost";
  if (flag && (!lost || RANK[flag.severity] <= RANK[lostLevel])) {
    return { level: flag.severity, kind: flag.kind, since: Date.parse(flag.started_at), flag };
  }
  return lost ? { level: lostLevel, kind: "lost", since: lostSince, flag: null } : null;
}

/** Negative when `a` comes first: level, then start, oldest first. @param {Reason} a @param {Reason} b */
export function compare(a, b) {
  return RANK[a.level] - RANK[b.level] || a.since - b.since;
}

export class WorstPlaces {
  /** @type {Place[]} */
  places = Array.from({ length: PLACES }, () => null);
  /** Seats that need a look and have no place, in order. @type {Placed[]} */
  waiting = [];

  /**
   * @param {Live.SeatView[]} seats
   * @param {number} now
   * @param {number|null} focused index of the seat that must not be moved
   */
  update(seats, now, focused) {
    /** @type {Map<number, Reason>} */
    const reasons = new Map();
    for (const seat of seats) {
      const why = reasonToLook(seat, now);
      if (why) reasons.set(seat.index, why);
    }
    this.places = this.places.map((place) => this.#kept(place, reasons, now));
    const placed = new Set(this.places.map((place) => (place?.reason ? place.index : -1)));
    const rest = [...reasons].filter(([index]) => !placed.has(index)).map(([index, reason]) => ({ index, reason }));
    rest.sort((a, b) => compare(a.reason, b.reason));
    this.places = this.places.map((place) => place ?? rest.shift() ?? null);
    this.waiting = this.#displace(rest, focused);
    return this;
  }

  /** @param {Place} place @param {Map<number, Reason>} reasons @param {number} now */
  #kept(place, reasons, now) {
    if (!place) return null;
    if ("freeUntil" in place) return place.freeUntil > now ? place : null;
    const reason = reasons.get(place.index);
    return reason ? { index: place.index, reason } : { freeUntil: now + FREE_MS };
  }

  /** @param {Placed[]} rest @param {number | null} focused */
  #displace(rest, focused) {
    const left = [];
    for (const entry of rest) {
      const at = entry.reason.level === "high" ? this.#lowerPlace(focused) : -1;
      if (at < 0) {
        left.push(entry);
      } else {
        const lower = this.places[at];
        if (lower?.reason) left.push(lower);
        this.places[at] = entry;
      }
    }
    return left.sort((a, b) => compare(a.reason, b.reason));
  }

  /** @param {number | null} focused */
  #lowerPlace(focused) {
    return this.places.findLastIndex((p) => p?.reason && p.reason.level !== "high" && p.index !== focused);
  }
}

/** The seats that wait for admission, longest wait first. @param {Live.SeatView[]} seats */
export function admissionQueue(seats) {
  return seats.filter((seat) => seat.state === "awaiting_admission")
    .sort((a, b) => Date.parse(a.waiting_since ?? "") - Date.parse(b.waiting_since ?? ""));
}

/** Counts of the head. The states add up to `all`; flags, lost and calls are counted besides. @param {Live.SeatView[]} seats @returns {Counts} */
export function counts(seats) {
  const used = seats.filter((seat) => seat.sitting_id);
  const of = (/** @type {(seat: Live.SeatView) => boolean} */ test) => used.filter(test).length;
  return {
    all: used.length,
    in_progress: of((seat) => seat.state === "in_progress"),
    ready: of((seat) => seat.state === "ready"),
    awaiting: of((seat) => seat.state === "awaiting_admission"),
    paused: of((seat) => seat.state === "paused"),
    ended: of((seat) => ENDED.has(seat.state)),
    absent: of((seat) => seat.state === "scheduled" || seat.state === "checking_in"),
    flagged: of((seat) => seat.flags.some((flag) => !flag.seen_by)),
    lost: of((seat) => seat.presence === "lost" && !ENDED.has(seat.state)),
    called: of((seat) => seat.called_at !== null),
  };
}

/** Whether a seat belongs to a count. @param {Live.SeatView} seat @param {keyof Counts} name */
export function inCount(seat, name) {
  return seat.sitting_id !== null && counts([seat])[name] > 0;
}
