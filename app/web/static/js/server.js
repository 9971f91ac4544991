/** Same-origin requests. Refusals arrive as RFC 9457 problems and leave as `Problem`. */

import { known, t } from "./catalogue.js";

/** A refusal with its stable code and a sentence for the person. */
export class Problem extends Error {
  /**
   * @param {number} status 0 when the server was not reached
   * @param {string} code
   * @param {string} detail
   * @param {{problems?: (Api.Tongues & {place?: string, position?: string})[], field?: string}} body
   */
  constructor(status, code, detail, body = {}) {
    super(known(`problem.${code}`) ? t(`problem.${code}`) : detail || t("problem.unknown"));
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.body = body;
  }
}

/** The answer to a request that was not refused. @param {string} method @param {string} path @param {RequestInit} [options] */
async function answered(method, path, options = {}) {
  let answer;
  try {
    answer = await fetch(path, { method, credentials: "same-origin", ...options });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new Problem(0, "unreachable", "");
  }
  if (answer.ok) return answer;
  const body = await bodyOf(answer);
  throw new Problem(answer.status, body?.code ?? "unknown", body?.detail ?? "", body ?? {});
}

/** The JSON of an answer, null when it has none. @param {Response} answer */
async function bodyOf(answer) {
  const isJson = answer.status !== 204 && (answer.headers.get("content-type") ?? "").includes("json");
  return isJson ? await answer.json() : null;
}

/** @param {string} method @param {string} path @param {RequestInit} [options] */
async function call(method, path, options = {}) {
  return bodyOf(await answered(method, path, options));
}

/** @param {object} body @returns {RequestInit} */
function asJson(body) {
  return { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

/** GET a JSON body. @param {string} path @param {AbortSignal} [signal] */
export function get(path, signal) {
  return call("GET", path, { signal });
}

/** POST a JSON body; the answer's JSON or null. @param {string} path @param {object} [body] */
export function post(path, body = {}) {
  return call("POST", path, asJson(body));
}

/** POST a JSON body; the file that comes back. @param {string} path @param {object} body */
export async function fetchFile(path, body) {
  return (await answered("POST", path, asJson(body))).blob();
}

/** POST bytes or a form. @param {string} path @param {BodyInit} body @param {string} [type] */
export function upload(path, body, type) {
  return call("POST", path, { body, headers: type ? { "content-type": type } : {} });
}

/** DELETE. @param {string} path */
export function remove(path) {
  return call("DELETE", path);
}

/** The address of a WebSocket on the same host. @param {string} path */
export function socketAddress(path) {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${path}`;
}

/** Goes to the sign-in page when the refusal says that nobody is signed in. @param {unknown} problem @param {string} to */
export function leaveIfSignedOut(problem, to) {
  if (problem instanceof Problem && problem.status === 401) {
    location.assign(to);
    return true;
  }
  return false;
}
