import { isDeepStrictEqual } from "node:util";
import { Failure, invalid, invalidAll, notFound } from "@crm/core/kernel/error.ts";
import { findFieldName, PERSON_NAMES } from "@crm/core/kernel/field-names.ts";
import { isJsonObject } from "@crm/core/kernel/json.ts";
import { isNullable, valueSchema } from "@crm/core/kernel/schema.ts";
import type { WebhookRequest } from "@crm/core/messaging/inbound-webhook/webhook-request.ts";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import * as z from "zod";
import { decodeUtf8, MAX_VALUES, parseJson, tooManyValuesMessage } from "./json.ts";
import { fileTooLarge, isMultipart, readMultipart } from "./multipart.ts";
import { hasQueryInput, inputSchema, type Operation, pathParameterNames } from "./operation.ts";
import { isSystemField } from "./system-fields.ts";

/** Maximum bytes of a body as Lambda receives it, base64 counted. */
export const MAX_BODY_BYTES = 5.5 * 1024 * 1024;

type JsonObject = Record<string, unknown>;

/** The input of a verb, and the fields that are not input but belong to the answer (echoed-fields.ts). */
interface RequestInput {
  readonly input: JsonObject;
  readonly echoed: readonly EchoedField[];
}

/** A field of the answer that a client sent back: its path in the body, its value, and how to find the stored value. */
export interface EchoedField {
  readonly path: string;
  readonly value: unknown;
  /** The input field from which the system derives it, if its schema names one (`x-derived-from`). */
  readonly source: string | undefined;
  readonly read: (stored: JsonObject) => unknown;
}

/** The parts of a request that the input of a verb comes from. */
type RequestSource = Pick<APIGatewayProxyEventV2, "rawQueryString" | "headers" | "body" | "isBase64Encoded">;

/**
 * Reads the input of an operation's verb from a request: parameters of the path, and the query or the body. It drops fields that
 * only the system sets, so that clients can send back the answer of a GET.
 */
export async function readInput(
  operation: Operation,
  parameters: Record<string, string>,
  event: RequestSource,
): Promise<RequestInput> {
  if (operation.takesBytes) return { input: { call: readWebhookCall(operation, event), ...parameters }, echoed: [] };
  const fromQuery = hasQueryInput(operation.method);
  const isPage = operation.kind === "page";
  const inAddress = readQuery(event.rawQueryString);
  if (!fromQuery && !isPage) {
    const unknown = Object.keys(inAddress).find((name) => !operation.addressFields.includes(name));
    if (unknown !== undefined) throw invalid(unknown, describeQuery(operation));
  }
  const sent = fromQuery ? inAddress : { ...(await readBody(operation, event)), ...pickAddressFields(operation, inAddress) };
  const input = renameFields(fieldNaming(operation), sent);
  for (const name of pathParameterNames(operation.path)) {
    if (fromQuery && Object.hasOwn(input, name)) throw invalid(name, "Already given in the path");
  }
  const knownFields = inputSchema(operation).shape;
  const isList = fromQuery || operation.kind === "list";
  if (isList) return { input: { ...collectPathFilters(input, knownFields), ...parameters }, echoed: [] };
  const { input: allowedFields, echoed } = splitFields(operation, input, knownFields);
  return { input: { ...allowedFields, ...parameters }, echoed };
}

const describeQuery = ({ addressFields }: Operation): string =>
  addressFields.length === 0
    ? "This operation takes no query parameters"
    : `This operation takes only these query parameters: ${addressFields.join(", ")}`;

/** A page sends its form to its own address, which keeps the token of the link. Other parameters of that address are ignored. */
const pickAddressFields = ({ addressFields }: Operation, query: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(query).filter(([name]) => addressFields.includes(name)));

/** What tells the own names of fields: the operation's names, the shape of its input, and the shape of the records that it answers with. */
interface FieldNaming {
  readonly otherNames: Operation["otherNames"];
  readonly inputShape: z.ZodRawShape;
  /** Bodies may contain the answer of a GET, so a name that the answer has for itself is no other name. */
  readonly outputShape: z.ZodRawShape;
}

