/** Instants and durations as people read them. Instants come as RFC 3339 UTC text. */

import { language } from "./catalogue.js";

const two = (/** @type {number} */ n) => String(n).padStart(2, "0");

/** HH:MM:SS of a duration in milliseconds, never negative. Rounds up: 00:00:00 means nothing is left. @param {number} ms */
export function hms(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** MM:SS of a duration in milliseconds; minutes may pass 99. @param {number} duration */
export function ms(duration) {
  const seconds = Math.max(0, Math.floor(duration / 1000));
  return `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
}

/** HH:MM:SS of an instant in the machine's own time zone. @param {Instant | Date} instant */
export function timeOf(instant) {
  const at = new Date(instant);
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** HH:MM of an instant. @param {Instant} instant */
export function minuteOf(instant) {
  return timeOf(instant).slice(0, 5);
}

/** YYYY-MM-DD of an instant. @param {Instant} instant */
export function dayOf(instant) {
  const at = new Date(instant);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** Day and minute of an instant. @param {Instant} instant */
export function dayMinute(instant) {
  return `${dayOf(instant)} ${minuteOf(instant)}`;
}

/** From day and minute to minute; the day again when it is another. @param {Instant} from @param {Instant} to */
export function timeSpan(from, to) {
  return `${dayMinute(from)} – ${dayOf(from) === dayOf(to) ? minuteOf(to) : dayMinute(to)}`;
}

/** A whole number with the language's grouping. @param {number} n */
export function count(n) {
  return new Intl.NumberFormat(language).format(n);
}
