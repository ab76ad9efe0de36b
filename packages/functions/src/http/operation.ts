import type { Request } from "@crm/core/kernel/context.ts";
import type { Failure } from "@crm/core/kernel/error.ts";
import type { Verb } from "@crm/core/kernel/fn.ts";
import type { Access } from "@crm/core/kernel/permission.ts";
import type { Keyspace } from "@crm/core/kernel/scope.ts";
import { baseShape, withOptionalVersionFields } from "@crm/core/storage/table/collection.ts";
import * as z from "zod";

/**
 * One operation, declared once: from it follow the route, the Lambda function that serves it, its part of the OpenAPI
 * document and of the typed client, and the tests of permissions and tenancy.
 */
export interface Operation<
  N extends string = string,
  V extends Verb = Verb,
  O extends z.ZodType = z.ZodType,
  K extends ResponseKind = ResponseKind,
> {
  /** The OpenAPI operationId and the name in the typed client. */
  readonly name: N;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS";
  /** Below /api/v1, or of a page below the origin itself; parameters in braces. */
  readonly path: string;
  /** The heading under which the document shows it. */
  readonly tag: string;
  readonly access: Access;
  readonly summary: string;
  readonly description: string;
  readonly verb: V;
  /** What `data` of the answer is; of a list, each of its rows. */
  readonly output: O;
  readonly kind: K;
  readonly status: 200 | 201 | 202 | 302 | 303;
  /** What it may touch before a tenant is known, or beside it. */
  readonly keyspaces: readonly Keyspace[];
  /** Bytes of the largest body, where that is less than the contract's. */
  readonly largestBody: number | undefined;
  /** Whether pages may send what a form of HTML sends, or JSON as plain text, which browsers send without asking first. */
  readonly takesForms: boolean;
  /** Whether it also takes multipart/form-data, with a part `file` and every other part as JSON. */
  readonly takesFile: boolean;
  /**
   * Whether its body is taken as the bytes that came, of whatever type, with the headers and the query beside them, as `call`: who signs
   * what they send signs these. Programs call it, and no people.
   */
  readonly takesBytes: boolean;
  /** A type of text that is taken as a body too, and the field that it stands for. */
  readonly takesText: { readonly type: string; readonly field: string } | undefined;
  /** The parameter that names the record which it writes, whose version is meant by If-Match. */
  readonly writes: string;
  /** Whether it changes nothing of the tenant's, whatever its method: who may only read may ask for it. */
  readonly onlyReads: boolean;
  /** Whether a repeat under the same Idempotency-Key gets the same answer: writes whose answer holds no secret. */
  readonly keyed: boolean;
  /** Seconds for which the caller's own browser may keep the answer: of what changes seldom, and says nothing of anybody. */
  readonly keeps: number | undefined;
  /** Set once another operation takes its place (docs/versions.md). */
  readonly deprecated: Deprecation | undefined;
  /** Addresses of the record itself and of what belongs to it. */
  readonly links: ((record: LinkedRecord) => Record<string, string>) | undefined;
  /** Of a page: how it says what is wrong, where other operations answer JSON. */
  readonly refusal: ((failure: Failure, request: Request) => Promise<RawResponse>) | undefined;
}

/** Days, `YYYY-MM-DD`: since when it should not be used any more, and from when on it may be gone. */
export interface Deprecation {
  readonly since: string;
  readonly sunset: string;
  /** The address of what takes its place, or of a text that says what to do. */
  readonly instead: string;
}

/** Under which each request finds out who asks: keys and records are read there, nothing is written. */
export const AUTHENTICATION_KEYSPACES: readonly Keyspace[] = ["signing_key", "api_key"];

export type ResponseKind = "record" | "list" | "value" | "nothing" | "raw" | "page";
export type LinkedRecord = { id: string } & Record<string, unknown>;

type RequiredKey = "name" | "method" | "path" | "tag" | "access" | "summary" | "verb";
export type OperationDeclaration<N extends string, V extends Verb, O extends z.ZodType, K extends ResponseKind> = Pick<
  Operation<N, V, O, K>,
  RequiredKey
