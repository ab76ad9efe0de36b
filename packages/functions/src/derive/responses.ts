import { type ErrorCode, httpStatusByCode } from "@crm/core/kernel/error.ts";
import type * as z from "zod";
import { toNounPhrase } from "../api/shared/noun-phrase.ts";
import type { Operation } from "../http/operation.ts";
import { type Components, toPascalCase, withoutId } from "./components.ts";
import { type JsonObject, jsonSchema } from "./json-schema.ts";

/** The responses of operations in the document. Each record and each error is described once, by name. */

/** Returns the name of a response in the document: that of its record or row, or else that of the operation. */
export function responseName({ output, kind, name }: Operation): string {
  const id = output.meta()?.id;
  if (id === undefined) return kind === "nothing" ? "Done" : toPascalCase(name);
  return kind === "list" ? `${id}Page` : id;
}

export function buildResponses(operation: Operation, components: Components, example: JsonObject | undefined): JsonObject {
  return {
    [String(operation.status)]: buildSuccessResponse(operation, components, example),
    "4XX": components.refer("responses", "Refused", errorResponse),
  };
}

function buildSuccessResponse(operation: Operation, components: Components, example: JsonObject | undefined): JsonObject {
  const { kind, summary, output } = operation;
  if (kind === "raw") return { description: summary };
  const id = output.meta()?.id;
  const data = referToSchema(output, components.schemas);
  const list = kind === "list";
  const schema = {
    type: "object",
    required: ["success", "data", ...(list ? ["meta"] : [])],
    properties: {
      success: { const: true },
      data: list ? { type: "array", items: data } : data,
      ...(list ? { meta: { $ref: "#/components/schemas/PageMeta" } } : {}),
    },
  };
  const answer = {
    description:
      id === undefined
        ? kind === "nothing"
          ? "Done"
          : summary
        : list
          ? `A page of ${toNounPhrase(id)} objects`
          : toNounPhrase(id),
    ...(kind === "record" ? { headers: buildRecordHeaders(components) } : {}),
    content: {
      "application/json": { schema, ...(example === undefined ? {} : { example: list ? example : withoutMeta(example) }) },
    },
  };
  return id === undefined && kind !== "nothing" ? answer : components.refer("responses", responseName(operation), answer);
}

/** Only lists have content in `meta`. */
const withoutMeta = ({ meta: _meta, ...answer }: JsonObject): JsonObject => answer;

const recordHeaders = {
  ETag: { description: "Version of the record, and a digest of the data that you can see", schema: { type: "string" } },
  Location: { description: "URL of a new record", schema: { type: "string" } },
};

const buildRecordHeaders = (components: Components): JsonObject =>
  Object.fromEntries(Object.entries(recordHeaders).map(([name, header]) => [name, components.refer("headers", name, header)]));

/** Describes a schema with a name once, and returns a reference to it. */
function referToSchema(schema: z.ZodType, schemas: Record<string, JsonObject>): JsonObject {
  const name = schema.meta()?.id;
  if (name === undefined) return jsonSchema(schema, "output");
  if (schemas[name]) return { $ref: `#/components/schemas/${name}` };
  const rootSchema = jsonSchema(schema, "output");
  const { $defs: inner } = rootSchema as { $defs?: Record<string, JsonObject> };
  schemas[name] = withOptionalLinks(withoutId(inner?.[name] ? { ...inner[name], $defs: inner } : rootSchema));
  return { $ref: `#/components/schemas/${name}` };
}

/** A record has links where it is the answer itself, and none within another record. */
const withOptionalLinks = ({ required, ...schema }: JsonObject): JsonObject => ({
  ...schema,
  ...(Array.isArray(required) ? { required: required.filter((field) => field !== "links") } : {}),
});

/** All errors have one form. The code tells them apart and has the same meaning in all operations. */
const errorResponse: JsonObject = {
  description: Object.entries(Object.groupBy(Object.keys(httpStatusByCode) as ErrorCode[], (code) => httpStatusByCode[code]))
    .filter(([status]) => status.startsWith("4"))
    .map(([status, codes]) => `${status} ${codes?.join(", ")}`)
    .join("; "),
  content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
};

export const responseSchemas: Readonly<Record<string, JsonObject>> = {
  Error: {
    type: "object",
    required: ["success", "error"],
    properties: {
      success: { const: false },
      error: {
        type: "object",
        required: ["code", "message", "details", "request_id"],
        properties: {
          code: { type: "string", enum: Object.keys(httpStatusByCode) },
          message: { type: "string" },
          details: {
            type: "array",
            items: { type: "object", properties: { field: { type: "string" }, message: { type: "string" } } },
          },
          challenge: {
            type: "string",
            description: "Only with SECOND_FACTOR_REQUIRED: send it with a code to `POST /auth/login` within 5 minutes",
          },
          request_id: { type: "string" },
        },
      },
    },
  },
  PageMeta: {
    type: "object",
    required: ["page", "limit", "total", "totalPages", "next_cursor", "as_of"],
    properties: {
      page: { type: "integer" },
      limit: { type: "integer" },
      total: { type: "integer" },
      totalPages: { type: "integer" },
      next_cursor: { type: ["string", "null"] },
      as_of: {
        type: "string",
        format: "date-time",
        description:
          "Time up to which the total, the search, and lists that no index serves are complete. The caller's own writes are in these lists already (`X-Read-After`)",
      },
      total_is_lower_bound: { type: "boolean", description: "true: there are more than `total`; absent if it is exact" },
      is_complete: {
        type: "boolean",
        description:
          "false: the page has fewer rows than its limit because reading stopped before all rows were looked at. Continue by `next_cursor`; without one, filter to fewer records. Absent otherwise",
      },
      searched: { type: "integer", description: "With `is_complete`: rows looked at so far, by all pages of the cursor" },
      archived_before: {
        type: "string",
        format: "date-time",
        description:
          "Records before this time are archived, and this filter or order does not reach them; `total` may count them. Absent if the list is complete",
      },
      unread: { type: "integer", description: "Notifications only: number of the caller's unread notifications" },
      after: { type: ["string", "null"], description: "Events only: send it as `after` to read the events that follow" },
      busy: {
        type: "array",
        items: { type: "object" },
        description: "Calendars only: `{busy, start, end}` of entries that are private to others",
      },
    },
  },
  JsonValue: { description: "Any JSON value" },
};
