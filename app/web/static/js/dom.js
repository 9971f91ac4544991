/** Builds elements without markup strings, so that no text can become code. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element. `on*` names become listeners, `class` and other names attributes; false, null and
 * undefined are left out, true sets the bare attribute.
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Attributes} [attributes]
 * @param {...Child} children strings, nodes, arrays of them; null and false are left out
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  assign(element, attributes);
  element.append(...flat(children));
  return element;
}

/**
 * The same for SVG.
 * @template {keyof SVGElementTagNameMap} Name
 * @param {Name} name
 * @param {Attributes} [attributes]
 * @param {...Child} children
 * @returns {SVGElementTagNameMap[Name]}
 */
export function s(name, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, name);
  assign(element, attributes);
  element.append(...flat(children));
  return element;
}

/** @param {Element} element @param {Attributes} attributes */
function assign(element, attributes) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), /** @type {EventListener} */ (value));
    else if (key === "checked" || key === "value" || key === "disabled") Reflect.set(element, key, value);
    else element.setAttribute(key, value === true ? "" : String(value));
  }
}

/** @param {readonly Child[]} children @returns {(string | Node)[]} */
function flat(children) {
  return children.flatMap((child) => {
    if (child === null || child === undefined || child === false) return [];
    if (child instanceof Node) return [child];
    return typeof child === "object" ? flat(child) : [String(child)];
  });
}

/**
 * Replaces what an element holds.
 * @template {Element} Holder
 * @param {Holder} element
 * @param {...Child} children
 */
export function fill(element, ...children) {
  element.replaceChildren(...flat(children));
  return element;
}

/** Sets the text only when it differs, so that live regions speak real changes only. @param {Element} element @param {string} text */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** The one element of the page with this id. @param {string} id @throws {Error} when there is none */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(id);
  return element;
}

/**
 * Listens to the events of our own classes and elements, which carry a detail. The caller says what kind.
 * @template Detail
 * @param {EventTarget} target
 * @param {string} name
 * @param {(detail: Detail, event: Event) => unknown} act
 * @param {AbortSignal} [signal]
 */
export function on(target, name, act, signal) {
  target.addEventListener(name, (event) => act(/** @type {CustomEvent<Detail>} */ (event).detail, event), { signal });
}

/** The sentence of whatever was thrown. @param {unknown} problem */
export function sentence(problem) {
  return problem instanceof Error ? problem.message : String(problem);
}

/** A line icon of the sprite, hidden from screen readers. @param {string} name @param {"i" | "s"} [size] */
export function icon(name, size = "i") {
  const classes = size === "s" ? "i i-s" : "i";
  return s("svg", { class: classes, "aria-hidden": "true" }, s("use", { href: `/static/icons.svg#i-${name}` }));
}

/** A status sign of the sprite: ok, do, look1..3, stop, idle, done, pause, stale, lost. @param {string} name @param {string} [size] */
export function sign(name, size = "") {
  const classes = size ? `sign sign-${size}` : "sign";
  return s("svg", { class: classes, "aria-hidden": "true" }, s("use", { href: `/static/icons.svg#s-${name}` }));
}

/** A key hint. @param {...string} names */
export function kbd(...names) {
  return names.map((name) => h("kbd", {}, name));
}
