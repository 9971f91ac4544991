/** The invigilator's wall of one administration. */

import { loadCatalogue, t } from "../catalogue.js";
import { hms, ms, timeOf } from "../clocks.js";
import { Connection } from "../connection.js";
import { byId, fill, h, icon, on, say, sign } from "../dom.js";
import "../elements/seat-tile.js";
import { dialogOpen, onKeys } from "../keys.js";
import { socketAddress } from "../server.js";
import { otherLanguage, signedIn, signOut } from "../staff-frame.js";
import { drawQueue, drawWorst } from "../wall/bands.js";
import { admissionQueue, counts, inCount, WorstPlaces } from "../wall/order.js";
import { SeatPanel } from "../wall/panel.js";
import { Pictures } from "../wall/pictures.js";
import { Sound } from "../wall/sound.js";

/** @type {[name: keyof import("../wall/order.js").Counts, mark: string | null][]} */
const COUNTS = [["all", null], ["in_progress", "ok"], ["ready", "ok"], ["awaiting", "do"], ["paused", "pause"], ["ended", "done"],
  ["absent", "idle"], ["flagged", "look2"], ["lost", "lost"], ["called", "do"]];
const DRAW_MS = 500;
const RESULT_MS = 12_000;

export class WallPage {
  root = byId("app");
  /** @type {Map<number, Live.SeatView>} */
  seats = new Map();
  /** @type {Map<number, import("../elements/seat-tile.js").SeatTile>} */
  tiles = new Map();
  /** @type {number | null} */
  opened = null;
  away = false;
  lastResult = "";
  /** @type {(HTMLElement | null)[]} */
  worstTiles = [];
  /** @type {keyof import("../wall/order.js").Counts} */
  #filter = "all";
  #places = new WorstPlaces();
  #clock = { server: Date.now(), here: performance.now() };
  #awaySince = 0;
  /** Whether the server will not have this wall any more. */
  final = false;
  #countsKey = "";
  #resultTimer = 0;
  /** The room, from the first message on. @type {Live.Wall | null} */
  about = null;
  /** Registered photos of those who wait, by sitting: one element as long as the wall lives. @type {Map<string, HTMLElement>} */
  photos = new Map();
  parts = {
    worst: h("div", { class: "worst" }), worstHead: h("div", { class: "band-head" }), queueHead: h("div", { class: "band-head" }), queueList: h("div", { class: "queue" }),
    queueBand: h("section", { hidden: true }), title: h("p", { class: "one grow" }), clock: h("output"), left: h("output"), leftLabel: h("span", { class: "dim" }),
    counts: h("div", { class: "counts", role: "group", "aria-label": t("wall.counts") }),
    map: h("div", { class: "map seatmap", role: "group", "aria-label": t("wall.map"), tabindex: "-1" }), banner: h("div", { class: "banner", role: "status" }),
    result: h("p", { class: "result row", role: "status" }), load: h("span", { class: "load nowrap" }),
  };
  soundButton = h("button", { class: "btn", type: "button", onclick: () => this.#toggleSound() });
  /** @type {number | null} */
  #focusMap = null;
  /** @type {Set<string>} */
  #knownHigh = new Set();

  /** @param {Api.Staff} me */
  constructor(me) {
    this.me = me;
    const id = location.pathname.split("/").at(-1);
    this.connection = new Connection(socketAddress(`/ws/wall/${id}`));
    this.pictures = new Pictures((n) => this.connection.send({ type: "shown", pictures: n }));
    this.panel = new SeatPanel(this);
    this.sound = new Sound();
    on(this.connection, "message", (/** @type {Live.ToWall | ArrayBuffer} */ message) => this.#message(message));
    this.connection.addEventListener("open", () => this.#opened());
    on(this.connection, "closed", (/** @type {{why: string | null}} */ closed) => this.#closed(closed));
    this.#drawFrame();
    onKeys(this.#keys(), new AbortController().signal);
    this.connection.open();
    setInterval(() => this.draw(), DRAW_MS);
  }

  now() {
    return this.#clock.server + performance.now() - this.#clock.here;
  }

  /** @param {number} index */
  seat(index) {
    return this.seats.get(index);
  }

  #openedSeat() {
    return this.opened === null ? undefined : this.seats.get(this.opened);
  }

  #openedTile() {
    return this.opened === null ? undefined : this.tiles.get(this.opened);
  }

  online() {
    return [...this.seats.values()].filter((seat) => seat.presence === "online").length;
  }

  #drawFrame() {
    const { parts } = this;
    fill(parts.queueBand, parts.queueHead, parts.queueList);
    this.#drawSound();
    const head = h("header", { class: "topbar" }, h("a", { class: "brand", href: "/wall" }, t("brand")), parts.title,
      h("p", { class: "roomclock" }, h("span", { class: "dim" }, t("wall.room_time")), parts.clock),
      h("p", { class: "roomclock" }, parts.leftLabel, parts.left), this.soundButton, otherLanguage(), h("span", { class: "dim nowrap" }, this.me.name), signOut());
    const map = h("section", { class: "mapwrap" }, h("div", { class: "band-head" }, h("h2", {}, t("wall.map")), h("span", {}, t("wall.map_hint")), parts.result, parts.load), parts.map);
    on(parts.map, "open", (/** @type {number} */ index) => this.open(index));
    parts.map.addEventListener("keydown", (event) => this.#arrow(event));
    const main = h("main", { class: "wall-main", id: "main" }, h("div", { class: "stack" }, parts.banner, h("section", {}, parts.worstHead, parts.worst)), parts.queueBand, map);
    fill(parts.banner, h("p", { class: "row" }, sign("idle"), t("wall.loading")));
    fill(this.root, h("div", { class: "wall" }, head, parts.counts, main, this.panel.element));
  }

  /** @param {Live.ToWall | ArrayBuffer} detail */
  #message(detail) {
    if (detail instanceof ArrayBuffer) {
      const picture = this.pictures.take(detail);
      if (picture) this.#picture(picture);
      return;
    }
    if ("now" in detail) this.#clock = { server: Date.parse(detail.now), here: performance.now() };
    if (detail.type === "wall") this.#begin(detail);
    else if (detail.type === "seat") this.#seat(detail.seat);
    else if (detail.type === "load") this.#load(detail);
    else if (detail.type === "error") this.result("stop", detail.message);
  }

  /** @param {Live.Wall} wall */
  #begin(wall) {
    this.about = wall;
    fill(this.parts.title, h("b", {}, `${wall.point} · ${wall.room}`), h("span", { class: "dim title-exam" }, `${wall.exam} · ${wall.administration}`));
    document.title = `${wall.room} · ${t("brand")}`;
    this.seats = new Map(wall.seats.map((seat) => [seat.index, seat]));
    for (const flag of wall.seats.flatMap((seat) => seat.flags)) this.#knownHigh.add(flag.id);
    this.tiles.clear();
    this.#buildMap(wall.seats);
    if (this.opened !== null) this.connection.send({ type: "focus", sitting_id: this.#openedSeat()?.sitting_id ?? null });
    fill(this.parts.banner);
    this.draw();
  }

  /** @param {Live.SeatView[]} seats */
  #buildMap(seats) {
    const { map } = this.parts;
    const columns = Math.max(1, ...seats.map((seat) => seat.column));
    const rows = Math.max(1, ...seats.map((seat) => seat.row));
    map.style.setProperty("--columns", String(columns));
    map.style.setProperty("--rows", String(rows));
    map.classList.toggle("map-small", seats.length > 60);
    fill(map, seats.map((seat) => {
      const tile = h("seat-tile");
      tile.style.setProperty("--row", String(seat.row));
      tile.style.setProperty("--column", String(seat.column));
      this.tiles.set(seat.index, tile);
      return tile;
    }));
    this.#focusMap ??= seats[0]?.index ?? null;
    this.#reach();
  }

  /** @param {Live.SeatView} seat */
  #seat(seat) {
    this.seats.set(seat.index, seat);
    for (const flag of seat.flags) {
      if (flag.severity !== "high" || this.#knownHigh.has(flag.id)) continue;
      this.#knownHigh.add(flag.id);
      this.sound.play();
      this.tiles.get(seat.index)?.classList.add("new-high");
    }
    this.#drawSeat(seat);
    if (seat.index === this.opened) this.panel.update(seat);
  }

  /** @param {Live.SeatView} seat */
  #drawSeat(seat) {
    const tile = this.tiles.get(seat.index);
    // While the wall itself is cut off the pictures stand still: their age says nothing about the seats.
    tile?.show(seat, this.away ? this.#awaySince : this.now(), this.pictures.thumbnail(seat.index)?.receivedMs);
    if (tile) tile.faded = this.#filter !== "all" && !inCount(seat, this.#filter);
  }

  /** @param {{full: boolean, seat: number, url: string, receivedMs: number}} picture */
  #picture(picture) {
    if (picture.full) {
      if (picture.seat === this.opened) this.panel.picture(picture.url, picture.receivedMs);
      return;
    }
    const tile = this.tiles.get(picture.seat);
    if (tile) tile.picture = picture.url;
    const shown = /** @type {HTMLImageElement | null} */ (this.parts.worst.querySelector(`[data-seat="${picture.seat}"] img`));
    if (shown) shown.src = picture.url;
  }

  /** @param {Live.WallLoad} load */
  #load(load) {
    const share = Math.round(load.analysed_share * 100);
    this.parts.load.textContent = t("wall.load", { age: (load.picture_age_ms / 1000).toFixed(1), share });
    if (this.away) return;
    fill(this.parts.banner, share < 50 && h("div", { class: "note note-look" }, sign("look2"), h("p", {}, t("wall.slow", { share }))));
  }

  /** Draws everything that depends on time; called twice a second. */
  draw() {
    const now = this.now();
    say(this.parts.clock, timeOf(new Date(now)));
    if (this.away) this.#drawAway();
    if (!this.about) return;
    this.#drawLeft(this.about, now);
    const seats = [...this.seats.values()];
    this.#drawCounts(counts(seats));
    seats.forEach((seat) => this.#drawSeat(seat));
    const held = this.parts.worst.matches(":hover, :focus-within") || this.parts.queueList.matches(":hover, :focus-within");
    if (!held) {
      drawWorst(this, this.#places.update(seats, now, this.opened));
      drawQueue(this, admissionQueue(seats));
    }
    const opened = this.#openedSeat();
    if (opened) this.panel.update(opened);
  }

  /** @param {Live.Wall} about @param {number} now */
  #drawLeft(about, now) {
    const start = Date.parse(about.starts_at);
    say(this.parts.leftLabel, t(now < start ? "wall.starts_in" : "wall.left"));
    const running = [...this.seats.values()].map((seat) => seat.remaining_ms).filter((left) => left !== null);
    const left = now < start ? start - now : Math.max(0, ...running);
    say(this.parts.left, hms(left));
  }

  /** @param {import("../wall/order.js").Counts} values */
  #drawCounts(values) {
    const key = JSON.stringify([values, this.#filter]);
    if (key === this.#countsKey) return;
    this.#countsKey = key;
    const held = document.activeElement?.getAttribute("data-count");
    fill(this.parts.counts, COUNTS.map(([name, mark]) => h("button", {
      class: "count", type: "button", "aria-pressed": String(this.#filter === name), "data-count": name, onclick: () => this.#choose(name),
    }, mark && sign(mark), t(`count.${name}`), h("b", {}, String(values[name])))));
    if (held) /** @type {HTMLElement | null} */ (this.parts.counts.querySelector(`[data-count="${held}"]`))?.focus();
  }

  /** @param {keyof import("../wall/order.js").Counts} name */
  #choose(name) {
    this.#filter = this.#filter === name ? "all" : name;
    this.draw();
  }

  #reach() {
    for (const [index, tile] of this.tiles) tile.reachable = index === this.#focusMap;
  }

  /** Opens the panel of a seat. @param {number} index */
  open(index) {
    const seat = this.seats.get(index);
    if (!seat?.sitting_id) return;
    this.#openedTile()?.setCurrent(false);
    this.opened = index;
    this.#focusMap = index;
    this.tiles.get(index)?.setCurrent(true);
    this.connection.send({ type: "focus", sitting_id: seat.sitting_id });
    this.panel.open(seat);
    this.#markWorst();
  }

  #markWorst() {
    for (const tile of this.parts.worst.querySelectorAll("[data-seat]")) {
      if (Number(tile.getAttribute("data-seat")) === this.opened) tile.setAttribute("aria-current", "true");
      else tile.removeAttribute("aria-current");
    }
  }

  close() {
    this.#openedTile()?.setCurrent(false);
    this.opened = null;
    this.connection.send({ type: "focus", sitting_id: null });
    this.panel.empty();
    this.#markWorst();
  }

  reloadPanel() {
    this.panel.reload();
  }

  /** What came of a command, shown for a while. @param {string} mark @param {string} text */
  result(mark, text) {
    this.lastResult = text;
    fill(this.parts.result, sign(mark), text);
    clearTimeout(this.#resultTimer);
    this.#resultTimer = setTimeout(() => fill(this.parts.result), RESULT_MS);
  }

  #opened() {
    this.away = false;
    this.root.classList.remove("is-away");
  }

  /** @param {{why: string | null}} closed */
  #closed({ why }) {
    if (!this.away) this.#awaySince = this.now();
    this.away = true;
    this.root.classList.add("is-away");
    this.final = why !== null;
    if (why) this.#drawClosed(why);
    this.draw();
  }

  /** The server will not have this wall any more: why, and what to do. @param {string} why */
  #drawClosed(why) {
    const next = why === "not_signed_in" ? [`/staff?next=${encodeURIComponent(location.pathname)}`, "closed.sign_in"] : ["/wall", "closed.choose"];
    fill(this.parts.banner, h("div", { class: "note note-stop", role: "alert" }, sign("stop"),
      h("div", { class: "grow" }, h("p", { class: "strong" }, t(`closed.${why}.title`)), h("p", {}, t(`closed.${why}.staff`))),
      h("a", { class: "btn btn-main", href: next[0] }, t(next[1]))));
  }

