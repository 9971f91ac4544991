/**
 * The candidate's live session: outbox, protocol and connection put together.
 * Events: change (something to draw), message (detail: a server message), live, superseded, extended
 * (detail: minutes), closed (detail: why the server ended the connection for good).
 */

import { Connection } from "../connection.js";
import { Countdown } from "../countdown.js";
import { on } from "../dom.js";
import { Outbox, randomName } from "../outbox.js";
import { CandidateProtocol } from "../protocol.js";
import { socketAddress } from "../server.js";

const TAKE_OVER = "kaochang-take-over";
const TICK_MS = 250;
/** A jump of the time left that only an extension makes. */
const EXTENDED_MS = 50_000;
const RUNNING = new Set(["in_progress"]);

export class LiveSession extends EventTarget {
  countdown = new Countdown();
  /** Seq of messages that the server refused for good, with their code. @type {{seq: number, code: string}[]} */
  refused = [];
  cameraFps = 1;
  #connection = new Connection(socketAddress("/ws/candidate"));
  #takeOver = false;
  /** @type {Promise<void>} */
  #queue = Promise.resolve();
  #loadedAt = performance.now();
  #timer = 0;
  /** Messages on their way into the outbox: not yet stored, so nothing may be called saved. */
  #storing = 0;
  #resendUpTo = 0;
  /** What the outbox held beyond the server at the last welcome: laid over the form. @type {Live.Numbered[]} */
  recovered = [];

  /** From start() on. @type {Outbox} */
  outbox;
  /** From start() on. @type {CandidateProtocol} */
  protocol;

  /** @param {string} sitting */
  constructor(sitting) {
    super();
    this.sitting = sitting;
  }

  async start() {
    this.#takeOver = sessionStorage.getItem(TAKE_OVER) !== null;
    sessionStorage.removeItem(TAKE_OVER);
    this.outbox = await Outbox.open(this.sitting);
    this.protocol = new CandidateProtocol({
      tab: randomName(), writer: this.outbox.writer, pending: await this.outbox.pending(),
    });
    this.#connection.addEventListener("open", () => {
      this.protocol.connected(performance.now(), this.#takeOver);
      this.#takeOver = false;
      this.#pump();
    });
    on(this.#connection, "message", (/** @type {Live.ToCandidate} */ message) => this.#receive(message));
    on(this.#connection, "closed", (/** @type {{why: string | null}} */ { why }) => this.#closed(why));
    this.#connection.open();
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  /** Whether this tab may act: greeted by the server at least once and not superseded. */
  get welcomed() {
    return this.#welcomed && this.protocol.phase !== "superseded";
  }

  #welcomed = false;

  /**
   * Stores a numbered message, then sends it. Calls keep their order.
   * @param {Live.Unnumbered} message
   * @returns {Promise<void>} after the outbox has it
   */
  send(message) {
    // A page that is not the live one must number nothing: the outbox belongs to all tabs of this browser.
    if (!this.welcomed) return Promise.resolve();
    this.#storing += 1;
    this.#queue = this.#queue.then(async () => {
      const elapsed = Math.round(performance.now() - this.#loadedAt);
      const numbered = await this.outbox.append({ ...message, elapsed_ms: elapsed });
      this.#storing -= 1;
      this.protocol.queued(numbered);
      this.#pump();
    });
    this.#changed();
    return this.#queue;
  }

  /** What the save state shows now. */
  saveState(now = performance.now()) {
    const waiting = this.protocol.pending.length;
    if (!this.outbox.stored && waiting > 0) return { kind: "not_stored", waiting };
    const since = this.protocol.offlineSince;
    if (since !== null) return { kind: "offline", waiting: this.#waitingAnswers(), forMs: now - since };
    if (waiting > 0 && this.protocol.pending[0].seq <= this.#resendUpTo) return { kind: "resending", waiting };
    if (this.protocol.phase !== "live" || waiting + this.#storing > 0) return { kind: "saving", waiting };
    return { kind: "saved", at: this.protocol.savedAt };
  }

  #waitingAnswers() {
    return new Set(this.protocol.pending.filter((m) => m.type === "answer").map((m) => m.position)).size;
  }

  /** Everything that the form from the server may not know yet, ascending. */
  get overlay() {
    const bySeq = new Map([...this.recovered, ...this.protocol.pending].map((m) => [m.seq, m]));
    return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
  }

  /**
   * Makes this tab the live one, as a fresh page: what it shows may be older than what the other tab saved.
   * The wish survives the reload in this tab's own storage.
   */
  takeOver() {
    sessionStorage.setItem(TAKE_OVER, "yes");
    location.reload();
  }

  /** What the shared outbox holds and this page has not seen: another tab may have numbered it. @param {Live.Resend} message @param {number} now */
  async #fetchMissed(message, now) {
    const kept = await this.outbox.pending();
    const bySeq = new Map([...kept, ...this.protocol.pending].map((m) => [m.seq, m]));
    this.protocol.pending = [...bySeq.values()].sort((a, b) => a.seq - b.seq);
    this.protocol.received(message, now);
    this.#pump();
  }

  reconnect() {
    this.#connection.again();
  }

  stop() {
    this.#welcomed = false;
    clearInterval(this.#timer);
    this.#connection.stop();
    this.outbox?.close();
  }

  /** @param {Live.ToCandidate} message */
  #receive(message) {
    const now = performance.now();
    if (message.type === "resend" && !this.protocol.pending.some((m) => m.seq === message.from_seq)) {
      this.#fetchMissed(message, now);
      return;
    }
    this.protocol.received(message, now);
    if (message.type === "pong") this.countdown.sync(message.remaining_ms, now, this.running);
    this.#pump();
  }

  /** The state last told; in_progress lets the time run. */
  running = false;

  /** @param {Live.SittingStatus} status */
  #status(status) {
    const longer = (status.remaining_ms ?? 0) - (this.countdown.left(performance.now()) ?? Infinity);
    if (longer >= EXTENDED_MS) this.dispatchEvent(new CustomEvent("extended", { detail: Math.round(longer / 60_000) }));
    this.running = RUNNING.has(status.state);
    this.countdown.sync(status.remaining_ms, performance.now(), this.running);
  }

  /** @param {string | null} why */
  #closed(why) {
    this.protocol.disconnected(performance.now());
    if (why) this.dispatchEvent(new CustomEvent("closed", { detail: why }));
    this.#changed();
  }

