/** The pictures of a publish audit, drawn from its numbers; each says its figures to screen readers. */

import { t } from "../catalogue.js";
import { FRAME, plot, scale } from "../charts.js";
import { s } from "../dom.js";

const { width: WIDTH, height: HEIGHT, left: LEFT, right: RIGHT, top: TOP, bottom: BOTTOM } = FRAME;

/** Both bands of characteristic curves, as differences from the average form. @param {Api.AuditComparison} found */
export function bandPicture(found) {
  const [abilities, average] = [found.abilities.map(Number), found.average.map(Number)];
  const off = (/** @type {string[]} */ edge) => edge.map((value, place) => Number(value) - average[place]);
  /** @type {Record<"random" | "matched", [number[], number[]]>} */
  const bands = { random: [off(found.random.low), off(found.random.high)], matched: [off(found.matched.low), off(found.matched.high)] };
  const reach = Math.ceil(Math.max(1, ...bands.random.flat().map(Math.abs), ...bands.matched.flat().map(Math.abs)));
  const x = scale(abilities[0], abilities[abilities.length - 1], LEFT, WIDTH - RIGHT);
  const y = scale(-reach, reach, HEIGHT - BOTTOM, TOP);
  const area = (/** @type {[number[], number[]]} */ [low, high]) => [...abilities.map((ability, place) => `${x(ability)},${y(high[place])}`),
    ...abilities.map((ability, place) => `${x(ability)},${y(low[place])}`).reverse()].join(" ");
  const wide = (/** @type {[number[], number[]]} */ [low, high]) => Math.max(...high.map((value, place) => value - low[place])).toFixed(1);
  const label = t("blueprint.band_says", { matched: wide(bands.matched), random: wide(bands.random) });
  return plot(FRAME, label, [t("blueprint.ability"), t("blueprint.points_off")],
    [-3, -2, -1, 0, 1, 2, 3].map((value) => ({ at: x(value), text: String(value) })), [-reach, -reach / 2, 0, reach / 2, reach].map((value) => ({ at: y(value), text: String(value) })),
    s("polygon", { class: "ch-random", points: area(bands.random) }), s("polygon", { class: "ch-matched", points: area(bands.matched) }),
    s("path", { class: "ch-old", d: `M${x(Number(found.theta))} ${TOP}V${HEIGHT - BOTTOM}` }));
}

/** How many items are in which share of the forms. @param {Api.AuditExposure} exposure */
export function exposurePicture(exposure) {
  const { bins, bin } = exposure;
  const most = Math.max(1, ...bins);
  const x = scale(0, bins.length * bin, LEFT, WIDTH - RIGHT);
  const y = scale(0, most, HEIGHT - BOTTOM, TOP);
  const upright = (/** @type {number} */ value, /** @type {string} */ kind) => s("path", { class: kind, d: `M${x(value)} ${TOP}V${HEIGHT - BOTTOM}` });
  const step = Math.max(1, Math.ceil(bins.length / 8));
  const label = t("blueprint.exposure_says", { least: exposure.minimum / 10, largest: exposure.largest / 10 });
  return plot(FRAME, label, [t("blueprint.share"), t("blueprint.items")],
    [...bins.keys(), bins.length].filter((place) => place % step === 0).map((place) => ({ at: x(place * bin), text: String((place * bin) / 10) })),
    [0, 0.5, 1].map((share) => Math.round(share * most)).map((value) => ({ at: y(value), text: String(value) })),
    bins.map((value, place) => s("rect", { class: "ch-bar", x: x(place * bin) + 1, y: y(value), width: x(bin) - LEFT - 2, height: HEIGHT - BOTTOM - y(value) },
      s("title", {}, t("blueprint.bin", { from: (place * bin) / 10, to: ((place + 1) * bin) / 10, n: value })))),
    upright(exposure.minimum, "ch-old"), exposure.cap !== null && upright(exposure.cap, "ch-cap"));
}
