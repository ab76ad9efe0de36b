import { ApiPromise, type ApiResponse, type CallOptions } from "./call.ts";
import { List } from "./list.ts";

/** Turns properties and calls into requests: `client.leads("led_1").scores.list()` is `GET /leads/led_1/scores`. */

interface Input extends CallOptions {
  readonly query?: object | undefined;
  readonly body?: unknown;
}

export type Send = (method: string, path: string, input: Input, isDownload?: boolean) => Promise<ApiResponse<unknown>>;

type Verb = (send: Send, path: string, input: object | undefined, options: CallOptions | undefined) => unknown;

const sendBody =
  (method: string): Verb =>
  (send, path, body, options) =>
    new ApiPromise(send(method, path, { ...options, body }));

const post = sendBody("POST");

/** What a property of each name does. All other names are segments of the path. */
const verbs: Readonly<Record<string, Verb>> = {
  get: (send, path, query, options) => new ApiPromise(send("GET", path, { ...options, query })),
  download: (send, path, query, options) => new ApiPromise(send("GET", path, { ...options, query }, true)),
  list: (send, path, input, options) =>
    new List((query) => send("GET", path, { ...options, query }) as Promise<ApiResponse<unknown[]>>, input),
  query: (send, path, input, options) =>
    new List((body) => send("POST", `${path}/query`, { ...options, body }) as Promise<ApiResponse<unknown[]>>, input),
  create: post,
  replace: sendBody("PUT"),
  update: sendBody("PATCH"),
  delete: (send, path, options) => new ApiPromise(send("DELETE", path, options ?? {})),
};

const toSegment = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

export function buildResource(send: Send, path: string, own: object = {}): unknown {
  // A call with a text goes to one record; any other call is an action. Verbs take texts as further segments.
  const call = (...values: unknown[]): unknown =>
    typeof values[0] === "string" ? buildResource(send, appendIds(path, values)) : runVerb(post, send, path, values);
  return new Proxy(call, {
    get(_target, name) {
      // `await` and `JSON.stringify` ask every object for these names.
      if (typeof name === "symbol" || name === "then" || name === "toJSON") return undefined;
      if (Object.hasOwn(own, name)) return own[name as keyof typeof own];
      const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
      if (verb) return (...values: unknown[]) => runVerb(verb, send, path, values);
      return buildResource(send, `${path}/${toSegment(name)}`);
    },
  });
}

function runVerb(verb: Verb, send: Send, path: string, values: readonly unknown[]): unknown {
  const ids = values.filter((value) => typeof value === "string");
  const [input, options] = values.slice(ids.length) as [object?, CallOptions?];
  return verb(send, appendIds(path, ids), input, options);
}

function appendIds(path: string, ids: readonly unknown[]): string {
  const wrong = ids.find((id) => id === "" || id === "." || id === "..");
  if (wrong !== undefined) throw new TypeError(`${path}: "${wrong}" is no id`);
  return [path, ...ids.map((id) => encodeURIComponent(String(id)))].join("/");
}
