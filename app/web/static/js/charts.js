/** A plot with axes, in the units of its view box, and what stands where in it. */

import { s } from "./dom.js";

/** @typedef {{width: number, height: number, left: number, right: number, top: number, bottom: number}} Frame the plot's size and margins */

/** Half a page wide. @type {Frame} */
export const FRAME = { width: 560, height: 260, left: 46, right: 12, top: 12, bottom: 40 };

/** From values to places, kept inside. @param {number} low @param {number} high @param {number} start @param {number} end @returns {(value: number) => number} */
export function scale(low, high, start, end) {
  return (value) => start + ((Math.min(Math.max(value, low), high) - low) / (high - low)) * (end - start);
}

/** Axes with ticks and names, and what is drawn in them. @param {Frame} frame @param {string} label @param {[string, string]} names @param {{at: number, text: string}[]} across @param {{at: number, text: string}[]} up @param {...Child} children */
export function plot(frame, label, names, across, up, ...children) {
  const { width, height, left, right, top } = frame;
  const [bottom, middle] = [height - frame.bottom, (top + height - frame.bottom) / 2];
  return s("svg", { class: "chart audit-plot", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label },
    up.map(({ at }) => s("path", { class: "ch-grid", d: `M${left} ${at}H${width - right}` })), ...children,
    s("path", { class: "ch-base", d: `M${left} ${bottom}H${width - right}M${left} ${top}V${bottom}` }),
    across.map(({ at, text }) => s("text", { x: at, y: bottom + 16, "text-anchor": "middle" }, text)),
    up.map(({ at, text }) => s("text", { x: left - 6, y: at + 4, "text-anchor": "end" }, text)),
    s("text", { x: (left + width - right) / 2, y: height - 6, "text-anchor": "middle" }, names[0]),
    s("text", { x: 12, y: middle, "text-anchor": "middle", transform: `rotate(-90 12 ${middle})` }, names[1]));
}
