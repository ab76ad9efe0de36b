import * as z from "zod";
import { listActorFields } from "../../kernel/actor.ts";
import { hasPermission } from "../../kernel/context.ts";
import { forbidden, invalid } from "../../kernel/error.ts";
import { describeSchema, listFields } from "../../kernel/field.ts";
import type { Kind } from "../../kernel/id.ts";
import type { Permission } from "../../kernel/permission.ts";
import { findMasterReferences, listReferenceFields, type Shape, valueSchema } from "../../kernel/schema.ts";
import { listDomains } from "../../kernel/tenant-domains.ts";
import { type Column, type Exportable, loadExportable } from "../../platform/export/exportable.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { buildFilterParameters, FilterParameter, listFilterableFields } from "../../storage/read/filter.ts";
import type { FilterParameters } from "../../storage/read/where-clause.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { findKind, loadCollection } from "../../storage/table/collection-registry.ts";
import { Expansion } from "../../views/expansion.ts";
import { lineKindNames } from "./report.kind.ts";
import type { ReportField } from "./report-field.rules.ts";

/** The source of a report: a kind with its list, and the fields of the records that its rows name. */
export interface ReportSource {
  readonly exportable: Exportable;
  readonly related: ReadonlyMap<string, RelatedSource>;
  readonly fields: ReadonlyMap<string, ReportField>;
  /** The conditions on the kind's own fields, and on those of related records. */
  readonly parameters: FilterParameters;
  /** The columns of the kind's own fields in files. */
  columns(): Promise<readonly Column[]>;
  /** For a kind whose records are lines: the records that contain them, whose list is walked. */
  readonly lines: LineSource | undefined;
}

/** Lines that are stored inside records: the records are walked, and each of their lines is a row. */
export interface LineSource {
  /** The name under which a row has the fields of the record: `opportunity`. */
  readonly name: string;
  /** The field of the record with its lines: `products`. */
  readonly field: string;
}

/** The kinds of lines, with the kind of the record that contains them. */
const lineKinds: Readonly<Record<(typeof lineKindNames)[number], LineSource>> = {
  opportunity_line: { name: "opportunity", field: "products" },
  order_line: { name: "order", field: "line_items" },
};

/** Records that a reference field names: `customer` for `customer_id`. */
export interface RelatedSource {
  readonly name: string;
  readonly field: string;
  readonly kind: Kind;
  readonly collection: Collection<BaseRecord>;
}

const NO_LIST = "Must be a kind whose list can be exported, such as lead, opportunity or ticket";

/** Returns the list of a kind; undefined if the kind has none that reports can walk. */
async function findList(kindName: string): Promise<Exportable | undefined> {
  for (const { kinds, exports = {} } of listDomains()) {
    if (!kinds.some(({ name }) => name === kindName)) continue;
    for (const entity of Object.keys(exports)) {
      const exportable = await loadExportable(entity);
      if (exportable.collection.name === kindName && !exportable.values && exportable.collection.kind.path) return exportable;
    }
  }
  return undefined;
}

function requireListPermission({ read, collection }: Exportable): void {
  if (!hasPermission(read)) throw forbidden(`Your role cannot read records of the kind ${collection.name}`);
}

/** Returns the permission that the list of a kind requires; undefined if reports cannot walk it. */
export const findReadPermission = async (kindName: string): Promise<Permission | undefined> => (await findList(kindName))?.read;

/** Loads the source of a kind. Fails if the caller may not read the kind. */
export async function loadSource(kindName: string, path: string): Promise<ReportSource> {
  const lineKind = lineKindNames.find((name) => name === kindName);
  const lines = lineKind && lineKinds[lineKind];
  const exportable = await findList(lines?.name ?? kindName);
  if (!exportable) throw invalid(path, NO_LIST);
  requireListPermission(exportable);
  if (lines) return loadLines(exportable, lines);
  const { collection } = exportable;
  const related = new Map((await listRelated(collection)).map((source) => [source.name, source]));
  const fields = new Map(listFieldsOf(collection, "").map((field) => [field.name, field]));
  addRelatedFields(fields, related);
  const parameters = buildParameters(buildFilterParameters(collection.definition), related);
  return { exportable, related, fields, parameters, columns: () => exportable.columns(), lines: undefined };
}

function addRelatedFields(fields: Map<string, ReportField>, related: ReadonlyMap<string, RelatedSource>): void {
  for (const { name, collection } of related.values())
    for (const field of listFieldsOf(collection, `${name}.`)) fields.set(field.name, field);
}

/** Loads the source of lines: their own fields, those of the record that contains them, and those of records that they name. */
async function loadLines(exportable: Exportable, lines: LineSource): Promise<ReportSource> {
  const { collection } = exportable;
  const reference = `${lines.name}_id`;
  const list = valueSchema(collection.definition.schema.shape[lines.field] as z.ZodType);
  const element = list instanceof z.ZodArray ? (list.element as z.ZodType) : list;
  if (!(element instanceof z.ZodObject)) throw new TypeError(`${lines.name}.${lines.field} is no list of lines`);
  const shape: Shape = { ...(element.shape as Shape), [reference]: collection.definition.schema.shape.id ?? z.string() };
  const names = Object.keys(shape).filter((name) => name !== "id");
  const definition = { kind: collection.kind, schema: z.object(shape), row: names, filterableFields: names, indexes: {} };
  const currencyField = collection.row.has("currency") ? `${lines.name}.currency` : undefined;
  const dayFields = CLOSING_FIELDS.filter((field) => collection.row.has(field)).map((field) => `${lines.name}.${field}`);
  const related = new Map(
    (await listReferences(shape, (field) => names.includes(field))).map((source) => [source.name, source] as const),
  );
  related.set(lines.name, { name: lines.name, field: reference, kind: collection.kind, collection });
  const fields = new Map<string, ReportField>([["id", { name: "id", type: "text" }]]);
  for (const { field, type } of listFilterableFields(definition))
    fields.set(
      field,
      type === "money"
        ? { name: field, type, currencyField, dayFields }
        : { name: field, type, master: findMasterReferences(shape).get(field) },
    );
  addRelatedFields(fields, related);
  return {
    ...{ exportable, related, fields, lines },
    parameters: buildParameters(buildFilterParameters(definition), related),
    columns: async () => listFields(shape).map((field) => ({ ...field, inRow: true })),
  };
}

