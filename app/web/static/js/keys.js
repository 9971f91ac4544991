/** Single-letter keys: only outside text fields, and a person can switch them off (WCAG 2.1.4). */

const STORED = "kaochang-letters-off";

/** Whether single letters act. */
export function lettersOn() {
  return localStorage.getItem(STORED) !== "1";
}

/** Switches single letters on or off for this browser. */
export function switchLetters(on) {
  localStorage.setItem(STORED, on ? "0" : "1");
}

function inTextField(target) {
  return target instanceof Element && target.closest("input:not([type=radio]):not([type=checkbox]), textarea, select");
}

/**
 * Listens for keys. `table` maps names as in `KeyboardEvent.key` (letters in lower case, with
 * "Ctrl+" or "Shift+" before) to functions. A function that returns false did not use the key.
 * @param {Record<string, (event: KeyboardEvent) => any>} table
 * @param {AbortSignal} signal
 */
export function onKeys(table, signal) {
  const listen = (event) => {
    if (event.altKey || event.metaKey || event.isComposing) return;
    const plain = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const name = `${event.ctrlKey ? "Ctrl+" : ""}${event.shiftKey && event.key.length === 1 ? "Shift+" : ""}${plain}`;
    const act = table[name] ?? (event.shiftKey ? table[plain] : undefined);
    if (!act) return;
    const isLetter = event.key.length === 1 && !event.ctrlKey;
    if (isLetter && (inTextField(event.target) || !lettersOn())) return;
    if (act(event) !== false) event.preventDefault();
  };
  document.addEventListener("keydown", listen, { signal });
}