export const fieldNaming = (operation: Operation): FieldNaming => {
  const { otherNames, output, method, kind } = operation;
  const isBody = !hasQueryInput(method) && kind !== "list";
  return {
    otherNames,
    inputShape: inputSchema(operation).shape,
    outputShape: isBody && output instanceof z.ZodObject ? output.shape : {},
  };
};

/**
 * Gives fields that were sent under another name (kernel/field-names.ts) their own name. A filter keeps its operator: `kind[in]` becomes
 * `entity_type[in]`.
 */
export function renameFields({ otherNames, inputShape, outputShape }: FieldNaming, input: JsonObject): JsonObject {
  const hasField = (field: string): boolean => Object.hasOwn(inputShape, field) || Object.hasOwn(inputShape, `${field}[eq]`);
  const rename = (sent: string): string => {
    const [word = ""] = sent.split("[", 1);
    const suffix = sent.slice(word.length);
    if (Object.hasOwn(otherNames, word)) return otherNames[word] + suffix;
    const isOfAnswer = Object.hasOwn(outputShape, word) && !PERSON_NAMES.includes(word);
    return Object.hasOwn(inputShape, sent) || isOfAnswer ? sent : (findFieldName(word, hasField) ?? word) + suffix;
  };
  const entries = Object.entries(input).map(([sent, value]) => [sent, rename(sent), value] as const);
  for (const [sent, field, value] of entries) {
    const other = entries.find(([name, target]) => name !== sent && target === field);
    if (sent !== field && other && !isDeepStrictEqual(value, other[2]))
      throw invalid(sent, `Another name of ${other[0]}, which is given with another value: leave one of them out`);
  }
  return Object.fromEntries(entries.map(([, field, value]) => [field, value]));
}

type OperationOutput = Pick<Operation, "path" | "output">;

/**
 * Splits a body into the fields that the caller may set and those that the answer has and the input does not, in objects and lists of objects
 * too. It drops `tenant_id`, the id in the path, and what only the system sets. `knownFields` are the input fields of the operation.
 */
export function splitFields({ path, output }: OperationOutput, body: JsonObject, knownFields: z.ZodRawShape): RequestInput {
  const outputShape: z.ZodRawShape = output instanceof z.ZodObject ? output.shape : {};
  const inPath = new Set(pathParameterNames(path));
  const isDropped = (field: string): boolean =>
    inPath.has(field) || (field === "tenant_id" && !Object.hasOwn(knownFields, field));
  const fields = Object.fromEntries(Object.entries(body).filter(([field]) => !isDropped(field)));
  const echoed: EchoedField[] = [];
  const place: Place = { prefix: "", read: (stored) => stored, echoed };
  return { input: nullifyEmptyFields(splitObject(fields, knownFields, outputShape, place), knownFields), echoed };
}

/** Where an object is in a body, and how its counterpart is found in the stored record. */
interface Place {
  readonly prefix: string;
  readonly read: (stored: JsonObject) => unknown;
  readonly echoed: EchoedField[];
}

function splitObject(body: JsonObject, inputShape: z.ZodRawShape, outputShape: z.ZodRawShape, place: Place): JsonObject {
  // Entries, because a field can be called `__proto__`.
  const entries: [string, unknown][] = [];
  for (const [field, value] of Object.entries(body)) {
    const [taken, shown] = [ownSchema(inputShape, field), ownSchema(outputShape, field)];
    const read = (stored: JsonObject): unknown => (place.read(stored) as JsonObject | undefined)?.[field];
    const path = place.prefix + field;
    if (taken) entries.push([field, shown ? splitValue(value, taken, shown, { ...place, prefix: path, read }) : value]);
    else if (!shown) entries.push([field, value]);
    else if (!isSystemField(field, shown))
      place.echoed.push({ path, value, source: shown.meta()?.["x-derived-from"] as string | undefined, read });
  }
  return Object.fromEntries(entries);
}

const ownSchema = (shape: z.ZodRawShape, field: string): z.ZodType | undefined =>
  Object.hasOwn(shape, field) ? (shape[field] as z.ZodType) : undefined;