/** Lists the kinds that the rows of a kind name, by the names that lists use to expand them. */
const listRelated = (collection: Collection<BaseRecord>): Promise<RelatedSource[]> =>
  listReferences(collection.definition.schema.shape, (field) => collection.row.has(field) || field === "created_by");

async function listReferences(shape: Shape, isInRow: (field: string) => boolean): Promise<RelatedSource[]> {
  const references = new Map(
    listReferenceFields(shape).flatMap(({ field, kind, isList }) => (kind && !isList ? [[field, kind] as const] : [])),
  );
  for (const field of listActorFields(shape)) references.set(field, USER);
  const sources = [...Expansion.listExpandNames(shape)].map(async ([name, field]): Promise<RelatedSource[]> => {
    const kind = references.get(field);
    if (!kind?.path || kind.isStandalone || !isInRow(field)) return [];
    return [{ name, field, kind, collection: await loadCollection(kind) }];
  });
  return (await Promise.all(sources)).flat();
}

/** Fields with the day by whose rate closed amounts are converted (docs/sales/figures.md). */
const CLOSING_FIELDS = ["closed_date", "sale_day"];

function listFieldsOf({ definition, row }: Collection<BaseRecord>, prefix: string): ReportField[] {
  const currencyField = row.has("currency") ? `${prefix}currency` : undefined;
  const dayFields = CLOSING_FIELDS.filter((field) => row.has(field)).map((field) => `${prefix}${field}`);
  const id: ReportField = { name: `${prefix}id`, type: "text" };
  const masters = findMasterReferences(definition.schema.shape);
  const listed = listFilterableFields(definition).map(({ field, type, schema }): ReportField => {
    if (type !== "money") return { name: `${prefix}${field}`, type, master: masters.get(field) };
    const { currency } = describeSchema(schema);
    return { name: `${prefix}${field}`, type, currency, currencyField: currency ? undefined : currencyField, dayFields };
  });
  // Rows do not have the instant of the last change.
  return [id, ...listed.filter(({ name }) => name !== `${prefix}updated_at`)];
}

/** Builds the parameters of conditions. Those of related records are built when they are used. */
function buildParameters(
  own: ReturnType<typeof buildFilterParameters>,
  related: ReadonlyMap<string, RelatedSource>,
): FilterParameters {
  const build = (name: string): FilterParameter | undefined => {
    const [, relatedName = "", field = "", operator = ""] = /^(\w+)\.(\w+)\[(\w+)\]$/.exec(name) ?? [];
    const source = related.get(relatedName);
    const filterable = source && listFilterableFields(source.collection.definition).find((entry) => entry.field === field);
    const known = filterable?.operators.find((other) => other === operator);
    return (
      filterable &&
      known &&
      new FilterParameter(name, known, { ...filterable, field: `${relatedName}.${field}`, alias: undefined })
    );
  };
  const keys = () =>
    [
      ...own.keys(),
      ...[...related.values()].flatMap(({ name, collection }) =>
        listFilterableFields(collection.definition).flatMap(({ field, operators }) =>
          operators.map((operator) => `${name}.${field}[${operator}]`),
        ),
      ),
    ].values();
  return { get: (name) => own.get(name) ?? build(name), keys };
}

/** A kind whose records name those of a report. */
export interface TabSource {
  readonly exportable: Exportable;
  readonly field: string;
}

/**
 * Resolves `activity` or `activity.related_to_id`: a kind, and its field that names records of the report's kind. Fails if the caller may not read that
 * kind.
 */
export async function loadTab(tab: string, kind: Kind, path: string): Promise<TabSource> {
  const [kindName = "", fieldName] = tab.split(".");
  const exportable = findKind(kindName) && (await findList(kindName));
  if (!exportable) throw invalid(path, NO_LIST);
  requireListPermission(exportable);
  const { collection } = exportable;
  const naming = listReferenceFields(collection.definition.schema.shape)
    .filter(({ field, kind: named, byType, acceptsAnyKind }) => {
      const isNamed = named?.name === kind.name || acceptsAnyKind || Object.values(byType).some(({ name }) => name === kind.name);
      return isNamed && collection.row.has(field);
    })
    .map(({ field }) => field);
  if (naming.length === 0) throw invalid(path, `Records of the kind ${kindName} do not name a ${kind.name}`);
  const field = fieldName ?? naming[0];
  if (field === undefined || !naming.includes(field) || (fieldName === undefined && naming.length > 1))
    throw invalid(path, `Must name the field: ${naming.map((name) => `${kindName}.${name}`).join(" or ")}`);
  return { exportable, field };
}
