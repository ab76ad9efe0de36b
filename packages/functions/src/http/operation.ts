import type { Request } from "@crm/core/kernel/context.ts";
import type { Failure } from "@crm/core/kernel/error.ts";
import type { Verb } from "@crm/core/kernel/fn.ts";
import type { Access } from "@crm/core/kernel/permission.ts";
import type { Keyspace } from "@crm/core/kernel/scope.ts";
import type { SessionRule } from "@crm/core/platform/auth/session-rule.ts";
import { baseShape, withOptionalVersionFields } from "@crm/core/storage/table/collection.ts";
import * as z from "zod";
import type { ActionDialog } from "./action-dialog.ts";

/**
 * One operation, declared once. From it follow the route, the Lambda function that serves it, its part of the OpenAPI document
 * and of the typed client, and the tests of permissions and tenancy.
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
  /** Below /api/v1; the path of a page is below the origin itself. Parameters are in braces. */
  readonly path: string;
  /** Further paths that lead to it. The document shows them beside its description. */
  readonly otherPaths: readonly string[];
  /** The heading under which the document shows it. */
  readonly tag: string;
  readonly access: Access;
  readonly summary: string;
  readonly description: string;
  /** What a person reads before and after running it as an action of a record. */
  readonly dialog: ActionDialog;
  readonly verb: V;
  /** The schema of `data` in the answer; for a list, of each row. */
  readonly output: O;
  readonly kind: K;
  readonly status: 200 | 201 | 202 | 302 | 303;
  /** The keyspaces that it may use before a tenant is known, or in addition to the tenant. */
  readonly keyspaces: readonly Keyspace[];
  /** Maximum bytes of the body, if less than `MAX_BODY_BYTES`. */
  readonly largestBody: number | undefined;
  /** Whether pages may send HTML forms, or JSON as plain text. Browsers send both without a preflight request. */
  readonly takesForms: boolean;
  /**
   * The query parameters that a write takes beside its body. The form of a page takes them from the address of the page, and all other fields from
   * the form itself, so that a changed address cannot answer for the person.
   */
  readonly addressFields: readonly string[];
  /** Whether it also takes multipart/form-data, with a part `file` and every other part as JSON. */
  readonly takesFile: boolean;
  /**
   * Whether the verb takes the bytes of the body as they came, of any type, with the headers and the query, as `call`: a sender
   * signs these bytes. Only programs call such an operation.
   */
  readonly takesBytes: boolean;
  /** A type of text that the body may also have, and the field that the text stands for. */
  readonly takesText: { readonly type: string; readonly field: string } | undefined;
  /** Other names that fields of the input may have, by name. The document has only the field's own name. */
  readonly otherNames: Readonly<Record<string, string>>;
  /** The parameter that names the record to write. If-Match is about the version of that record. */
  readonly writes: string;
  /** For a record without an id in its path, such as the caller's own: returns the id of the record that an input writes. */
  readonly findRecordId: ((input: Record<string, unknown>) => string | undefined) | undefined;
  /** Whether the operation changes no data of the tenant, regardless of its method. Callers with read-only access may call it. */
  readonly onlyReads: boolean;
  /** Whether a user may call it who must set up a second factor first. */
  readonly duringSetUp: boolean;
  /** Set if it needs a user who has signed in, always or in some cases. */
  readonly sessionRule: SessionRule | undefined;
  /** Whether it only calls other operations, and checks the access to each of them. */
  readonly checksParts: boolean;
  /** Whether `POST /batch/read` takes it, though it is no record and no list: its answer is small, and it uses no port that others do not. */
  readonly inBatch: boolean;
  /** Whether a repeat with the same Idempotency-Key gets the same response: for writes whose response contains no secret. */
  readonly keyed: boolean;
  /** Seconds for which the caller's own browser may cache the answer: for data that seldom changes and is not about a person. */
  readonly keeps: number | undefined;
  /** Set once another operation replaces it (docs/versions.md). */
  readonly deprecated: Deprecation | undefined;
  /** Returns the addresses of the record itself and of what belongs to it. */
  readonly links: ((record: LinkedRecord) => Record<string, string>) | undefined;
  /** For an address that browsers open or send too: the page for a caller whose `Accept` names HTML, in place of JSON. */
  readonly page: ((input: Record<string, unknown>, result: unknown) => Promise<RawResponse>) | undefined;
  /** For a page: renders an error, where other operations answer with JSON. */
  readonly refusal: ((failure: Failure, request: Request) => Promise<RawResponse>) | undefined;
}

/** Days, `YYYY-MM-DD`: clients should not use the operation after `since`, and it may be gone after `sunset`. */
export interface Deprecation {
  readonly since: string;
  readonly sunset: string;
  /** The address of the replacement, or of a text that says what to do. */
  readonly instead: string;
}

/** The keyspaces in which each request authenticates its caller: keys and records are read there, nothing is written. */
export const AUTHENTICATION_KEYSPACES: readonly Keyspace[] = ["signing_key", "api_key"];

type ResponseKind = "record" | "list" | "value" | "nothing" | "raw" | "page";
export type LinkedRecord = { id: string } & Record<string, unknown>;

type RequiredKey = "name" | "method" | "path" | "tag" | "access" | "summary" | "verb";
export type OperationDeclaration<N extends string, V extends Verb, O extends z.ZodType, K extends ResponseKind> = Pick<
  Operation<N, V, O, K>,
  RequiredKey
> &
  Partial<Omit<Operation<N, V, O, K>, RequiredKey>>;

