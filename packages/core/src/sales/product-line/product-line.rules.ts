import * as z from "zod";
import { type ErrorDetail, invalid, invalidAll } from "../../kernel/error.ts";
import { fieldLabel } from "../../kernel/field.ts";
import { toErrorDetails } from "../../kernel/fn.ts";
import { isJsonObject } from "../../kernel/json.ts";
import type { MasterDefault } from "../../kernel/master-kind.ts";
import { defaultId } from "../../platform/master-data/master-id.ts";
import { parseSealing } from "../../storage/vault/sealed-detail.rules.ts";
import type { Sealings } from "../../storage/vault/sealed-detail.ts";
import { INSURANCE_TYPES } from "../lead/lead.masters.ts";
import { currentSchemas, type DocumentInput, type EarlierVersion, earlierByLine } from "./document.schema.ts";

/** Pure rules of product lines. A lead has at most one product line, with its detail as a versioned document. */

export const builtInLines = ["auto", "home", "specialty"] as const;
export type BuiltInLine = (typeof builtInLines)[number];

type LineDocument<L extends BuiltInLine> = z.output<(typeof currentSchemas)[L]>;

/** Documents of lines that a tenant added, by the code of the line. */
type TenantDocuments = Record<string, z.core.util.JSONType>;

/** The product line of a lead and its detail: of a built-in line or of a tenant's line. */
export type LineDetail = { product_line: string | null; product_data: TenantDocuments | null } & {
  [L in BuiltInLine as `${L}_data`]: LineDocument<L> | null;
};
export type LineInput = { [K in keyof LineDetail]?: LineDetail[K] | undefined };

export const detailField = <L extends BuiltInLine>(line: L) => `${line}_data` as const;

/** Returns the path of a tenant line's document in a lead. */
export const tenantDetailField = (line: string): string => `product_data.${line}`;

export const isBuiltIn = (line: string | null | undefined): line is BuiltInLine =>
  builtInLines.some((builtInLine) => builtInLine === line);

/** The most bytes of a document as JSON. */
export const MAX_DOCUMENT_BYTES = 131_072;

const listEarlierVersions = (line: BuiltInLine): readonly EarlierVersion[] => earlierByLine[line];
const currentVersion = (line: BuiltInLine): number => listEarlierVersions(line).length + 1;

/** Upgrades a stored document to the present version. A document of a later release stays unchanged. */
export function upgradeDocument(line: BuiltInLine, document: unknown): unknown {
  const version = isJsonObject(document) ? Number(document.schema_version) : Number.NaN;
  const steps = version >= 1 ? listEarlierVersions(line).slice(version - 1) : [];
  if (steps.length === 0) return document;
  // The form in which the document will be stored, without undefined values, so that writing it again changes nothing.
  return JSON.parse(JSON.stringify(steps.reduce((currentDocument, { upgrade }) => upgrade(currentDocument), document)));
}

export type DocumentReading<D = unknown> = { document: D } | { wrong: readonly ErrorDetail[] };

/** Validates a document of any version and upgrades it to the present one, or returns its errors by their path in the document. */
export function readDocument(line: BuiltInLine, sent: unknown): DocumentReading {
  if (isJsonObject(sent) && sent.schema_version === undefined)
    return readDocument(line, { ...sent, schema_version: currentVersion(line) });
  const version = isJsonObject(sent) ? sent.schema_version : currentVersion(line);
  if (typeof version !== "number" || !Number.isInteger(version) || version < 1 || version > currentVersion(line))
    return { wrong: [{ field: "schema_version", message: `Must be a known version: 1 to ${currentVersion(line)}` }] };
  const old = listEarlierVersions(line)[version - 1];
  const { data, error } = (old?.schema ?? currentSchemas[line]).safeParse(sent);
  if (error) return { wrong: toErrorDetails(error) };
  if (old) return readDocument(line, old.upgrade(data));
  if (Buffer.byteLength(JSON.stringify(data)) > MAX_DOCUMENT_BYTES)
    return { wrong: [{ field: "", message: `Must be at most ${MAX_DOCUMENT_BYTES} bytes` }] };
  return { document: data };
}

