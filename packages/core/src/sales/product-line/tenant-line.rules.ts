import { isDeepStrictEqual } from "node:util";
import type * as z from "zod";
import { type ErrorDetail, invalidAll } from "../../kernel/error.ts";
import { toErrorDetails } from "../../kernel/fn.ts";
import type { Sealing } from "../../storage/table/collection.ts";
import { parseSealing } from "../../storage/vault/sealed-detail.rules.ts";
import { compileValidator, listPropertyNames, type ObjectNode, validateSchema } from "./json-schema.rules.ts";
import { type DocumentReading, MAX_DOCUMENT_BYTES } from "./product-line.rules.ts";

/** Pure rules of product lines that a tenant adds: their versions and documents. */

export interface Version {
  schema_version: number;
  schema: Record<string, unknown>;
}

export const latestVersion = (versions: readonly Version[]): Version | undefined => versions.at(-1);

const rootNode = ({ schema }: Version): ObjectNode => schema as unknown as ObjectNode;

/** Compiled versions, cached as long as the versions themselves are. */
interface CompiledLine {
  sealing: Sealing;
  validators: Map<number, z.ZodType>;
}
const compiledLines = new WeakMap<readonly Version[], CompiledLine>();

function compileLine(versions: readonly Version[]): CompiledLine {
  const cachedLine = compiledLines.get(versions);
  if (cachedLine) return cachedLine;
  const sealings = versions.map(({ schema }) => parseSealing(schema));
  const all = (key: keyof Sealing): string[] => [...new Set(sealings.flatMap((sealing) => sealing[key]))];
  const compiledLine = { sealing: { paths: all("paths"), names: all("names") }, validators: new Map() };
  compiledLines.set(versions, compiledLine);
  return compiledLine;
}

/** Returns the sealed paths of a line: those that any version seals, for documents of all versions. */
export const sealingForVersions = (versions: readonly Version[]): Sealing => compileLine(versions).sealing;

/** Validates a document under the version that it names, or the latest one. Returns the document, or its errors by their path. */
export function readTenantDocument(versions: readonly Version[], sent: unknown): DocumentReading<z.core.util.JSONType> {
  if (typeof sent !== "object" || sent === null || Array.isArray(sent))
    return { wrong: [{ field: "", message: "Must be an object" }] };
  const { schema_version = latestVersion(versions)?.schema_version, ...rest } = sent as Record<string, unknown>;
  const version = versions.find((each) => each.schema_version === schema_version);
  if (!version) return { wrong: [{ field: "schema_version", message: `Must be a known version: 1 to ${versions.length}` }] };
  const name = findAmbiguousName(rest);
  if (name !== undefined)
    return { wrong: [{ field: "", message: `A name must not contain dots or brackets: ${name.slice(0, 100)}` }] };
  const { sealing, validators } = compileLine(versions);
  const validator = validators.get(version.schema_version) ?? compileValidator(rootNode(version), sealing.names);
  validators.set(version.schema_version, validator);
  const { data, error } = validator.safeParse(rest);
  if (error) return { wrong: toErrorDetails(error) };
  const document = { schema_version: version.schema_version, ...(data as Record<string, z.core.util.JSONType>) };
  if (Buffer.byteLength(JSON.stringify(document)) > MAX_DOCUMENT_BYTES)
    return { wrong: [{ field: "", message: `Must be at most ${MAX_DOCUMENT_BYTES} bytes` }] };
  return { document };
}

/** Finds a property name with dots or brackets, which would be read as a path. */
function findAmbiguousName(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  for (const [name, child] of Object.entries(value)) {
    const ambiguousName = !Array.isArray(value) && /[.[\]]/.test(name) ? name : findAmbiguousName(child);
    if (ambiguousName !== undefined) return ambiguousName;
  }
  return undefined;
}

/** The most versions of a line. All of them are read together. */
const MAX_VERSIONS = 15;

/**
 * Returns the versions of a line after a write. A published version cannot change and may be left out; a new one must have the next number.
 * A name that was sealed once must stay sealed.
 */
export function publishVersions(versions: readonly Version[], before: readonly Version[]): readonly Version[] {
  const errors: ErrorDetail[] = [];
  const next = [...before];
  for (const [index, version] of versions.entries()) {
    const { schema_version, schema } = version;
    const path = `versions[${index}]`;
    const publishedVersion = before.find((earlierVersion) => earlierVersion.schema_version === schema_version);
    if (publishedVersion) {
      if (!isDeepStrictEqual(publishedVersion.schema, schema))
        errors.push({
          field: `${path}.schema`,
          message: `Version ${schema_version} is published and cannot be changed: add version ${before.length + 1}`,
        });
    } else if (schema_version !== next.length + 1)
      errors.push({ field: `${path}.schema_version`, message: `Must be the next version, ${next.length + 1}` });
    else {
      const inSchema = validateSchema(schema);
      const open =
        inSchema.length > 0 ? [] : findUnsealedNames(schema as unknown as ObjectNode, sealingForVersions([...next]).names);
      errors.push(
        ...[...inSchema, ...open].map((detail) => ({ ...detail, field: `${path}.schema${detail.field && "."}${detail.field}` })),
      );
      next.push(version);
    }
  }
  if (next.length === 0) errors.push({ field: "versions", message: "Required: the first has schema_version 1" });
  if (next.length > MAX_VERSIONS)
    errors.push({ field: "versions", message: `Must have at most ${MAX_VERSIONS} versions: create another line` });
  if (errors.length > 0) throw invalidAll(errors);
  return next;
}

/** Lists properties that are not sealed although their name is sealed elsewhere in the schema or in an earlier version. */
function findUnsealedNames(root: ObjectNode, before: readonly string[]): ErrorDetail[] {
  const all = listPropertyNames(root);
  const sealed = new Set([...before, ...all.flatMap(({ name, isSealed }) => (isSealed ? [name] : []))]);
  return all
    .filter(({ name, isSealed }) => sealed.has(name) && !isSealed)
    .map(({ path }) => ({
      field: path,
      message:
        "A name that is sealed in one place or in an earlier version must be sealed everywhere: mark it x-sealed, or use another name",
    }));
}
