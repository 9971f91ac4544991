/**
 * The candidate's end of the live protocol, sans-I/O: it is fed parsed messages and the time and
 * yields messages to send and events. It opens no socket, stores nothing and reads no clock.
 *
 * Events: live, saved, acknowledged, refused, superseded, dead, fatal, and `message` for everything
 * that is only passed on (status, notice, framing, identity, camera_rate, queue, pong).
 */

export const PING_EVERY_MS = 5_000;
export const SILENCE_MS = 12_000;

/**
 * @typedef {{type: "live", message: Live.Welcome, pending: Live.Numbered[]}
 *   | {type: "saved", at: Instant}
 *   | {type: "acknowledged", seq: number, at: Instant | null}
 *   | {type: "refused", seq: number, code: string, message: Live.Numbered | null}
 *   | {type: "superseded"} | {type: "dead"}
 *   | {type: "fatal" | "message", message: Live.PassedOn}} ProtocolEvent
 */

export class CandidateProtocol {
  /** @type {"offline"|"greeting"|"live"|"superseded"} */
  phase = "offline";
  /** Numbered messages that the server has not yet acknowledged, ascending. @type {Live.Numbered[]} */
  pending = [];
  /** The last acknowledgement's instant, or null. @type {Instant | null} */
  savedAt = null;
  /** When the connection was lost (same clock as `now`), or null while live. @type {number | null} */
  offlineSince = null;
  lastSeq = 0;
  /** @type {Live.FromCandidate[]} */
  #sends = [];
  /** @type {ProtocolEvent[]} */
  #events = [];
  #pingAt = 0;
  #heardAt = 0;
  #token = 0;

  /** @param {{tab: string, writer: string, pending?: Live.Numbered[]}} options */
  constructor({ tab, writer, pending = [] }) {
    this.tab = tab;
    this.writer = writer;
    this.pending = [...pending];
  }

  /** The socket is open: greet. @param {number} now @param {boolean} takeOver */
  connected(now, takeOver = false) {
    this.phase = "greeting";
    this.#heardAt = now;
    this.#sends = [{ type: "hello", version: 1, tab: this.tab, writer: this.writer, take_over: takeOver }];
  }

  /** The socket is gone. @param {number} now */
  disconnected(now) {
    if (this.phase !== "superseded") this.phase = "offline";
    this.offlineSince ??= now;
    this.#sends = [];
  }

  /** A numbered message, already in the outbox. Sent at once when live, else after the welcome. @param {Live.Numbered} message */
  queued(message) {
    this.pending.push(message);
    if (this.phase === "live") this.#send(message);
  }

  /** Time passes: pings, and notices a silent server. @param {number} now */
  tick(now) {
    if (this.phase !== "live" && this.phase !== "greeting") return;
    if (now - this.#heardAt >= SILENCE_MS) {
      this.#events.push({ type: "dead" });
    } else if (this.phase === "live" && now - this.#pingAt >= PING_EVERY_MS) {
      this.#pingAt = now;
      this.#token += 1;
      this.#sends.push({ type: "ping", token: this.#token });
    }
  }

  /** A message of the server. @param {Live.ToCandidate} message @param {number} now */
  received(message, now) {
    this.#heardAt = now;
    switch (message.type) {
      case "welcome":
        this.#welcome(message, now);
        break;
      case "acknowledged":
        this.#drop(message.seq, message.at);
        break;
      case "refused":
        this.#refused(message);
        break;
      case "resend":
        this.#resend(message);
        break;
      case "superseded":
        this.#superseded();
        break;
      case "error":
        this.#events.push({ type: message.fatal ? "fatal" : "message", message });
        break;
      default:
        this.#events.push({ type: "message", message });
    }
  }

  /** Messages to send, in order; empties the list. */
  takeSends() {
    return this.#sends.splice(0);
  }

  /** What happened, in order; empties the list. */
  takeEvents() {
    return this.#events.splice(0);
  }

  /** @param {Live.FromCandidate} message */
  #send(message) {
    this.#sends.push(message);
  }

  /** @param {Live.Welcome} message @param {number} now */
  #welcome(message, now) {
    this.phase = "live";
    this.offlineSince = null;
    this.lastSeq = message.last_seq;
    this.#pingAt = now;
    // What the server already had was committed by now at the latest.
    const arrived = this.pending.some((waiting) => waiting.seq <= message.last_seq);
    this.#drop(message.last_seq, arrived ? message.now : null);
    this.#events.push({ type: "live", message, pending: [...this.pending] });
    this.pending.forEach((waiting) => this.#send(waiting));
  }

  /** @param {Live.Refused} message */
  #refused(message) {
    const gone = this.pending.find((waiting) => waiting.seq === message.seq);
    this.pending = this.pending.filter((waiting) => waiting.seq !== message.seq);
    this.#events.push({ type: "refused", seq: message.seq, code: message.code, message: gone ?? null });
  }

  /** @param {Live.Resend} message */
  #resend(message) {
    if (this.phase !== "live") return;
    this.pending.filter((waiting) => waiting.seq >= message.from_seq).forEach((waiting) => this.#send(waiting));
  }

  #superseded() {
    this.phase = "superseded";
    this.#sends = [];
    this.#events.push({ type: "superseded" });
  }

  /** @param {number} seq @param {Instant | null} at */
  #drop(seq, at) {
    this.lastSeq = Math.max(this.lastSeq, seq);
    this.pending = this.pending.filter((waiting) => waiting.seq > seq);
    if (at !== null) this.savedAt = at;
    this.#events.push({ type: "acknowledged", seq, at });
    if (this.pending.length === 0 && at !== null) this.#events.push({ type: "saved", at });
  }
}