/** Splits an object, or each object of a list. Objects of lists are found again by their id. */
function splitValue(value: unknown, taken: z.ZodType, shown: z.ZodType, place: Place): unknown {
  // Most values are plain, and are not split.
  if (typeof value !== "object" || value === null) return value;
  const [inner, outer] = [valueSchema(taken), valueSchema(shown)];
  if (inner instanceof z.ZodObject && outer instanceof z.ZodObject && isJsonObject(value))
    return splitObject(value, inner.shape, outer.shape, { ...place, prefix: `${place.prefix}.` });
  if (!(inner instanceof z.ZodArray && outer instanceof z.ZodArray && Array.isArray(value))) return value;
  const [item, shownItem] = [valueSchema(inner.element as z.ZodType), valueSchema(outer.element as z.ZodType)];
  if (!(item instanceof z.ZodObject && shownItem instanceof z.ZodObject)) return value;
  return value.map((element: unknown, index) => {
    if (!isJsonObject(element)) return element;
    const read = (stored: JsonObject): unknown => {
      const items = place.read(stored);
      return Array.isArray(items) ? items.find(({ id }) => id !== undefined && id === element.id) : undefined;
    };
    return splitObject(element, item.shape, shownItem.shape, { ...place, prefix: `${place.prefix}[${index}].`, read });
  });
}

/** Forms send an empty box as `""`, and some people type blanks: both become null where null is allowed. */
function nullifyEmptyFields(input: JsonObject, inputShape: z.ZodRawShape): JsonObject {
  const read = ([field, value]: [string, unknown]): [string, unknown] => {
    const schema = ownSchema(inputShape, field);
    return [field, schema ? nullifyEmptyValue(value, schema) : value];
  };
  return Object.fromEntries(Object.entries(input).map(read));
}

function nullifyEmptyValue(value: unknown, schema: z.ZodType): unknown {
  if (typeof value === "string") return value.trim() === "" && isNullable(schema) ? null : value;
  if (value === null || typeof value !== "object") return value;
  const inner = valueSchema(schema);
  if (Array.isArray(value))
    return inner instanceof z.ZodArray ? value.map((element) => nullifyEmptyValue(element, inner.element as z.ZodType)) : value;
  return inner instanceof z.ZodObject ? nullifyEmptyFields(value as JsonObject, inner.shape) : value;
}

/** Parameters with a dot in their name are paths into records. Lists that can be filtered by paths get them as `paths`. */
function collectPathFilters(input: JsonObject, inputShape: z.ZodRawShape): JsonObject {
  const dotted = Object.entries(input).filter(([name]) => name.includes("."));
  if (dotted.length === 0 || !Object.hasOwn(inputShape, "paths") || Object.hasOwn(input, "paths")) return input;
  const otherFields = Object.entries(input).filter(([name]) => !name.includes("."));
  return { ...Object.fromEntries(otherFields), paths: Object.fromEntries(dotted) };
}

function readQuery(raw: string | undefined): JsonObject {
  const valueByName = new Map<string, string>();
  checkEscapes(raw ?? "", "The query");
  for (const [name, value] of new URLSearchParams(raw ?? "")) {
    if (valueByName.has(name)) throw invalid(name, "Must not be given more than once");
    valueByName.set(name, value);
  }
  return Object.fromEntries(valueByName);
}

/** Returns the request unparsed. */
function readWebhookCall({ largestBody = MAX_BODY_BYTES }: Operation, event: RequestSource): WebhookRequest {
  const { body = "", isBase64Encoded, headers, rawQueryString } = event;
  const bytes = Buffer.from(body, isBase64Encoded ? "base64" : "utf8");
  if (bytes.length > largestBody || Buffer.byteLength(body) > MAX_BODY_BYTES) throw bodyTooLarge(largestBody);
  return { bytes, headers, query: rawQueryString };
}

const bodyTooLarge = (maxBytes: number): Failure =>
  new Failure(
    "PAYLOAD_TOO_LARGE",
    `The body must not be larger than ${maxBytes === MAX_BODY_BYTES ? "5.5 MB" : `${maxBytes / 1024} kB`}`,
  );

