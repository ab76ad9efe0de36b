import type { PageMeta } from "@crm/core/kernel/page.ts";
import type * as z from "zod";
import { operations, type registry } from "../api/index.ts";
import {
  hasQueryInput,
  isQueryParameter,
  type Operation,
  operationPath,
  pathParameterNames,
  REASON_HEADER,
  type shapingParameters,
} from "../http/operation.ts";

/**
 * The typed client: a function for each operation of the registry, with its input and its answer.
 *
 *   const crm = createClient(httpTransport("https://crm.example.com", token));
 *   const { data } = await crm.createLead({ first_name: "Grace", last_name: "Hopper" });
 */
type ClientOperation = (typeof registry)[keyof typeof registry][number];

type ResponseData<O extends Operation> = O["kind"] extends "list" ? z.output<O["output"]>[] : z.output<O["output"]>;

interface ApiResponse<T, M = unknown> {
  status: number;
  headers: Readonly<Record<string, string>>;
  data: T;
  meta: M;
}

type OperationInput<O extends Operation> = z.input<O["verb"]["schema"]> &
  (O["name"] extends ReadOperationName<O["kind"]> ? ShapingInput<O> : unknown);

/** The names of operations that read records, by the kind of their answer. */
type ReadOperationName<K> = K extends "list" ? string : K extends "record" ? "me" | `get${string}` : never;
type ShapingInput<O extends Operation> = "expanded" extends keyof z.output<O["output"]>
  ? { [P in keyof typeof shapingParameters]?: string | readonly string[] }
  : unknown;
type OperationResponse<O extends Operation> = ApiResponse<ResponseData<O>, O["kind"] extends "list" ? PageMeta : unknown>;

/** The headers of a call: the expected version, the idempotency key, and the reason of a change. */
interface CallOptions {
  ifMatch?: string;
  idempotencyKey?: string;
  reason?: string;
}

type ClientMethod<O extends Operation> =
  Record<string, never> extends OperationInput<O>
    ? (input?: OperationInput<O>, options?: CallOptions) => Promise<OperationResponse<O>>
    : (input: OperationInput<O>, options?: CallOptions) => Promise<OperationResponse<O>>;

export type Client = { readonly [O in ClientOperation as O["kind"] extends "raw" | "page" ? never : O["name"]]: ClientMethod<O> };

type AnyInputClient = {
  readonly [N in keyof Client]: (input?: unknown, options?: CallOptions) => ReturnType<Client[N]>;
};

/** Returns the same client with unchecked inputs, for callers that send wrong, partial or computed input. Answers keep their types. */
export const allowAnyInput = (client: Client): AnyInputClient => client as AnyInputClient;

export interface WireRequest {
  method: string;
  path: string;
  query: string;
  headers: Record<string, string>;
  body: string | undefined;
}

export interface WireResponse {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string;
}

export type Transport = (request: WireRequest) => Promise<WireResponse>;

/** An error answer, with the content of the error envelope. */
export class ApiError extends Error {
  override name = "Refused";
  readonly status: number;
  readonly code: string;
  readonly details: readonly { field: string; message: string }[];
  /** Set with SECOND_FACTOR_REQUIRED. */
  readonly challenge: string | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(answer: WireResponse) {
    const { error } = parseBody(answer.body) as { error?: { code: string; message: string; details: []; challenge?: string } };
    super(
      `${answer.status} ${error?.code ?? ""}: ${error?.message ?? answer.body.slice(0, 200)} ${JSON.stringify(error?.details ?? [])}`,
    );
    this.status = answer.status;
    this.code = error?.code ?? "";
    this.details = error?.details ?? [];
    this.challenge = error?.challenge;
    this.headers = answer.headers;
  }
}

export function createClient(transport: Transport): Client {
  const entries = operations.map((operation) => [
    operation.name,
    async (input: Record<string, unknown> = {}, options: CallOptions = {}) => {
      const answer = await transport(buildRequest(operation, input, options));
      if (answer.status >= 400) throw new ApiError(answer);
      const { data, meta } = parseBody(answer.body) as { data?: unknown; meta?: unknown };
      return { status: answer.status, headers: answer.headers, data, meta };
    },
  ]);
  return Object.fromEntries(entries) as Client;
}

/** Builds the HTTP request of an operation: parameters go into the path, other input into the query or the body. */
export function buildRequest(operation: Operation, input: Record<string, unknown>, options: CallOptions = {}): WireRequest {
  const inPath = pathParameterNames(operation.path);
  const path = operationPath(operation).replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(input[name])));
  const rest = Object.entries(input).filter(([name, value]) => !inPath.includes(name) && value !== undefined);
  const fromQuery = hasQueryInput(operation.method);
  const isInQuery = (name: string): boolean => fromQuery || isQueryParameter(operation, name);
  const parameters = rest.filter(([name, value]) => isInQuery(name) && value !== null).flatMap(toParameters);
  const query = new URLSearchParams(parameters).toString();
  const headers: Record<string, string> = {};
  if (!fromQuery) headers["content-type"] = "application/json";
  if (options.ifMatch !== undefined) headers["if-match"] = options.ifMatch;
  if (options.idempotencyKey !== undefined) headers["idempotency-key"] = options.idempotencyKey;
  if (options.reason !== undefined) headers[REASON_HEADER.header.toLowerCase()] = options.reason;
  return {
    method: operation.method,
    path,
    query,
    headers,
    body: fromQuery ? undefined : JSON.stringify(Object.fromEntries(rest.filter(([name]) => !isInQuery(name)))),
  };
}

/** The entries of an object, such as `paths`, become parameters of their own names. */
const toParameters = ([name, value]: [string, unknown]): [string, string][] =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.entries(value).map(([inner, innerValue]) => [inner, String(innerValue)])
    : [[name, String(value)]];

/** Returns a transport that sends requests over HTTP as one user or key. */
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

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
