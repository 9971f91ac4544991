/** Builds elements without markup strings, so that no text can become code. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element. `on*` names become listeners (with `signal` when given), `class` and other names
 * attributes; false, null and undefined are left out, true sets the bare attribute.
 * @param {string} name
 * @param {Record<string, any>} [attributes]
 * @param {...any} children strings, nodes, arrays of them; null and false are left out
 * @returns {HTMLElement}
 */
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  assign(element, attributes);
  element.append(...flat(children));
  return element;
}

/** The same for SVG. @returns {SVGElement} */
export function s(name, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, name);
  assign(element, attributes);
  element.append(...flat(children));
  return element;
}

function assign(element, attributes) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "checked" || key === "value" || key === "disabled") element[key] = value;
    else element.setAttribute(key, value === true ? "" : String(value));
  }
}

function flat(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}

/** Replaces what an element holds. */
export function fill(element, ...children) {
  element.replaceChildren(...flat(children));
  return element;
}

/** Sets the text only when it differs, so that live regions speak real changes only. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** A line icon of the sprite, hidden from screen readers. */
export function icon(name, size = "i") {
  const classes = size === "s" ? "i i-s" : "i";
  return s("svg", { class: classes, "aria-hidden": "true" }, s("use", { href: `/static/icons.svg#i-${name}` }));
}

/** A status sign of the sprite: ok, do, look1..3, stop, idle, done, pause, stale, lost. */
export function sign(name, size = "") {
  const classes = size ? `sign sign-${size}` : "sign";
  return s("svg", { class: classes, "aria-hidden": "true" }, s("use", { href: `/static/icons.svg#s-${name}` }));
}

/** A key hint. */
export function kbd(...names) {
  return names.map((name) => h("kbd", {}, name));
}
