/** The invigilator's wall of one administration. */

import { loadCatalogue, t } from "../catalogue.js";
import { hms, ms, timeOf } from "../clocks.js";
import { Connection } from "../connection.js";
import { fill, h, icon, say, sign } from "../dom.js";
import "../elements/seat-tile.js";
import { onKeys } from "../keys.js";
import { socketAddress } from "../server.js";
import { signedIn, signOut } from "../staff-frame.js";
import { showKeys } from "../wall/key-list.js";
import { drawQueue, drawWorst } from "../wall/bands.js";
import { admissionQueue, counts, inCount, WorstPlaces } from "../wall/order.js";
import { SeatPanel } from "../wall/panel.js";
import { Pictures } from "../wall/pictures.js";
import { Sound } from "../wall/sound.js";

const COUNTS = [["all", null], ["in_progress", "ok"], ["ready", "ok"], ["awaiting", "do"], ["paused", "pause"], ["ended", "done"],
  ["absent", "idle"], ["flagged", "look2"], ["lost", "lost"], ["called", "do"]];
const DRAW_MS = 500;
const RESULT_MS = 12_000;

class WallPage {
  root = document.getElementById("app");
  seats = new Map();
  tiles = new Map();
  opened = null;
  away = false;
  lastResult = "";
  worstTiles = [];
  #filter = "all";
  #places = new WorstPlaces();
  #clock = { server: Date.now(), here: performance.now() };
  #awaySince = 0;
  #focusMap = null;
  #knownHigh = new Set();

