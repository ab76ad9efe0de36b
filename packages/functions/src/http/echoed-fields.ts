import { isDeepStrictEqual } from "node:util";
import { useRequest } from "@crm/core/kernel/context.ts";
import { type ErrorDetail, invalidAll } from "@crm/core/kernel/error.ts";
import { presentAnswer } from "@crm/core/storage/read/answer-presenter.ts";
import type * as z from "zod";
import { accessRejection } from "./access-check.ts";
import { inputSchema, type Operation } from "./operation.ts";
import type { EchoedField } from "./request.ts";

/**
 * Fields of an answer that come back in a request and are not input of its operation. Clients send back what they read, so such a field is
 * ignored where it has the stored value. Another value would be lost without a word, so it is refused.
 */

type JsonObject = Record<string, unknown>;

/** Refuses fields of the answer with which a record would be created. Empty values say nothing. */
export function refuseEchoedFields(schema: z.ZodObject, echoed: readonly EchoedField[]): void {
  const fields = echoed.filter(({ value }) => !isEmpty(value));
  if (fields.length > 0) throw invalidAll(fields.map((field) => describeProblem(field, schema, onCreation)));
}

const isEmpty = (value: unknown): boolean =>
  value === null || value === "" || value === false || (typeof value === "object" && Object.keys(value).length === 0);

/**
 * Refuses fields of the answer whose values differ from those that a GET of the record shows the caller now. Operations that have no such GET
 * create a record. It costs one GET, and only for requests that send such fields.
 */
export async function checkEchoedFields(
  operation: Operation,
  operations: readonly Operation[],
  parameters: JsonObject,
  echoed: readonly EchoedField[],
): Promise<void> {
  const read = findRead(operation, operations);
  if (!read || accessRejection(read) !== undefined) return refuseEchoedFields(inputSchema(operation), echoed);
  const [stored] = (await presentAnswer([await read.verb(parameters)])) as [JsonObject];
  compareEchoedFields(inputSchema(operation), stored, echoed);
}

/** Refuses fields whose values differ from the stored ones. A caller who named another version gets a version conflict instead. */
export function compareEchoedFields(schema: z.ZodObject, stored: JsonObject, echoed: readonly EchoedField[]): void {
  const versions = useRequest().precondition?.versions;
  if (versions && !versions.includes(stored.version as number)) return;
  const differing = echoed.filter(({ value, read }) => !isSameJson(read(stored), value));
  if (differing.length > 0) throw invalidAll(differing.map((field) => describeProblem(field, schema, onChange)));
}

/** Returns the GET that answers the same kind of record: at the same path, or at the record on which an action works. */
export function findRead(operation: Operation, operations: readonly Operation[]): Operation | undefined {
  const name = outputName(operation);
  const isAbove = ({ path }: Operation): boolean => operation.path === path || operation.path.startsWith(`${path}/`);
  return operations
    .filter((candidate) => candidate.method === "GET" && candidate.kind !== "list" && isAbove(candidate))
    .filter((candidate) => candidate.path === operation.path || (name !== undefined && outputName(candidate) === name))
    .sort((a, b) => b.path.length - a.path.length)[0];
}

const outputName = ({ output }: Operation): string | undefined => output.meta()?.id;

interface Messages {
  plain: string;
  /** Names input fields to use instead. */
  naming: (fields: string) => string;
}

const onCreation: Messages = {
  plain: "Cannot be set here: leave it out",
  naming: (fields) => `Cannot be set here: use ${fields}, or leave it out`,
};

const onChange: Messages = {
  plain: "Differs from the stored value, and cannot be changed here: leave it out",
  naming: (fields) => `Differs from the stored value, and cannot be changed here: use ${fields}, or leave it out`,
};

/** Names the input fields that share a word with the field. `emails` is about `email`, `display_name` about `first_name`. */
function describeProblem({ path, source }: EchoedField, schema: z.ZodObject, messages: Messages): ErrorDetail {
  const words = splitName(path.replace(/.*\./, ""));
  const related =
    source !== undefined
      ? [source]
      : Object.keys(schema.shape).filter((name) => splitName(name).some((word) => words.includes(word)));
  return { field: path, message: related.length > 0 ? messages.naming(related.slice(0, 3).join(", ")) : messages.plain };
}

const splitName = (name: string): string[] =>
  name.split("_").flatMap((word) => (UNSPECIFIC_WORDS.has(word) ? [] : [word.replace(/s$/, "")]));

const UNSPECIFIC_WORDS = new Set(["id", "ids", "is", "has", "by", "to", "of", "at"]);

/** Compares a stored value with JSON: the order of keys does not matter, and a missing value is null. */
const isSameJson = (stored: unknown, value: unknown): boolean =>
  isDeepStrictEqual(JSON.parse(JSON.stringify(stored ?? null)), value ?? null);
