import { describeClosest } from "@crm/core/kernel/edit-distance.ts";
import { type ErrorDetail, invalidAll } from "@crm/core/kernel/error.ts";
import { findFieldName } from "@crm/core/kernel/field-names.ts";
import { parse } from "@crm/core/kernel/fn.ts";
import { listReferenceFields, query, type Shape } from "@crm/core/kernel/schema.ts";
import { joinSentences } from "@crm/core/kernel/text.ts";
import { CustomFields } from "@crm/core/platform/custom-field/values.ts";
import { CUSTOM_FIELDS } from "@crm/core/storage/table/custom-field-values.ts";
import { Expansion } from "@crm/core/views/expansion.ts";
import * as z from "zod";
import { inputSchema, type Operation } from "./operation.ts";

/** Shapes the records of an answer if the caller asks for it: selects fields, and expands ids. */

type RecordFields = Readonly<Record<string, unknown>>;
export type ResponseShaper = (records: readonly RecordFields[]) => Promise<RecordFields[]>;

/** The value of `expand` that is no field: the labels of all fields that are shown. */
const LABELS = "labels";

const nameList = query.list(z.string().trim().toLowerCase(), 200).optional();
const ShapingQuery = z.object({ fields: nameList, expand: nameList });
type NameLists = z.output<typeof ShapingQuery>;

/** Splits the input into that of the verb and a function that shapes the answer. Errors of both are reported together. */
export async function readShaping(
  operation: Operation,
  { fields, expand, ...input }: RecordFields,
): Promise<{ input: Record<string, unknown>; shaping: ResponseShaper }> {
  const { expanded: _expanded, ...ownShape } = (operation.output as z.ZodObject).shape;
  const names = parse(ShapingQuery, { fields, expand });
  const customShape = await loadCustomShape(operation, ownShape, names);
  const shape: Shape = { ...ownShape, ...customShape };
  const hasField = (field: string): boolean => Object.hasOwn(shape, field);
  const query = { ...names, fields: names.fields?.map((name) => findFieldName(name, hasField) ?? name) };
  const customReferences = listReferenceFields(customShape).map(({ field }) => [field, field] as const);
  const records = new Map([...Expansion.listExpandNames(ownShape), ...customReferences]);
  const more = Expansion.hasActivities(operation.path, shape) ? [Expansion.NEXT_ACTIVITY] : [];
  const details = [
    ...findUnknownNames("fields", query.fields, Object.keys(shape)),
    ...findUnknownNames("expand", query.expand, [LABELS, ...records.keys(), ...more]),
  ];
  if (details.length > 0) throw invalidAll([...details, ...(await operation.verb.validate(input))]);

  const allCustom = query.fields?.includes(CUSTOM_FIELDS) ? Object.keys(customShape) : [];
  const shownFields = new Set(query.fields ? ["id", ...query.fields, ...allCustom] : Object.keys(shape));
  const expansionRequest: Expansion.ExpansionRequest = {
    labels: query.expand?.includes(LABELS) ? shownFields : new Set(),
    records: new Set(query.expand?.flatMap((name) => records.get(name) ?? [])),
    hasNextActivity: query.expand?.includes(Expansion.NEXT_ACTIVITY) ?? false,
  };
  const pickFields = (record: RecordFields): RecordFields => (query.fields ? selectFields(record, shownFields) : record);
  return {
    input: includeFields(operation, input, query.fields ?? []),
    shaping: async (records) => {
      if (!query.expand) return records.map(pickFields);
      const expansions = await Expansion.expandRecords(shape, expansionRequest, records.map(flattenCustomFields));
      return records.map((record, index) => ({ ...pickFields(record), expanded: expansions[index] }));
    },
  };
}

/** Returns the schemas of the custom fields, by path. Rows of lists have custom fields only if the caller names them. */
async function loadCustomShape({ kind }: Operation, shape: Shape, { fields, expand = [] }: NameLists): Promise<Shape> {
  const entity = CustomFields.findEntity(shape);
  const names = [...(fields ?? []), ...expand].filter((name) => name.split(".")[0] === CUSTOM_FIELDS);
  const isExpandedRecord = kind === "record" && fields === undefined && expand.length > 0;
  return entity !== undefined && (names.length > 0 || isExpandedRecord) ? CustomFields.loadPathSchemas(entity, names) : {};
}

/** Selects fields of a record. Of the custom fields it selects all, or those that have names of their own. */
function selectFields(record: RecordFields, names: ReadonlySet<string>): RecordFields {
  const { custom_fields, ...fields } = record;
  const selected = Object.entries(fields).filter(([field]) => names.has(field));
  if (!isObject(custom_fields)) return Object.fromEntries(selected);
  const customFields = Object.entries(custom_fields).filter(([field]) => names.has(`${CUSTOM_FIELDS}.${field}`));
  const isShown = names.has(CUSTOM_FIELDS) || customFields.length > 0;
  return Object.fromEntries([...selected, ...(isShown ? [[CUSTOM_FIELDS, Object.fromEntries(customFields)]] : [])]);
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** Returns a record that also has its custom fields by their paths, as the schema of the record names them. */
const flattenCustomFields = ({ custom_fields, ...record }: RecordFields): RecordFields => ({
  ...record,
  ...(isObject(custom_fields)
    ? Object.fromEntries(Object.entries(custom_fields).map(([field, value]) => [`${CUSTOM_FIELDS}.${field}`, value]))
    : {}),
});

function findUnknownNames(field: string, requestedNames: readonly string[] = [], knownNames: readonly string[]): ErrorDetail[] {
  const unknown = requestedNames.filter((name) => !knownNames.includes(name));
  if (unknown.length === 0) return [];
  const names = unknown.map((name) => JSON.stringify(name)).join(", ");
  return [{ field, message: joinSentences(`Unknown names: ${names}`, ...describeAvailable(unknown, knownNames)) }];
}

/** Lists the names if they are few, or else the closest ones. */
function describeAvailable(unknown: readonly string[], knownNames: readonly string[]): string[] {
  if (knownNames.length <= MAX_LISTED_NAMES) return [`Available: ${knownNames.join(", ")}`];
  const closest = unknown.slice(0, 3).map((name) => describeClosest(name, knownNames));
  return [...closest, "GET /api/v1/schema lists the fields of each kind"];
}

const MAX_LISTED_NAMES = 20;

/** Lists show version fields, long texts and custom fields only if `include` names them, so those in `fields` are added to `include`. */
function includeFields(operation: Operation, input: RecordFields, fields: readonly string[]): Record<string, unknown> {
  const { include } = inputSchema(operation).shape as { include?: z.ZodType };
  const heads = fields.map((field) => field.split(".")[0] ?? field);
  const includedFields = [...new Set(heads)].filter((field) => include?.safeParse(field).success);
  return includedFields.length === 0 ? input : { ...input, include: [input.include ?? [], includedFields].flat().join() };
}