  constructor(me) {
    this.me = me;
    const id = location.pathname.split("/").at(-1);
    this.connection = new Connection(socketAddress(`/ws/wall/${id}`));
    this.pictures = new Pictures((n) => this.connection.send({ type: "shown", pictures: n }));
    this.panel = new SeatPanel(this);
    this.sound = new Sound();
    this.connection.addEventListener("message", ({ detail }) => this.#message(detail));
    this.connection.addEventListener("open", () => this.#opened());
    this.connection.addEventListener("closed", ({ detail }) => this.#closed(detail));
    this.#drawFrame();
    onKeys(this.#keys(), new AbortController().signal);
    this.connection.open();
    setInterval(() => this.draw(), DRAW_MS);
  }

  now() {
    return this.#clock.server + performance.now() - this.#clock.here;
  }

  seat(index) {
    return this.seats.get(index);
  }

  online() {
    return [...this.seats.values()].filter((seat) => seat.presence === "online").length;
  }

  #drawFrame() {
    const make = (name, classes) => h(name, { class: classes });
    this.parts = { worst: make("div", "worst"), worstHead: make("div", "band-head"), queueHead: make("div", "band-head"), queueList: make("div", "queue"),
      title: make("p", "one grow"), clock: h("output"), left: h("output"), leftLabel: h("span", { class: "dim" }), counts: h("div", { class: "counts", role: "group", "aria-label": t("wall.counts") }),
      map: h("div", { class: "map seatmap", role: "group", "aria-label": t("wall.map"), tabindex: "-1" }), banner: h("div", { class: "banner", role: "status" }), result: h("p", { class: "result row", role: "status" }), load: h("span", { class: "load nowrap" }) };
    const { parts } = this;
    parts.queueBand = h("section", { hidden: true }, parts.queueHead, parts.queueList);
    this.soundButton = h("button", { class: "btn", type: "button", onclick: () => this.#toggleSound() });
    this.#drawSound();
    const head = h("header", { class: "topbar" }, h("a", { class: "brand", href: "/wall" }, t("brand")), parts.title,
      h("p", { class: "roomclock" }, h("span", { class: "dim" }, t("wall.room_time")), parts.clock),
      h("p", { class: "roomclock" }, parts.leftLabel, parts.left), this.soundButton, h("span", { class: "dim nowrap" }, this.me.name), signOut());
    const map = h("section", { class: "mapwrap" }, h("div", { class: "band-head" }, h("h2", {}, t("wall.map")), h("span", {}, t("wall.map_hint")), parts.result, parts.load), parts.map);
    parts.map.addEventListener("open", ({ detail }) => this.open(detail));
    parts.map.addEventListener("keydown", (event) => this.#arrow(event));
    const main = h("main", { class: "wall-main", id: "main" }, h("div", { class: "stack" }, parts.banner, h("section", {}, parts.worstHead, parts.worst)), parts.queueBand, map);
    fill(parts.banner, h("p", { class: "row" }, sign("idle"), t("wall.loading")));
    fill(this.root, h("div", { class: "wall" }, head, parts.counts, main, this.panel.element));
  }

  #message(detail) {
    if (detail instanceof ArrayBuffer) {
      const picture = this.pictures.take(detail);
      if (picture) this.#picture(picture);
      return;
    }
    if (detail.now) this.#clock = { server: Date.parse(detail.now), here: performance.now() };
    if (detail.type === "wall") this.#begin(detail);
    else if (detail.type === "seat") this.#seat(detail.seat);
    else if (detail.type === "load") this.#load(detail);
    else if (detail.type === "error") this.result("stop", detail.message);
  }

  #begin(wall) {
    this.about = wall;
    fill(this.parts.title, h("b", {}, `${wall.point} · ${wall.room}`), h("span", { class: "dim title-exam" }, `${wall.exam} · ${wall.administration}`));
    document.title = `${wall.room} · ${t("brand")}`;
    this.seats = new Map(wall.seats.map((seat) => [seat.index, seat]));
    for (const flag of wall.seats.flatMap((seat) => seat.flags)) this.#knownHigh.add(flag.id);
    this.tiles.clear();
    this.#buildMap(wall.seats);
    if (this.opened !== null) this.connection.send({ type: "focus", sitting_id: this.seats.get(this.opened)?.sitting_id ?? null });
    fill(this.parts.banner);
    this.draw();
  }

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

  #drawSeat(seat) {
    const tile = this.tiles.get(seat.index);
    // While the wall itself is cut off the pictures stand still: their age says nothing about the seats.
    tile?.show(seat, this.away ? this.#awaySince : this.now(), this.pictures.thumbnail(seat.index)?.receivedMs);
    if (tile) tile.faded = this.#filter !== "all" && !inCount(seat, this.#filter);
  }

  #picture(picture) {
    if (picture.full) {
      if (picture.seat === this.opened) this.panel.picture(picture.url, picture.receivedMs);
      return;
    }
    const tile = this.tiles.get(picture.seat);
    if (tile) tile.picture = picture.url;
    const shown = this.parts.worst.querySelector(`[data-seat="${picture.seat}"] img`);
    if (shown) shown.src = picture.url;
  }

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
    this.#drawLeft(now);
    const seats = [...this.seats.values()];
    this.#drawCounts(counts(seats));
    seats.forEach((seat) => this.#drawSeat(seat));
    const held = this.parts.worst.matches(":hover, :focus-within") || this.parts.queueList.matches(":hover, :focus-within");
    if (!held) {
      drawWorst(this, this.#places.update(seats, now, this.opened));
      drawQueue(this, admissionQueue(seats));
    }
    if (this.opened !== null) this.panel.update(this.seats.get(this.opened));
  }

  #drawLeft(now) {
    const start = Date.parse(this.about.starts_at);
    say(this.parts.leftLabel, t(now < start ? "wall.starts_in" : "wall.left"));
    const running = [...this.seats.values()].map((seat) => seat.remaining_ms).filter((left) => left !== null);
    const left = now < start ? start - now : Math.max(0, ...running);
    say(this.parts.left, hms(left));
  }

  #drawCounts(values) {
    const key = JSON.stringify([values, this.#filter]);
    if (key === this.countsKey) return;
    this.countsKey = key;
    const held = document.activeElement?.dataset?.count;
    fill(this.parts.counts, COUNTS.map(([name, mark]) => h("button", {
      class: "count", type: "button", "aria-pressed": String(this.#filter === name), "data-count": name, onclick: () => this.#choose(name),
    }, mark && sign(mark), t(`count.${name}`), h("b", {}, String(values[name])))));
    if (held) this.parts.counts.querySelector(`[data-count="${held}"]`)?.focus();
  }

  #choose(name) {
    this.#filter = this.#filter === name ? "all" : name;
    this.draw();
  }

  #reach() {
    for (const [index, tile] of this.tiles) tile.reachable = index === this.#focusMap;
  }

  /** Opens the panel of a seat. */
  open(index) {
    const seat = this.seats.get(index);
    if (!seat?.sitting_id) return;
    this.tiles.get(this.opened)?.setCurrent(false);
    this.opened = index;
    this.#focusMap = index;
    this.tiles.get(index)?.setCurrent(true);
    this.connection.send({ type: "focus", sitting_id: seat.sitting_id });
    this.panel.open(seat);
    this.#markWorst();
  }

  #markWorst() {
    for (const tile of this.parts.worst.querySelectorAll("[data-seat]")) {
      if (Number(tile.dataset.seat) === this.opened) tile.setAttribute("aria-current", "true");
      else tile.removeAttribute("aria-current");
    }
  }

  close() {
    this.tiles.get(this.opened)?.setCurrent(false);
    this.opened = null;
    this.connection.send({ type: "focus", sitting_id: null });
    this.panel.empty();
    this.#markWorst();
  }

  reloadPanel() {
    this.panel.reload();
  }

  /** What came of a command, shown for a while. */
  result(mark, text) {
    this.lastResult = text;
    fill(this.parts.result, sign(mark), text);
    clearTimeout(this.resultTimer);
    this.resultTimer = setTimeout(() => fill(this.parts.result), RESULT_MS);
  }

  #opened() {
    this.away = false;
    this.root.classList.remove("is-away");
  }

  #closed({ why }) {
    if (!this.away) this.#awaySince = this.now();
    this.away = true;
    this.root.classList.add("is-away");
    this.final = why !== null;
    if (why) this.#drawClosed(why);
    this.draw();
  }