> &
  Partial<Omit<Operation<N, V, O, K>, RequiredKey>>;

/** Whether the input of a method stands in the query rather than in a body. */
export const hasQueryInput = (method: Operation["method"]): boolean =>
  method === "GET" || method === "DELETE" || method === "OPTIONS";

/** An operation with what most have; one without output answers nothing. */
export function operation<
  const N extends string,
  V extends Verb,
  O extends z.ZodType = z.ZodNull,
  const K extends ResponseKind = "value",
>(declared: OperationDeclaration<N, V, O, K>): Operation<N, V, O, K> {
  return {
    description: "",
    status: 200,
    keyspaces: [],
    keyed: !hasQueryInput(declared.method) || declared.method === "DELETE",
    largestBody: undefined,
    takesForms: false,
    takesFile: false,
    takesBytes: false,
    takesText: undefined,
    writes: "id",
    onlyReads: false,
    keeps: undefined,
    deprecated: undefined,
    links: undefined,
    refusal: undefined,
    ...declared,
    output: declared.output ?? (z.null() as z.ZodType as O),
    kind: declared.kind ?? ((declared.output ? "value" : "nothing") as K),
  };
}

/** What records of an answer have where it was asked for, and what is dropped where one is sent back. */
const ExpandedRecords = z
  .record(z.string(), z.json())
  .describe("What stands behind ids, by the names of their fields, where `expand` asks for it")
  .meta({ id: "Expanded" });

/** Whether `fields` and `expand` say how its records are shown (http/response-shape.ts): it reads some, for somebody who is known. */
export const isShaped = ({ kind, method, onlyReads, access, output }: Operation): boolean =>
  (kind === "record" || kind === "list") &&
  (method === "GET" || onlyReads) &&
  access !== "public" &&
  output instanceof z.ZodObject &&
  Object.hasOwn(output.shape, "expanded");

/** What such operations take beside the input of their verb, and what it is for. */
export const shapingParameters = {
  fields: "Fields of each record to show, with commas between them; `id` is always there",
  expand:
    "What to show in `expanded` beside the ids, with commas between: `labels`, the names of users and of master data; " +
    "or fields that name records, without `_id`, for these records as lists show them. `GET /schema` has the names of each kind",
} as const;

export const Links = z.record(z.string(), z.string()).describe("Addresses of the record and of what belongs to it");

/** The schema of a record as clients get it; `name` is its name in the OpenAPI document. */
export const recordSchema = <S extends z.ZodRawShape>(name: string, info: z.ZodObject<S>) =>
  z
    .object({
      ...baseShape,
      ...info.shape,
      links: Links,
      expanded: ExpandedRecords.optional(),
    })
    .meta({ id: name });

/** As recordOf, of a list that shows its records but for their marks. */
export const rowSchema = <S extends z.ZodRawShape>(name: string, info: z.ZodObject<S>) =>
  recordSchema(name, withOptionalVersionFields(info));

/** An answer that is no JSON envelope: a page, a document, a file. */
export class RawResponse {
  readonly contentType: string;
  readonly body: string | Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  /** Where it is not the operation's own. */
  readonly status: number | undefined;

  constructor(contentType: string, body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}, status?: number) {
    this.contentType = contentType;
    this.body = body;
    this.headers = headers;
    this.status = status;
  }
}

export const BASE_PATH = "/api/v1";

/** The whole path of an operation. Pages, to which mails lead people, and what tells that the system is up are below the origin. */
export const operationPath = ({ kind, path }: Pick<Operation, "kind" | "path">): string =>
  kind === "page" || path === "/health" ? path : BASE_PATH + path;

/** The header of a write that says why it is done, and how much of it the audit trail keeps. */
export const REASON_HEADER = { header: "X-Change-Reason", maxLength: 500 };

/** The names of the parameters in a path. */
export const pathParameterNames = (path: string): string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);

/** The object schema of an operation's input. */
export function inputSchema(operation: Operation): z.ZodObject {
  const { schema } = operation.verb;
  if (!(schema instanceof z.ZodObject)) throw new Error(`The input of ${operation.name} is no object`);
  return schema;
}
