/** Content of items: HTML of the server's safe subset as nodes. */

const MEDIA = "media:";

/** @param {string} html as the server rendered it @returns {DocumentFragment} */
export function content(html) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  for (const image of parsed.querySelectorAll("img")) {
    const source = image.getAttribute("src") ?? "";
    if (source.startsWith(MEDIA)) image.setAttribute("src", `/api/media/${source.slice(MEDIA.length)}`);
    else image.remove();
  }
  const fragment = document.createDocumentFragment();
  fragment.append(...[...parsed.body.childNodes].map((node) => document.importNode(node, true)));
  return fragment;
}

/** The words alone, on one line. @param {string} html */
export function words(html) {
  return (content(html).textContent ?? "").replace(/\s+/g, " ").trim();
}
