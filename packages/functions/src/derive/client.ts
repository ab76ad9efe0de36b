import type { PageMeta } from "@crm/core/kernel/page.ts";
import type * as z from "zod";
import { operations, type registry } from "../api/index.ts";
import { addressOf, inQuery, type Operation, parametersOf, REASON, type shapingParameters } from "../http/operation.ts";

/**
 * The typed client: a function for each operation, with its input and its answer, from the registry.
 *
 *   const crm = createClient(httpTransport("https://crm.example.com", token));
 *   const { data } = await crm.createLead({ first_name: "Grace", last_name: "Hopper" });
 */
type Operations = (typeof registry)[keyof typeof registry][number];

type Data<O extends Operation> = O["kind"] extends "list" ? z.output<O["output"]>[] : z.output<O["output"]>;

export interface Answer<T, M = unknown> {
  status: number;
  headers: Readonly<Record<string, string>>;
  data: T;
  meta: M;
}

type Input<O extends Operation> = z.input<O["verb"]["schema"]> & (O["name"] extends Reading<O["kind"]> ? Shaped<O> : unknown);

/** Of operations that read records: their names. */
type Reading<K> = K extends "list" ? string : K extends "record" ? "me" | `get${string}` : never;
type Shaped<O extends Operation> = "expanded" extends keyof z.output<O["output"]>
  ? { [P in keyof typeof shapingParameters]?: string | readonly string[] }
  : unknown;
type AnswerOf<O extends Operation> = Answer<Data<O>, O["kind"] extends "list" ? PageMeta : unknown>;

/** What goes beside the input: which version is meant, the key of a repeat, why it is done. */
export interface CallOptions {
  ifMatch?: string;
  idempotencyKey?: string;
  reason?: string;
}

type Call<O extends Operation> =
  Record<string, never> extends Input<O>
    ? (input?: Input<O>, options?: CallOptions) => Promise<AnswerOf<O>>
    : (input: Input<O>, options?: CallOptions) => Promise<AnswerOf<O>>;

export type Client = { readonly [O in Operations as O["kind"] extends "raw" | "page" ? never : O["name"]]: Call<O> };
export type OperationName = Operations["name"];

export interface WireRequest {
  method: string;
  path: string;
  query: string;
  headers: Record<string, string>;
  body: string | undefined;
}

export interface WireAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string;
}

export type Transport = (request: WireRequest) => Promise<WireAnswer>;

/** An answer that says no; carries what the error envelope says. */
export class Refused extends Error {
  override name = "Refused";
  readonly status: number;
  readonly code: string;
  readonly details: readonly { field: string; message: string }[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(answer: WireAnswer) {
    const { error } = parsed(answer.body) as { error?: { code: string; message: string; details: [] } };
    super(
      `${answer.status} ${error?.code ?? ""}: ${error?.message ?? answer.body.slice(0, 200)} ${JSON.stringify(error?.details ?? [])}`,
    );
    this.status = answer.status;
    this.code = error?.code ?? "";
    this.details = error?.details ?? [];
    this.headers = answer.headers;
  }
}

export function createClient(transport: Transport): Client {
  const entries = operations.map((operation) => [
    operation.name,
    async (input: Record<string, unknown> = {}, options: CallOptions = {}) => {
      const answer = await transport(requestOf(operation, input, options));
      if (answer.status >= 400) throw new Refused(answer);
      const { data, meta } = parsed(answer.body) as { data?: unknown; meta?: unknown };
      return { status: answer.status, headers: answer.headers, data, meta };
    },
  ]);
  return Object.fromEntries(entries) as Client;
}

/** How an operation's input goes over the wire: parameters into the path, the rest into the query or the body. */
export function requestOf(operation: Operation, input: Record<string, unknown>, options: CallOptions = {}): WireRequest {
  const inPath = parametersOf(operation.path);
  const path = addressOf(operation).replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(input[name])));
  const rest = Object.entries(input).filter(([name, value]) => !inPath.includes(name) && value !== undefined);
  const fromQuery = inQuery(operation.method);
  const query = fromQuery ? new URLSearchParams(rest.flatMap(parameters)).toString() : "";
  const headers: Record<string, string> = {};
  if (!fromQuery) headers["content-type"] = "application/json";
  if (options.ifMatch !== undefined) headers["if-match"] = options.ifMatch;
  if (options.idempotencyKey !== undefined) headers["idempotency-key"] = options.idempotencyKey;
  if (options.reason !== undefined) headers[REASON.header.toLowerCase()] = options.reason;
  return {
    method: operation.method,
    path,
    query,
    headers,
    body: fromQuery ? undefined : JSON.stringify(Object.fromEntries(rest)),
  };
}

/** Values by name, such as `paths`, are parameters of those names. */
const parameters = ([name, value]: [string, unknown]): [string, string][] =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.entries(value).map(([inner, each]) => [inner, String(each)])
    : [[name, String(value)]];

/** Over HTTP, as one user or key. */
export const httpTransport =
  (origin: string, token?: string): Transport =>
  async ({ method, path, query, headers, body }) => {
    const url = `${origin}${path}${query ? `?${query}` : ""}`;
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(url, {
      method,
      headers: { ...headers, ...authorization },
      ...(body === undefined ? {} : { body }),
    });
    return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
  };

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
