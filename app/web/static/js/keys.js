/** Keys and what they do. Single letters act only outside text fields, and a person can switch them off (WCAG 2.1.4). */

const STORED = "kaochang-letters-off";

/**
 * @typedef {object} Binding one row of the key list and what its keys do
 * @property {string[]} on names as in `KeyboardEvent.key`, letters in lower case, with "Ctrl+" or "Shift+" before
 * @property {string[]} shown the keys as people read them; none when another row shows them too
 * @property {string} says what they do, in the page's language
 * @property {() => boolean} [when] whether they act on what is shown now; always when left out
 * @property {(event: KeyboardEvent) => unknown} [act] returns false when it did not use the key; left out
 *   for a key that the browser itself answers
 */

/** The bindings of this document, in the order they came. @type {Set<Binding>} */
const bound = new Set();

/** Whether single letters act. */
export function lettersOn() {
  return localStorage.getItem(STORED) !== "1";
}

/** Switches single letters on or off for this browser. @param {boolean} on */
export function switchLetters(on) {
  localStorage.setItem(STORED, on ? "0" : "1");
}

/** @param {EventTarget | null} target */
function inTextField(target) {
  return target instanceof Element && target.closest("input:not([type=radio]):not([type=checkbox]), textarea, select");
}

/** @param {Binding} binding */
function acts(binding) {
  return binding.when?.() ?? true;
}

/** The bindings that act on what is shown now. */
export function workingKeys() {
  return [...bound].filter(acts);
}

/** Whether a dialog stands before the page: its keys are its own. */
export function dialogOpen() {
  return document.querySelector("dialog[open]") !== null;
}

/**
 * Listens for keys until `signal` aborts.
 * @param {Binding[]} bindings
 * @param {AbortSignal} signal
 */
export function onKeys(bindings, signal) {
  const listen = (/** @type {KeyboardEvent} */ event) => {
    if (event.altKey || event.metaKey || event.isComposing) return;
    const plain = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const name = `${event.ctrlKey ? "Ctrl+" : ""}${event.shiftKey && event.key.length === 1 ? "Shift+" : ""}${plain}`;
    const named = (/** @type {string} */ wanted) => bindings.find((binding) => binding.act && binding.on.includes(wanted));
    const binding = named(name) ?? (event.shiftKey ? named(plain) : undefined);
    if (!binding?.act || !acts(binding)) return;
    const isLetter = event.key.length === 1 && !event.ctrlKey;
    if (isLetter && (inTextField(event.target) || !lettersOn())) return;
    if (binding.act(event) !== false) event.preventDefault();
  };
  bindings.forEach((binding) => bound.add(binding));
  signal.addEventListener("abort", () => bindings.forEach((binding) => bound.delete(binding)));
  document.addEventListener("keydown", listen, { signal });
}