async function readBody(
  { largestBody = MAX_BODY_BYTES, takesForms, takesFile, takesText, access, kind }: Operation,
  event: RequestSource,
): Promise<JsonObject> {
  const maxValues = access === "public" ? MAX_VALUES.anonymous : MAX_VALUES.signedIn;
  const { body = "", isBase64Encoded, headers } = event;
  const hasFile = takesFile && isMultipart(headers["content-type"]);
  if (Buffer.byteLength(body) > largestBody) {
    throw hasFile ? fileTooLarge() : bodyTooLarge(largestBody);
  }
  if (hasFile) return readMultipart(Buffer.from(body, isBase64Encoded ? "base64" : "utf8"), headers["content-type"] ?? "");
  // A mail program may send an unsubscribe request as multipart (RFC 8058). Its address alone names the mails that end.
  if (body === "" || (kind === "page" && isMultipart(headers["content-type"]))) return {};
  const type = (headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  const isForm = takesForms && type === "application/x-www-form-urlencoded";
  const isJson = type === "application/json" || type.endsWith("+json") || (takesForms && type === "text/plain");
  const isText = takesText?.type === type;
  if (!isForm && !isJson && !isText) {
    const otherType = takesFile ? "multipart/form-data" : takesText?.type;
    throw new Failure("UNSUPPORTED_MEDIA_TYPE", `The body must be application/json${otherType ? ` or ${otherType}` : ""}`);
  }
  const text = isBase64Encoded ? decodeUtf8(Buffer.from(body, "base64")) : body;
  if (isText) return { [takesText.field]: text };
  if (isForm) return readForm(text, maxValues);
  const parsed = parseJson(text, { maxValues });
  if (parsed === null || typeof parsed !== "object" || Array.isArray(parsed)) throw invalid("", "The body must be a JSON object");
  return parsed as JsonObject;
}

/** Reads an HTML form. A name that occurs several times has a list of values. */
function readForm(text: string, maxValues: number): JsonObject {
  checkEscapes(text, "The body");
  const valuesByName = new Map<string, string[]>();
  let fields = 0;
  for (const [name, value] of new URLSearchParams(text)) {
    if (++fields > maxValues) throw invalid("", tooManyValuesMessage("The body", maxValues));
    const values = valuesByName.get(name);
    if (values) values.push(value);
    else valuesByName.set(name, [value]);
  }
  return Object.fromEntries([...valuesByName].map(([name, values]) => [name, values.length > 1 ? values : values[0]]));
}

/** Refuses escapes that are not UTF-8: they would be read as the replacement character. */
function checkEscapes(text: string, source: string): void {
  for (const [escapes] of text.matchAll(/(?:%[0-9a-f]{2})+/gi)) {
    try {
      decodeURIComponent(escapes);
    } catch {
      throw invalid("", `${source} must be UTF-8: ${escapes.slice(0, 60)}`);
    }
  }
}

/** Whether an error is about the path. A malformed id there names no record. */
export const isAboutPath = ({ path }: Pick<Operation, "path">, error: unknown): boolean => {
  if (!(error instanceof Failure) || error.code !== "VALIDATION_ERROR") return false;
  const inPath = new Set(pathParameterNames(path));
  return error.details.length > 0 && error.details.some(({ field }) => inPath.has(field));
};

/** Returns the error for a path that leads nowhere. Kinds are public, so the error says which of them may be meant. */
export function notFoundInPath({ path }: Pick<Operation, "path">, error: unknown): Failure {
  const hasKind = error instanceof Failure && pathParameterNames(path).includes("kind");
  const kind = hasKind ? error.details.find(({ field }) => field === "kind") : undefined;
  return kind ? new Failure("NOT_FOUND", `No such kind. ${kind.message}`, { details: [kind] }) : notFound();
}

/**
 * Reads If-Match: the accepted versions of the record, as ETags or as plain numbers. Returns undefined for `*`, and null if there is
 * no header.
 */
export function readIfMatch(header: string | undefined): readonly number[] | undefined | null {
  if (header === undefined) return null;
  if (header.trim() === "*") return undefined;
  return header.split(",").map((tag) => {
    const [, quoted, plain] = /^\s*(?:(?:W\/)?"(\d{1,15})(?:\.[\w-]+)?"|(\d{1,15}))\s*$/.exec(tag) ?? [];
    const version = quoted ?? plain;
    if (version === undefined)
      throw invalid("If-Match", 'Must be an ETag of the record, such as "3.fQ2x", a version number, or *');
    return Number(version);
  });
}

export function readIdempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  if (!/^[\x20-\x7e]{1,255}$/.test(header))
    throw invalidAll([{ field: "Idempotency-Key", message: "Must be 1 to 255 printable ASCII characters" }]);
  return header;
}
