import type * as z from "zod";
import { describeSchema, type FieldType } from "../../kernel/field.ts";
import type { DataClass } from "../../kernel/personal-data.ts";
import { isTagList, type Shape, valueSchema } from "../../kernel/schema.ts";
import { sha256 } from "../../kernel/sha256.ts";
import type { ParquetCell, ParquetColumn, ParquetType } from "../../lib/parquet/cell.rules.ts";
import { listDeclaredFields } from "../../platform/personal-data/field-list.ts";
import { type BaseRecord, baseShape, type Collection } from "../../storage/table/collection.ts";

/**
 * The columns of a kind in the export for analysts (docs/analytics/analyst-export.md), derived from its fields and its declaration of personal
 * data. The tables of Athena have the same columns (stacks/analyst-tables.ts).
 */
export interface ExportColumn extends ParquetColumn {
  /** Whether the column says who a person is, or what a person wrote. Such columns are exported only if the operator asks for them. */
  readonly isPersonal: boolean;
}

export const CURRENCY_COLUMN = "currency";

/**
 * Custom fields have no columns, because tenants define them, and may seal them. The holder of the address in `payment_link` can pay the order.
 */
const UNEXPORTED_FIELDS: readonly string[] = ["deleted_at", "custom_fields", "links", "payment_link"];

const parquetTypes: Readonly<Record<FieldType, ParquetType>> = {
  text: "text",
  integer: "integer",
  number: "number",
  money: "decimal",
  date: "date",
  instant: "instant",
  boolean: "boolean",
  choice: "text",
  choices: "text",
  url: "text",
  email: "text",
  phone: "text",
  reference: "text",
  master: "text",
  json: "text",
};

/**
 * Classes that say nothing about who a person is. Ids stay, so that tables can be joined: an export is pseudonymous, not anonymous.
 */
const analyticClasses: ReadonlySet<string> = new Set<DataClass | "none" | "staff">([
  "none",
  "staff",
  "reference",
  "relationship",
  "behavior",
  "financial",
  "consent",
]);
/** Classes with values from a list, such as a country or an industry, and with texts, such as a street or a job title. */
const codedClasses: ReadonlySet<string> = new Set<DataClass>([
  "location",
  "employment",
  "profile",
  "preference",
  "communication",
]);
const codedTypes: ReadonlySet<FieldType> = new Set<FieldType>([
  "integer",
  "number",
  "date",
  "instant",
  "boolean",
  "choice",
  "master",
  "reference",
]);

/** Returns whether the kind is exported: it has a list of all its records and an index of changes, and does not exist to hold credentials. */
export function isExported(collection: Collection<BaseRecord>): boolean {
  const { kind, definition } = collection;
  const sealedData = listDeclaredFields(collection).find(({ path }) => path === definition.sealed)?.data;
  const holdsCredentials = sealedData === "credential";
  return !kind.isDerived && definition.indexes.by_time !== undefined && !holdsCredentials;
}

/** Lists the columns in the order of the fields; the currency of amounts is last if the kind has no such field. */
export function listExportColumns(collection: Collection<BaseRecord>): ExportColumn[] {
  const { sealed, secret = [], internal = [], detail = {}, schema } = collection.definition;
  const hidden = new Set<string>([
    ...UNEXPORTED_FIELDS,
    ...secret,
    ...internal,
    ...Object.keys(detail),
    ...(sealed ? [sealed] : []),
  ]);
  const classesByField = Map.groupBy(listDeclaredFields(collection), ({ path }) => path.split(".")[0] as string);
  const shape: Shape = { ...schema.shape, ...baseShape };
  const columns = collection.fields.flatMap((name): ExportColumn[] => {
    const field = shape[name];
    const classes = (classesByField.get(name) ?? []).map(({ data }) => data);
    if (!field || hidden.has(name) || classes.includes("credential")) return [];
    const { type, isList } = resolveType(field);
    const isPersonal = classes.length === 0 || !classes.every((data) => isAnalytic(data, type));
    return [{ name, type: parquetTypes[type], isList, isPersonal }];
  });
  const hasCurrency = columns.some(({ name }) => name === CURRENCY_COLUMN);
  if (hasCurrency || !columns.some(({ type }) => type === "decimal")) return columns;
  return [...columns, { name: CURRENCY_COLUMN, type: "text", isList: false, isPersonal: false }];
}

/** An address may open the page of a record to its holder, so only those that are about no person are analytic. */
const isAnalytic = (data: string, type: FieldType): boolean =>
  type === "url" ? data === "none" : analyticClasses.has(data) || (codedClasses.has(data) && codedTypes.has(type));

/** Returns the type of a field, or of the entries of its list. Objects, lists of objects and lists of lists are JSON. */
function resolveType(field: z.ZodType): { type: FieldType; isList: boolean } {
  const schema = valueSchema(field);
  const { type } = describeSchema(schema);
  if (isTagList(schema)) return { type: "text", isList: true };
  if (type !== "choices") return { type, isList: false };
  const element = findElement(schema);
  const elementType = element && describeSchema(valueSchema(element)).type;
  if (elementType === undefined || elementType === "json" || elementType === "choices") return { type: "json", isList: false };
  return { type: elementType, isList: true };
}

/** Returns the schema of a list's entries. */
function findElement(schema: z.ZodType): z.ZodType | undefined {
  const def = schema._zod.def as { element?: z.ZodType; innerType?: z.ZodType; in?: z.ZodType };
  const inner = def.innerType ?? def.in;
  return def.element ?? (inner && findElement(inner));
}

const CAPABILITY_PATTERN = /^([a-z]{3}_)[0-9a-z]{18}x[0-9a-z]{18}$/;

/** Replaces an id that gives access to its holder (`unguessableId`) by a digest, so that it can still be compared. */
export function maskCapability(cell: ParquetCell): ParquetCell {
  const [, prefix] = (typeof cell === "string" && CAPABILITY_PATTERN.exec(cell)) || [];
  return prefix === undefined ? cell : `${prefix}${sha256(cell as string).slice(0, 18)}`;
}
