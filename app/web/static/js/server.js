/** Same-origin requests. Refusals arrive as RFC 9457 problems and leave as `Problem`. */

import { known, t } from "./catalogue.js";

/** A refusal with its stable code and a sentence for the person. */
export class Problem extends Error {
  /** @param {number} status 0 when the server was not reached */
  constructor(status, code, detail, body = {}) {
    super(known(`problem.${code}`) ? t(`problem.${code}`) : detail || t("problem.unknown"));
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.body = body;
  }
}

async function call(method, path, options = {}) {
  let answer;
  try {
    answer = await fetch(path, { method, credentials: "same-origin", ...options });
  } catch (cause) {
    if (cause.name === "AbortError") throw cause;
    throw new Problem(0, "unreachable", "");
  }
  const isJson = answer.status !== 204 && (answer.headers.get("content-type") ?? "").includes("json");
  const body = isJson ? await answer.json() : null;
  if (!answer.ok) throw new Problem(answer.status, body?.code ?? "unknown", body?.detail ?? "", body ?? {});
  return body;
}

/** GET a JSON body. */
export function get(path, signal) {
  return call("GET", path, { signal });
}

/** POST a JSON body; the answer's JSON or null. */
export function post(path, body = {}) {
  return call("POST", path, { headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
}

/** POST bytes or a form. */
export function upload(path, body, type) {
  return call("POST", path, { body, headers: type ? { "content-type": type } : {} });
}

/** DELETE. */
export function remove(path) {
  return call("DELETE", path);
}

/** The address of a WebSocket on the same host. */
export function socketAddress(path) {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${path}`;
}

/** Goes to the sign-in page when the refusal says that nobody is signed in. */
export function leaveIfSignedOut(problem, to) {
  if (problem instanceof Problem && problem.status === 401) {
    location.assign(to);
    return true;
  }
  return false;
}
