/** Supply against demand: a bar a row, and in words what is missing. */

import { t } from "../catalogue.js";
import { fill, h, s, sign } from "../dom.js";

const WIDTH = 180;
const HEIGHT = 12;

/** Bar and words of one rule. @param {Api.Demand} demand @param {string} [name] of the part it is about */
export function supplyBar(demand, name) {
  const [needed, available] = [Number(demand.needed), Number(demand.available)];
  const most = Math.max(needed, available, 1);
  const at = (/** @type {number} */ value) => (value / most) * WIDTH;
  const words = t(demand.at_most !== null && demand.at_most !== demand.needed ? "blueprint.supply_range" : demand.at_most === null ? "blueprint.supply_least" : "blueprint.supply",
    { needed: demand.needed, most: demand.at_most ?? "", available: demand.available });
  const missing = demand.short && h("span", { class: "c-stop strong row" }, sign("stop"), t("blueprint.short", { n: needed - available }));
  const known = Number(demand.must_know) > 0 && t("blueprint.supply_known", { n: demand.must_know });
  return h("div", { class: "supply", "data-short": demand.short },
    s("svg", { class: "chart", width: WIDTH, height: HEIGHT, viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true" },
      s("rect", { class: "ch-thin", x: 0.75, y: 2, width: WIDTH - 1.5, height: HEIGHT - 4 }),
      s("rect", { class: demand.short ? "ch-short" : "ch-bar", x: 0.75, y: 2, width: Math.max(0, at(available) - 1.5), height: HEIGHT - 4 }),
      s("path", { class: "ch-old", d: `M${Math.min(at(needed), WIDTH - 1)} 0V${HEIGHT}` })),
    name && h("b", {}, name), h("span", {}, words), known && h("span", { class: "meta" }, known), missing);
}

/**
 * Shows demands in their rows. A row's own rule comes first, then its topics and its must-know items.
 * @param {Iterable<{place: string, supply: HTMLElement}>} rows @param {Api.Demand[]} demands
 */
export function showSupply(rows, demands) {
  for (const row of rows) {
    const own = demands.filter((demand) => demand.place === row.place);
    const parts = demands.filter((demand) => row.place.startsWith("sections.") && demand.place.startsWith(`${row.place}.`));
    fill(row.supply, own.map((demand) => supplyBar(demand)), parts.map((demand) => supplyBar(demand, demand.kind === "topic" ? demand.place.slice(`${row.place}.topics.`.length) : t("blueprint.must_know_short"))));
  }
}
