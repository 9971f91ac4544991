/** What a person sets for this browser: larger type. */

const STORED = "kaochang-type";

/** Puts the stored type size on the page. */
export function applyType() {
  if (localStorage.getItem(STORED) === "large") document.documentElement.dataset.type = "large";
}

/** Switches between normal and large type. */
export function toggleType() {
  const large = document.documentElement.dataset.type !== "large";
  if (large) document.documentElement.dataset.type = "large";
  else delete document.documentElement.dataset.type;
  localStorage.setItem(STORED, large ? "large" : "normal");
}
