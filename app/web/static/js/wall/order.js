/**
 * Which seats need a look, and where their tiles stand. Pure: fed seats and the time.
 *
 * Order is decided when a tile enters; then it keeps its place until it is resolved. A freed place
 * stays empty for 2 s. A new high flag takes the place of the rightmost lower tile without focus.
 */

import { LEVEL, worstFlag } from "../flags.js";

export const PLACES = 5;
const FREE_MS = 2_000;
const GONE_MS = 30_000;
const LONG_LOST_MS = 60_000;
const RANK = { high: 0, lost_long: 1, medium: 2, lost: 3, low: 4 };
const ENDED = new Set(["submitted", "expired", "terminated", "voided"]);

/** Why a seat needs a look: `{level, kind, since}` or null. Times are milliseconds since 1970. */
export function reasonToLook(seat, now) {
  if (!seat.sitting_id || ENDED.has(seat.state)) return null;
  const open = seat.flags.filter((flag) => !flag.seen_by);
  const recent = open.filter((flag) => !flag.ended_at || now - Date.parse(flag.ended_at) < GONE_MS || LEVEL[flag.severity] > 1);
  const flag = worstFlag(recent);
  const lost = seat.presence === "lost" && ["in_progress", "paused", "ready"].includes(seat.state);
  const lostSince = lost ? Date.parse(seat.presence_since) : 0;
  const lostLevel = lost ? (now - lostSince > LONG_LOST_MS ? "lost_long" : "lost") : null;
  if (flag && (!lost || RANK[flag.severity] <= RANK[lostLevel])) {
    return { level: flag.severity, kind: flag.kind, since: Date.parse(flag.started_at), flag };
  }
  return lost ? { level: lostLevel, kind: "lost", since: lostSince, flag: null } : null;
}

/** Negative when `a` comes first: level, then start, oldest first. */
export function compare(a, b) {
  return RANK[a.level] - RANK[b.level] || a.since - b.since;
}

export class WorstPlaces {
  /** @type {({index: number, reason: object}|{freeUntil: number}|null)[]} */
  places = Array.from({ length: PLACES }, () => null);
  /** Seats that need a look and have no place, in order. */
  waiting = [];

  /**
   * @param {object[]} seats seat views
   * @param {number} now
   * @param {number|null} focused index of the seat that must not be moved
   */
  update(seats, now, focused) {
    const reasons = new Map(seats.map((seat) => [seat.index, reasonToLook(seat, now)]).filter(([, why]) => why));
    this.places = this.places.map((place) => this.#kept(place, reasons, now));
    const placed = new Set(this.places.filter((p) => p?.reason).map((p) => p.index));
    const rest = [...reasons].filter(([index]) => !placed.has(index)).map(([index, reason]) => ({ index, reason }));
    rest.sort((a, b) => compare(a.reason, b.reason));
    this.places = this.places.map((place) => place ?? rest.shift() ?? null);
    this.waiting = this.#displace(rest, focused);
    return this;
  }

  #kept(place, reasons, now) {
    if (!place) return null;
    if ("freeUntil" in place) return place.freeUntil > now ? place : null;
    const reason = reasons.get(place.index);
    return reason ? { index: place.index, reason } : { freeUntil: now + FREE_MS };
  }

  #displace(rest, focused) {
    const left = [];
    for (const entry of rest) {
      const at = entry.reason.level === "high" ? this.#lowerPlace(focused) : -1;
      if (at < 0) {
        left.push(entry);
      } else {
        left.push(this.places[at]);
        this.places[at] = entry;
      }
    }
    return left.sort((a, b) => compare(a.reason, b.reason));
  }

  #lowerPlace(focused) {
    return this.places.findLastIndex((p) => p?.reason && p.reason.level !== "high" && p.index !== focused);
  }
}

/** The seats that wait for admission, longest wait first. */
export function admissionQueue(seats) {
  return seats.filter((seat) => seat.state === "awaiting_admission")
    .sort((a, b) => Date.parse(a.waiting_since) - Date.parse(b.waiting_since));
}

/** Counts of the head. The states add up to `all`; flags, lost and calls are counted besides. */
export function counts(seats) {
  const used = seats.filter((seat) => seat.sitting_id);
  const of = (test) => used.filter(test).length;
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
    called: of((seat) => seat.called_at),
  };
}

/** Whether a seat belongs to a count. */
export function inCount(seat, name) {
  return seat.sitting_id !== null && counts([seat])[name] > 0;
}
