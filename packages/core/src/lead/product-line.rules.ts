import * as z from "zod";
import { type Detail, invalid, invalidAll } from "../kernel/error.ts";
import { detailsOf } from "../kernel/fn.ts";
import { sealingOf } from "../storage/vault/detail.rules.ts";
import type { Sealings } from "../storage/vault/detail.ts";
import { before, type Earlier, present, type Sent } from "./product-line.schema.ts";

/** Pure rules of product lines (seed 004): a lead is about one at most, and has its detail as a versioned document. */

export const lines = ["auto", "home", "specialty"] as const;
export type Line = (typeof lines)[number];

export type Document<L extends Line> = z.output<(typeof present)[L]>;

/** What a lead has of its line. */
export type Lined = { product_line: Line | null } & { [L in Line as `${L}_data`]: Document<L> | null };
type Given = { [K in keyof Lined]?: Lined[K] | undefined };

export const fieldOf = <L extends Line>(line: L) => `${line}_data` as const;
export const detailFields = lines.map(fieldOf);

/** Bytes of a document when written as text. */
const LARGEST = 131_072;

const earlierOf = (line: Line): readonly Earlier[] => before[line];
const versionOf = (line: Line): number => earlierOf(line).length + 1;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A stored document in the present version; one of a later release stays as it is. */
export function upgraded(line: Line, document: unknown): unknown {
  const version = isObject(document) ? Number(document.schema_version) : Number.NaN;
  const steps = version >= 1 ? earlierOf(line).slice(version - 1) : [];
  if (steps.length === 0) return document;
  // As it will be stored: without what is undefined, so that writing it changes nothing.
  return JSON.parse(JSON.stringify(steps.reduce((each, { next }) => next(each), document)));
}

export type Reading = { document: unknown } | { wrong: readonly Detail[] };

/** What was sent, in any known version, in the present one; or what is wrong with it, by its path in the document. */
export function readDocument(line: Line, sent: unknown): Reading {
  const version = isObject(sent) ? sent.schema_version : versionOf(line);
  if (version === undefined) return { wrong: [{ field: "schema_version", message: "Required" }] };
  if (typeof version !== "number" || !Number.isInteger(version) || version < 1 || version > versionOf(line))
    return { wrong: [{ field: "schema_version", message: `Not a version that is known: 1 to ${versionOf(line)}` }] };
  const old = earlierOf(line)[version - 1];
  const { data, error } = (old?.schema ?? present[line]).safeParse(sent);
  if (error) return { wrong: detailsOf(error, inBrackets) };
  if (old) return readDocument(line, old.next(data));
  if (Buffer.byteLength(JSON.stringify(data)) > LARGEST)
    return { wrong: [{ field: "", message: `Larger than ${LARGEST} bytes` }] };
  return { document: data };
}

/** `vehicles[1].vin` */
const inBrackets = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (written, each) => (typeof each === "number" ? `${written}[${each}]` : `${written && `${written}.`}${String(each)}`),
    "",
  );

/** The field of a line's detail: takes every version, describes and gives the present one. */
export const detail = <L extends Line>(line: L): z.ZodType<Document<L>, Sent[L]> =>
  z.preprocess((sent, context) => {
    const reading = readDocument(line, sent);
    if ("document" in reading) return reading.document;
    for (const { field, message } of reading.wrong)
      context.addIssue({ code: "custom", path: field === "" ? [] : [field], message });
    return z.NEVER;
  }, present[line]) as z.ZodType<Document<L>, Sent[L]>;

const NOTHING: Lined = { product_line: null, auto_data: null, home_data: null, specialty_data: null };

/**
 * The line and the detail of a lead after a write that names some of them. The line is the one that is named, or that the
 * lead has, or that of the detail given; no other line keeps a detail.
 */
export function lineOf(given: Given, current: Lined = NOTHING): Lined {
  const described = lines.filter((line) => given[fieldOf(line)]);
  if (described.length > 1)
    throw invalidAll(described.map((line) => ({ field: fieldOf(line), message: "A lead has the detail of one product line" })));
  const [line] = described;
  const product_line = given.product_line === undefined ? (current.product_line ?? line ?? null) : given.product_line;
  if (line && line !== product_line) throw invalid(fieldOf(line), `The product_line is ${product_line}`);
  const lined: Record<string, unknown> = { ...NOTHING, product_line };
  if (product_line) {
    const field = fieldOf(product_line);
    lined[field] = given[field] === undefined ? current[field] : given[field];
  }
  return lined as Lined;
}

/** A line as forms are built from it. */
export const Described = z.object({
  product_line: z.enum(lines),
  field: z.enum(detailFields).describe("The field of a lead that holds the detail"),
  schema_version: z.number().int().describe("The version that is written; earlier ones are taken and brought to it"),
  schema: z.record(z.string(), z.unknown()).describe("JSON Schema of the detail"),
});

const jsonSchemaOf = (line: Line): Record<string, unknown> =>
  z.toJSONSchema(present[line], {
    io: "input",
    // The pattern of a standard format says less to a reader than the format's name.
    override: ({ jsonSchema }) => {
      if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
    },
  }) as Record<string, unknown>;

export const described = (): z.output<typeof Described>[] =>
  lines.map((line) => ({
    product_line: line,
    field: fieldOf(line),
    schema_version: versionOf(line),
    schema: jsonSchemaOf(line),
  }));

/** What is sealed of the details of a lead, by field: what their schemas mark. */
export const sealings: Sealings = Object.fromEntries(lines.map((line) => [fieldOf(line), sealingOf(jsonSchemaOf(line))]));