  #drawAway() {
    if (this.final) return;
    const values = { for: ms(this.now() - this.#awaySince), at: timeOf(new Date(this.#awaySince)) };
    const again = () => this.connection.again();
    if (!this.parts.banner.querySelector("[data-away]")) {
      fill(this.parts.banner, h("div", { class: "note note-stop", "data-away": true }, sign("stop"), h("div", { class: "grow" }, h("p", { class: "strong" }), h("p", {}, t("wall.away.text"))),
        h("button", { class: "btn btn-main", type: "button", onclick: again }, t("wall.away.now"))));
    }
    const title = this.parts.banner.querySelector(".strong");
    if (title) say(title, t("wall.away.title", values));
  }

  #toggleSound() {
    this.sound.toggle();
    this.#drawSound();
  }

  #drawSound() {
    fill(this.soundButton, icon("sound", "s"), t(this.sound.on ? "wall.sound_on" : "wall.sound_off"));
    this.soundButton.setAttribute("aria-pressed", String(this.sound.on));
  }

  /** @param {KeyboardEvent} event */
  #arrow(event) {
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (!step) return;
    event.preventDefault();
    this.#moveFocus(step);
  }

  /** @param {number[]} step */
  #moveFocus([rows, columns]) {
    const from = this.#focusMap === null ? undefined : this.seats.get(this.#focusMap);
    if (!from) return;
    const inWay = (/** @type {Live.SeatView} */ seat) => (rows ? seat.column === from.column && (seat.row - from.row) * rows > 0
      : seat.row === from.row && (seat.column - from.column) * columns > 0);
    const distance = (/** @type {Live.SeatView} */ seat) => Math.abs(seat.row - from.row) + Math.abs(seat.column - from.column);
    const [next] = [...this.seats.values()].filter(inWay).sort((a, b) => distance(a) - distance(b));
    if (!next) return;
    this.#focusMap = next.index;
    this.#reach();
    this.tiles.get(next.index)?.focusButton();
  }

  #keys() {
    const free = () => !dialogOpen();
    const onBody = (/** @type {Event} */ event) => event.target === document.body && free();
    const command = (/** @type {string} */ key, /** @type {string} */ name) => ({ on: [key], shown: [key.toUpperCase()], says: t(`command.${name}`), when: free, act: () => this.panel.command(name) });
    const move = (/** @type {string} */ key, /** @type {string[]} */ shown, /** @type {number[]} */ step) => ({ on: [key], shown, says: t("keys.move"), when: free, act: (/** @type {Event} */ event) => (onBody(event) ? this.#moveFocus(step) : false) });
    const pauseOrResume = () => this.panel.command(this.panel.seat?.state === "paused" ? "resume" : "pause");
    return [
      { on: ["1", "2", "3", "4", "5"], shown: ["1\u20135"], says: t("keys.seats"), when: free, act: (/** @type {KeyboardEvent} */ event) => this.worstTiles[Number(event.key) - 1]?.click() },
      move("ArrowLeft", ["\u2190", "\u2192", "\u2191", "\u2193"], [0, -1]), move("ArrowRight", [], [0, 1]), move("ArrowUp", [], [-1, 0]), move("ArrowDown", [], [1, 0]),
      { on: ["j"], shown: ["J"], says: t("keys.next_worst"), when: free, act: () => this.#nextWorst() },
      { on: ["q"], shown: ["Q"], says: t("keys.queue"), when: free, act: () => /** @type {HTMLElement | null} */ (this.parts.queueList.querySelector("[data-wait]"))?.click() },
      { on: ["f"], shown: ["F"], says: t("command.enlarge"), when: free, act: () => this.panel.enlarge(this.panel.live.src) },
      command("n", "incident"), command("m", "message"), command("w", "warn"),
      { on: ["p"], shown: ["P"], says: t("keys.pause_or_resume"), when: free, act: pauseOrResume },
      command("t", "extend"), command("a", "admit"), command("k", "seen"), command("x", "end"),
      { on: ["Escape"], shown: ["Esc"], says: t("panel.close"), when: free, act: () => (this.opened === null ? false : this.close()) },
    ];
  }

  #nextWorst() {
    const tiles = this.worstTiles.filter((tile) => tile !== null);
    const at = tiles.findIndex((tile) => Number(tile.dataset.seat) === this.opened);
    tiles[(at + 1) % Math.max(1, tiles.length)]?.click();
  }
}

async function main() {
  await loadCatalogue();
  new WallPage(await signedIn());
}

main();
