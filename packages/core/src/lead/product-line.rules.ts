import * as z from "zod";
import { type Detail, invalid, invalidAll } from "../kernel/error.ts";
import { labelOf } from "../kernel/field.ts";
import { detailsOf } from "../kernel/fn.ts";
import type { Default } from "../kernel/master.ts";
import { defaultId } from "../masters/id.ts";
import { sealingOf } from "../storage/vault/detail.rules.ts";
import type { Sealings } from "../storage/vault/detail.ts";
import { INSURANCE_TYPES } from "./lead.masters.ts";
import { before, type Earlier, present, type Sent } from "./product-line.schema.ts";

/** Pure rules of product lines (seed 004): a lead is about one at most, and has its detail as a versioned document. */

export const lines = ["auto", "home", "specialty"] as const;
export type Line = (typeof lines)[number];

export type Document<L extends Line> = z.output<(typeof present)[L]>;

/** Documents of lines that a tenant has added, by the code of the line. */
export type OwnData = Record<string, z.core.util.JSONType>;

/** What a lead has of its line: one of these, or one of the tenant's own. */
export type Lined = { product_line: string | null; product_data: OwnData | null } & {
  [L in Line as `${L}_data`]: Document<L> | null;
};
export type Given = { [K in keyof Lined]?: Lined[K] | undefined };

export const fieldOf = <L extends Line>(line: L) => `${line}_data` as const;

/** Where the document of a line that a tenant has added stands in a lead. */
export const ownFieldOf = (line: string): string => `product_data.${line}`;

export const isBuiltIn = (line: string | null | undefined): line is Line => lines.some((each) => each === line);

/** Bytes of a document when written as text. */
export const LARGEST = 131_072;

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

export type Reading<D = unknown> = { document: D } | { wrong: readonly Detail[] };

/** What was sent, in any known version, in the present one; or what is wrong with it, by its path in the document. */
export function readDocument(line: Line, sent: unknown): Reading {
  if (isObject(sent) && sent.schema_version === undefined)
    return readDocument(line, { ...sent, schema_version: versionOf(line) });
  const version = isObject(sent) ? sent.schema_version : versionOf(line);
  if (typeof version !== "number" || !Number.isInteger(version) || version < 1 || version > versionOf(line))
    return { wrong: [{ field: "schema_version", message: `Not a version that is known: 1 to ${versionOf(line)}` }] };
  const old = earlierOf(line)[version - 1];
  const { data, error } = (old?.schema ?? present[line]).safeParse(sent);
  if (error) return { wrong: detailsOf(error) };
  if (old) return readDocument(line, old.next(data));
  if (Buffer.byteLength(JSON.stringify(data)) > LARGEST)
    return { wrong: [{ field: "", message: `Larger than ${LARGEST} bytes` }] };
  return { document: data };
}

/** The field of a line's detail: takes every version, describes and gives the present one. */
export const detail = <L extends Line>(line: L): z.ZodType<Document<L>, Sent[L]> =>
  z.preprocess((sent, context) => {
    const reading = readDocument(line, sent);
    if ("document" in reading) return reading.document;
    for (const { field, message } of reading.wrong)
      context.addIssue({ code: "custom", path: field === "" ? [] : [field], message });
    return z.NEVER;
  }, present[line]) as z.ZodType<Document<L>, Sent[L]>;

export const NOTHING: Lined = { product_line: null, auto_data: null, home_data: null, specialty_data: null, product_data: null };

/**
 * The line and the detail of a lead after a write that names some of them. The line is the one that is named, or that the
 * lead has, or that of the detail given; no other line keeps a detail.
 */
export function lineOf(given: Given, current: Lined = NOTHING): Lined {
  const own = Object.entries(given.product_data ?? {}).flatMap(([line, document]) => (document == null ? [] : [line]));
  const described = [
    ...lines.flatMap((line) => (given[fieldOf(line)] ? [{ line: line as string, field: fieldOf(line) as string }] : [])),
    ...own.map((line) => ({ line, field: ownFieldOf(line) })),
  ];
  if (described.length > 1)
    throw invalidAll(described.map(({ field }) => ({ field, message: "A lead has the detail of one product line" })));
  const [detail] = described;
  const product_line = given.product_line === undefined ? (current.product_line ?? detail?.line ?? null) : given.product_line;
  if (detail && detail.line !== product_line) throw invalid(detail.field, `The product_line is ${product_line}`);
  const lined: Record<string, unknown> = { ...NOTHING, product_line };
  if (isBuiltIn(product_line)) {
    const field = fieldOf(product_line);
    if (own.length > 0) throw invalid(ownFieldOf(product_line), `The detail of this line stands in ${field}`);
    lined[field] = given[field] === undefined ? current[field] : given[field];
  } else if (product_line) {
    const documents = given.product_data === undefined ? current.product_data : given.product_data;
    const document = documents && Object.hasOwn(documents, product_line) ? documents[product_line] : null;
    lined.product_data = document == null ? null : { [product_line]: document };
  }
  return lined as Lined;
}

/** A line as forms are built from it. */
export const Described = z.object({
  product_line: z.string(),
  field: z
    .string()
    .describe("The field of a lead that holds the detail: `auto_data`, or below `product_data` by the line's code"),
  schema_version: z.number().int().describe("The present version, meant where none is named; earlier ones are taken too"),
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

/** The lines of the release as master data. */
export const builtIn = (): Default[] =>
  described().map(({ product_line: code, schema_version, schema }) => ({
    code,
    name: labelOf(code),
    insurance_type_id: defaultId(INSURANCE_TYPES, code),
    versions: [{ schema_version, schema }],
  }));

/** What is sealed of the details of a lead, by field: what their schemas mark. */
export const sealings: Sealings = Object.fromEntries(lines.map((line) => [fieldOf(line), sealingOf(jsonSchemaOf(line))]));
