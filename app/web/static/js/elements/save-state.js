/** Whether the answers are saved, in honest words. Spoken when the kind changes, not at each save. */

import { t } from "../catalogue.js";
import { ms, timeOf } from "../clocks.js";
import { fill, h, icon, sign } from "../dom.js";

/** @type {Record<string, {mark: () => SVGElement, off: boolean}>} */
const LOOKS = {
  saved: { mark: () => sign("ok", "l"), off: false },
  saving: { mark: () => icon("sync"), off: false },
  resending: { mark: () => icon("sync"), off: false },
  offline: { mark: () => icon("wifi-off"), off: true },
  not_stored: { mark: () => sign("stop", "l"), off: true },
};

export class SaveState extends HTMLElement {
  kind = "";
  line = h("p", { class: "nowrap" });
  more = h("p", { class: "t-16" });
  mark = h("span", { class: "save-mark" });
  spoken = h("p", { class: "sr", role: "status" });

  connectedCallback() {
    this.classList.add("save");
    fill(this, this.mark, h("div", {}, this.line, this.more), this.spoken);
  }

  /** @param {{kind: string, at?: Instant | null, waiting?: number, forMs?: number}} state */
  set state(state) {
    const { kind } = state;
    const values = { time: state.at ? timeOf(state.at) : "", n: state.waiting ?? 0, for: ms(state.forMs ?? 0) };
    const line = t(`save.${kind}`, values);
    if (this.line.textContent !== line) this.line.textContent = line;
    const more = kind === "offline" ? t(state.waiting ? "save.offline_more" : "save.offline_none", values) : "";
    if (this.more.textContent !== more) this.more.textContent = more;
    if (kind === this.kind) return;
    this.kind = kind;
    this.dataset.kind = kind;
    fill(this.mark, LOOKS[kind].mark());
    this.classList.toggle("save-off", LOOKS[kind].off);
    this.spoken.textContent = kind === "saving" ? "" : t(`save.spoken_${kind}`);
  }
}

customElements.define("save-state", SaveState);