  /** The server will not have this wall any more: why, and what to do. */
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
    say(this.parts.banner.querySelector(".strong"), t("wall.away.title", values));
  }

  #toggleSound() {
    this.sound.toggle();
    this.#drawSound();
  }

  #drawSound() {
    fill(this.soundButton, icon("sound", "s"), t(this.sound.on ? "wall.sound_on" : "wall.sound_off"));
    this.soundButton.setAttribute("aria-pressed", String(this.sound.on));
  }

  #arrow(event) {
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (!step) return;
    event.preventDefault();
    this.#moveFocus(step);
  }

  #moveFocus([rows, columns]) {
    const from = this.seats.get(this.#focusMap);
    const inWay = (seat) => (rows ? seat.column === from.column && (seat.row - from.row) * rows > 0
      : seat.row === from.row && (seat.column - from.column) * columns > 0);
    const distance = (seat) => Math.abs(seat.row - from.row) + Math.abs(seat.column - from.column);
    const [next] = [...this.seats.values()].filter(inWay).sort((a, b) => distance(a) - distance(b));
    if (!next) return;
    this.#focusMap = next.index;
    this.#reach();
    this.tiles.get(next.index).focusButton();
  }

  #keys() {
    const table = { Escape: () => (this.opened === null || document.querySelector("dialog[open]") ? false : this.close()) };
    const quiet = (act) => () => (document.querySelector("dialog[open]") ? false : act());
    for (let n = 1; n <= 5; n += 1) table[String(n)] = quiet(() => this.worstTiles[n - 1]?.click());
    const commands = { a: "admit", m: "message", w: "warn", t: "extend", x: "end", k: "seen", n: "incident" };
    for (const [key, name] of Object.entries(commands)) table[key] = quiet(() => this.panel.command(name));
    table.p = quiet(() => this.panel.command(this.panel.seat?.state === "paused" ? "resume" : "pause"));
    table.f = quiet(() => this.panel.enlarge(this.panel.live.src));
    table.j = quiet(() => this.#nextWorst());
    table.q = quiet(() => this.parts.queueList.querySelector("[data-wait]")?.click());
    table["?"] = table["Shift+?"] = quiet(showKeys);
    for (const [name, step] of [["ArrowLeft", [0, -1]], ["ArrowRight", [0, 1]], ["ArrowUp", [-1, 0]], ["ArrowDown", [1, 0]]]) {
      table[name] = (event) => (event.target === document.body && !document.querySelector("dialog[open]") ? this.#moveFocus(step) : false);
    }
    return table;
  }

  #nextWorst() {
    const tiles = this.worstTiles.filter(Boolean);
    const at = tiles.findIndex((tile) => Number(tile.dataset.seat) === this.opened);
    tiles[(at + 1) % Math.max(1, tiles.length)]?.click();
  }
}

async function main() {
  await loadCatalogue();
  new WallPage(await signedIn());
}

main();