  #tick() {
    this.protocol.tick(performance.now());
    this.#pump();
    this.#changed();
  }

  #pump() {
    for (const event of this.protocol.takeEvents()) this.#happened(event);
    for (const message of this.protocol.takeSends()) this.#connection.send(message);
    this.#changed();
  }

  /** @param {import("../protocol.js").ProtocolEvent} event */
  #happened(event) {
    switch (event.type) {
      case "live":
        this.#live(event.message, event.pending);
        break;
      case "acknowledged":
        this.outbox.removeUpTo(event.seq);
        break;
      case "refused":
        this.refused.push(event);
        this.outbox.removeOne(event.seq);
        this.dispatchEvent(new CustomEvent("refused", { detail: event }));
        break;
      case "superseded":
        this.dispatchEvent(new CustomEvent("superseded"));
        break;
      case "dead":
        this.#connection.again();
        break;
      case "fatal":
      case "message":
        if (event.message.type === "status") this.#status(event.message.status);
        this.dispatchEvent(new CustomEvent("message", { detail: event.message }));
        break;
    }
  }

  /** @param {Live.Welcome} welcome @param {Live.Numbered[]} pending */
  #live(welcome, pending) {
    this.recovered = pending;
    this.#resendUpTo = pending.at(-1)?.seq ?? 0;
    this.cameraFps = welcome.camera_fps;
    this.protocol.savedAt ??= welcome.now;
    this.#status(welcome.status);
    // Queued before any later message, so that nothing is numbered below the server's last one.
    this.#queue = this.#queue.then(() => this.outbox.adopt(welcome.last_seq));
    this.#welcomed = true;
    this.dispatchEvent(new CustomEvent("live", { detail: welcome }));
  }

  #changed() {
    this.dispatchEvent(new CustomEvent("change"));
  }
}