/** Whether a method takes its input from the query and not from a body. */
export const hasQueryInput = (method: Operation["method"]): boolean =>
  method === "GET" || method === "DELETE" || method === "OPTIONS";

/** Whether a write takes a field from the query. The form of a page may have its fields in both. */
export const isQueryParameter = ({ kind, addressFields }: Operation, field: string): boolean =>
  kind !== "page" && addressFields.includes(field);

/** Completes an operation with the usual values. Without an output it answers nothing. */
export function operation<
  const N extends string,
  V extends Verb,
  O extends z.ZodType = z.ZodNull,
  const K extends ResponseKind = "value",
>(declared: OperationDeclaration<N, V, O, K>): Operation<N, V, O, K> {
  return {
    description: "",
    dialog: {},
    otherPaths: [],
    status: 200,
    keyspaces: [],
    keyed: !hasQueryInput(declared.method) || declared.method === "DELETE",
    largestBody: undefined,
    takesForms: false,
    addressFields: [],
    takesFile: false,
    takesBytes: false,
    takesText: undefined,
    otherNames: {},
    writes: "id",
    findRecordId: undefined,
    onlyReads: false,
    duringSetUp: false,
    sessionRule: undefined,
    checksParts: false,
    inBatch: false,
    keeps: undefined,
    deprecated: undefined,
    links: undefined,
    page: undefined,
    refusal: undefined,
    ...declared,
    output: declared.output ?? (z.null() as z.ZodType as O),
    kind: declared.kind ?? ((declared.output ? "value" : "nothing") as K),
  };
}

/** The field `expanded` of records. Answers have it on request, and inputs drop it. */
const ExpandedRecords = z
  .record(z.string(), z.json())
  .describe(
    "Data behind ids, by field name, as requested with `expand`. A record that the caller does not see is null, or has only `id`, `name` and `is_hidden: true` where its name is disclosed, such as the customer of a ticket",
  )
  .meta({ id: "Expanded" });

/** Whether `fields` and `expand` shape its records (http/response-shape.ts): it reads records for a caller who has signed in. */
export const isShaped = ({ kind, method, onlyReads, access, output }: Operation): boolean =>
  (kind === "record" || kind === "list") &&
  (method === "GET" || onlyReads) &&
  access !== "public" &&
  output instanceof z.ZodObject &&
  Object.hasOwn(output.shape, "expanded");

/** The parameters of such operations in addition to the input of their verb, with their descriptions. */
export const shapingParameters = {
  fields: "Comma-separated fields of each record to return; `id` is always included",
  expand:
    "Comma-separated data to return in `expanded` in addition to ids: `labels`, the names of users and of master data; " +
    "or fields that refer to records, without `_id`, for these records as lists show them; or `next_activity`, the open activity of the record that happens first: its id, subject and time, " +
    "or null. `GET /schema` has the names for each kind",
} as const;

export const Links = z.record(z.string(), z.string()).describe("URLs of the record and of related data");

/** Returns the schema of rows that are no records of a kind, but refer to some. */
export const expandableSchema = <S extends z.ZodRawShape>(name: string, info: z.ZodObject<S>) =>
  z.object({ ...info.shape, expanded: ExpandedRecords.optional() }).meta({ id: name });

/** Returns the schema of a record as clients get it; `name` is its name in the OpenAPI document. */
export const recordSchema = <S extends z.ZodRawShape>(name: string, info: z.ZodObject<S>) =>
  z
    .object({
      ...baseShape,
      ...info.shape,
      links: Links,
      expanded: ExpandedRecords.optional(),
    })
    .meta({ id: name });

/** Like `recordSchema`, for lists: their rows have the version fields only on request. */
export const rowSchema = <S extends z.ZodRawShape>(name: string, info: z.ZodObject<S>) =>
  recordSchema(name, withOptionalVersionFields(info));

/** The value of a header that an answer leaves out, though all others have it. */
export const NO_HEADER = "";

/** An answer without the JSON envelope: a page, a document, a file. */
export class RawResponse {
  readonly contentType: string;
  readonly body: string | Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  /** Set if it is not the status of the operation. */
  readonly status: number | undefined;

  constructor(contentType: string, body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}, status?: number) {
    this.contentType = contentType;
    this.body = body;
    this.headers = headers;
    this.status = status;
  }
}

export const BASE_PATH = "/api/v1";

const HEALTH_PATH = "/health";

/** Returns the whole path of an operation. Pages, to which mails link, and the health check are below the origin. */
export const operationPath = ({ kind, path }: Pick<Operation, "kind" | "path">): string =>
  kind === "page" || path === HEALTH_PATH ? path : BASE_PATH + path;

/** Returns all paths that lead to an operation. Clients that know only the base path look for the health check there. */
export const listOperationPaths = (operation: Pick<Operation, "kind" | "path" | "otherPaths">): string[] =>
  operation.path === HEALTH_PATH
    ? [HEALTH_PATH, BASE_PATH + HEALTH_PATH]
    : [operationPath(operation), ...operation.otherPaths.map((path) => BASE_PATH + path)];

/** The header of a write that gives its reason, and the number of characters that the audit trail keeps. */
export const REASON_HEADER = { header: "X-Change-Reason", maxLength: 500 };

/** Returns the names of the parameters in a path. */
export const pathParameterNames = (path: string): string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);

/** Returns the object schema of an operation's input. */
export function inputSchema(operation: Operation): z.ZodObject {
  const { schema } = operation.verb;
  if (!(schema instanceof z.ZodObject)) throw new Error(`The input of ${operation.name} must be an object`);
  return schema;
}
