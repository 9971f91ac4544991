/** What the page notices about itself: focus, visibility, full screen, copy and paste. */

/**
 * Reports page events until `signal` aborts.
 * @param {(kind: Live.PageEventKind) => void} report one of `PageEvent.kind` of the live protocol
 * @param {AbortSignal} signal
 */
export function watchPage(report, signal) {
  const on = (/** @type {EventTarget} */ target, /** @type {string} */ name, /** @type {EventListener} */ act) => target.addEventListener(name, act, { signal });
  on(window, "blur", () => report("focus_lost"));
  on(window, "focus", () => report("focus_gained"));
  on(document, "visibilitychange", () => report(document.hidden ? "page_hidden" : "page_visible"));
  on(document, "fullscreenchange", () => {
    report(document.fullscreenElement ? "fullscreen_entered" : "fullscreen_left");
  });
  /** @type {[string, Live.PageEventKind][]} */
  const refused = [["copy", "copy_refused"], ["cut", "copy_refused"], ["paste", "paste_refused"]];
  for (const [name, kind] of refused) {
    on(document, name, (event) => {
      event.preventDefault();
      report(kind);
    });
  }
  on(document, "contextmenu", (event) => event.preventDefault());
}

/** Asks for full screen at a person's gesture; a refusal is no problem. */
export function askFullScreen() {
  if (document.fullscreenElement || !document.documentElement.requestFullscreen) return;
  document.documentElement.requestFullscreen({ navigationUI: "hide" }).catch(() => {});
}