/** The schema of a line's detail: it accepts every version, and describes and returns the present one. */
export const detailSchema = <L extends BuiltInLine>(line: L): z.ZodType<LineDocument<L>, DocumentInput[L]> =>
  z.preprocess((sent, context) => {
    const reading = readDocument(line, sent);
    if ("document" in reading) return reading.document;
    for (const { field, message } of reading.wrong)
      context.addIssue({ code: "custom", path: field === "" ? [] : [field], message });
    return z.NEVER;
  }, currentSchemas[line]) as z.ZodType<LineDocument<L>, DocumentInput[L]>;

export const NO_LINE: LineDetail = {
  product_line: null,
  auto_data: null,
  home_data: null,
  specialty_data: null,
  product_data: null,
};

/**
 * Returns the line and the detail of a lead after a write. The line is the one that the input names, or else the lead's own, or else the
 * line of the given detail. Details of other lines are removed.
 */
export function resolveLine(input: LineInput, current: LineDetail = NO_LINE): LineDetail {
  const tenantLines = Object.entries(input.product_data ?? {}).flatMap(([line, document]) => (document == null ? [] : [line]));
  const described = [
    ...builtInLines.flatMap((line) =>
      input[detailField(line)] ? [{ line: line as string, field: detailField(line) as string }] : [],
    ),
    ...tenantLines.map((line) => ({ line, field: tenantDetailField(line) })),
  ];
  if (described.length > 1)
    throw invalidAll(described.map(({ field }) => ({ field, message: "A lead can have the detail of only one product line" })));
  const [detail] = described;
  const product_line = input.product_line === undefined ? (current.product_line ?? detail?.line ?? null) : input.product_line;
  if (detail && detail.line !== product_line) throw invalid(detail.field, `The product_line of the lead is ${product_line}`);
  const lined: Record<string, unknown> = { ...NO_LINE, product_line };
  if (isBuiltIn(product_line)) {
    const field = detailField(product_line);
    if (tenantLines.length > 0) throw invalid(tenantDetailField(product_line), `The detail of this line must be in ${field}`);
    lined[field] = input[field] === undefined ? current[field] : input[field];
  } else if (product_line) {
    const documents = input.product_data === undefined ? current.product_data : input.product_data;
    const document = documents && Object.hasOwn(documents, product_line) ? documents[product_line] : null;
    lined.product_data = document == null ? null : { [product_line]: document };
  }
  return lined as LineDetail;
}

/** A product line as forms need it. */
export const LineDescription = z.object({
  product_line: z.string(),
  field: z
    .string()
    .describe("The field of a lead that contains the detail: `auto_data`, or `product_data` under the code of the line"),
  schema_version: z.number().int().describe("The current version, which is the default; earlier ones are accepted too"),
  schema: z.record(z.string(), z.unknown()).describe("JSON Schema of the detail"),
});

const toJsonSchema = (line: BuiltInLine): Record<string, unknown> =>
  z.toJSONSchema(currentSchemas[line], {
    io: "input",
    // A reader understands the name of a standard format better than its pattern.
    override: ({ jsonSchema }) => {
      if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
    },
  }) as Record<string, unknown>;

export const describeBuiltInLines = (): z.output<typeof LineDescription>[] =>
  builtInLines.map((line) => ({
    product_line: line,
    field: detailField(line),
    schema_version: currentVersion(line),
    schema: toJsonSchema(line),
  }));

/** Returns the built-in lines as master data. */
export const buildLineMasters = (): MasterDefault[] =>
  describeBuiltInLines().map(({ product_line, schema_version, schema }) => ({
    code: product_line,
    name: fieldLabel(product_line),
    insurance_type_id: defaultId(INSURANCE_TYPES, product_line),
    versions: [{ schema_version, schema }],
  }));

/** The sealed paths of the built-in details, by field, as their schemas mark them. */
export const sealings: Sealings = Object.fromEntries(
  builtInLines.map((line) => [detailField(line), parseSealing(toJsonSchema(line))]),
);
