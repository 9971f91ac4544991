/** The two bands over the map: seats that need a look, and candidates who wait for admission. */

import { t, worded } from "../catalogue.js";
import { ms } from "../clocks.js";
import { fill, h, icon, kbd, sign } from "../dom.js";
import { flagName, flagSign, LEVEL } from "../flags.js";

/** Seats that need a look. @param {import("../pages/wall.js").WallPage} wall @param {import("./order.js").WorstPlaces} places */
export function drawWorst(wall, places) {
  const { worst, worstHead } = wall.parts;
  const needed = places.places.filter((p) => p?.reason).length + places.waiting.length;
  const rest = places.waiting.map((entry) => t("wall.seat", { n: wall.seat(entry.index)?.label ?? "" }));
  fill(worstHead, h("h2", {}, t("wall.worst", { n: needed })), h("span", {}, t("wall.worst_hint")),
    rest.length > 0 && h("span", { class: "push" }, t("wall.worst_more", { n: rest.length, seats: rest.slice(0, 6).join(t("list.comma")) })));
  if (needed === 0 && places.places.every((p) => !p)) {
    fill(worst, h("p", { class: "worst-none row" }, sign("ok"), t("wall.worst_none", { n: wall.online() })));
    wall.worstTiles = [];
    return;
  }
  wall.worstTiles = places.places.map((place, i) => (place?.reason ? worstTile(wall, place, i) : null));
  fill(worst, wall.worstTiles.map((tile) => tile ?? h("div", { class: "worst-free" })));
}

/** @param {import("../pages/wall.js").WallPage} wall @param {{index: number, reason: import("./order.js").Reason}} placed @param {number} place */
function worstTile(wall, { index, reason }, place) {
  const seat = wall.seat(index);
  if (!seat) return null;
  const { level } = reason;
  const lost = level === "lost" || level === "lost_long";
  const thumbnail = wall.pictures.thumbnail(index);
  const name = lost ? t("presence.lost") : flagName(reason.kind);
  const off = (seat.checks_off ?? []).length > 0 && t("wall.checks_off_short");
  return h("button", {
    class: "worst-card", type: "button", "data-level": lost ? "lost" : String(LEVEL[level]),
    "data-seat": index, "aria-current": wall.opened === index && "true", onclick: () => wall.open(index),
  },
  h("span", { class: "photo live" }, thumbnail && h("img", { src: thumbnail.url, alt: "" })),
  h("span", { class: "chip" }, seat.label), h("span", { class: "chip chip-r" }, lost ? ms(wall.now() - reason.since) : t(`severity.${level}`)),
  h("span", { class: "worst-text" },
    h("span", { class: "row" }, lost ? sign("lost") : flagSign(level), h("b", { class: "one grow" }, name), kbd(String(place + 1))),
    h("span", { class: "row meta" }, h("span", { class: "one grow" },
      [seat.name, t("wall.lasting", { time: ms(wall.now() - reason.since) })].join(" · "))),
    off && h("span", { class: "meta" }, off)));
}

/** Candidates who wait for admission, at most three shown. @param {import("../pages/wall.js").WallPage} wall @param {Live.SeatView[]} queue */
export function drawQueue(wall, queue) {
  const { queueBand, queueHead, queueList } = wall.parts;
  queueBand.hidden = queue.length === 0;
  if (queue.length === 0) return;
  fill(queueHead, h("h2", {}, t("wall.queue", { n: queue.length })), h("span", {}, t("wall.queue_hint")),
    queue.length > 3 && h("span", { class: "push" }, t("wall.queue_more", { n: queue.length - 3 })));
  fill(queueList, queue.slice(0, 3).map((seat, i) => waiting(wall, seat, i)));
}

/**
 * One element a candidate for as long as the wall lives: the band is drawn twice a second.
 * @param {import("../pages/wall.js").WallPage} wall
 * @param {string} sittingId
 */
function registeredPhoto(wall, sittingId) {
  const known = wall.photos.get(sittingId);
  if (known) return known;
  const box = h("span", { class: "contents" });
  const missing = () => fill(box, h("span", { class: "tile-none" }, t("photo.none_short")));
  fill(box, h("img", { src: `/api/sittings/${sittingId}/photo`, alt: t("photo.registered"), onerror: missing }));
  wall.photos.set(sittingId, box);
  return box;
}

/** @param {import("../pages/wall.js").WallPage} wall @param {Live.SeatView} seat @param {number} place */
function waiting(wall, seat, place) {
  const thumbnail = wall.pictures.thumbnail(seat.index);
  return h("div", { class: "wait" },
    h("span", { class: "photo card" }, registeredPhoto(wall, seat.sitting_id ?? "")),
    h("span", { class: "photo live" }, thumbnail && h("img", { src: thumbnail.url, alt: t("photo.now") })),
    h("div", { class: "stack stack-1" }, h("b", { class: "one" }, `${t("wall.seat_short", { n: seat.label })} ${seat.name}`),
      h("span", { class: "meta" }, worded("waiting_reason", seat.waiting_reason ?? "other", t("waiting_reason.other")))),
    h("span", { class: "stack stack-1" }, h("span", { class: "meta num nowrap" }, t("wall.waited", { time: ms(wall.now() - Date.parse(seat.waiting_since ?? "")) })),
      h("button", { class: "btn", type: "button", "data-wait": seat.index, onclick: () => wall.open(seat.index) }, icon("idcard", "s"), t("wall.check"), place === 0 && kbd("Q"))));
}
