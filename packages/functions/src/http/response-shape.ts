import { describeClosest } from "@crm/core/kernel/edit-distance.ts";
import { type ErrorDetail, invalidAll } from "@crm/core/kernel/error.ts";
import { findFieldName } from "@crm/core/kernel/field-names.ts";
import { parse } from "@crm/core/kernel/fn.ts";
import { query } from "@crm/core/kernel/schema.ts";
import { joinSentences } from "@crm/core/kernel/text.ts";
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

/** Splits the input into that of the verb and a function that shapes the answer. Errors of both are reported together. */
export async function readShaping(
  operation: Operation,
  { fields, expand, ...input }: RecordFields,
): Promise<{ input: Record<string, unknown>; shaping: ResponseShaper }> {
  const { expanded: _expanded, ...shape } = (operation.output as z.ZodObject).shape;
  const names = parse(ShapingQuery, { fields, expand });
  const hasField = (field: string): boolean => Object.hasOwn(shape, field);
  const query = { ...names, fields: names.fields?.map((name) => findFieldName(name, hasField) ?? name) };
  const records = Expansion.listExpandNames(shape);
  const more = Expansion.hasActivities(operation.path, shape) ? [Expansion.NEXT_ACTIVITY] : [];
  const details = [
    ...findUnknownNames("fields", query.fields, Object.keys(shape)),
    ...findUnknownNames("expand", query.expand, [LABELS, ...records.keys(), ...more]),
  ];
  if (details.length > 0) throw invalidAll([...details, ...(await operation.verb.validate(input))]);

  const shownFields = new Set(query.fields ? ["id", ...query.fields] : Object.keys(shape));
  const expansionRequest: Expansion.ExpansionRequest = {
    labels: query.expand?.includes(LABELS) ? shownFields : new Set(),
    records: new Set(query.expand?.flatMap((name) => records.get(name) ?? [])),
    hasNextActivity: query.expand?.includes(Expansion.NEXT_ACTIVITY) ?? false,
  };
  const pickFields = (record: RecordFields): RecordFields =>
    query.fields ? Object.fromEntries(Object.entries(record).filter(([field]) => shownFields.has(field))) : record;
  return {
    input: includeFields(operation, input, query.fields ?? []),
    shaping: async (records) => {
      if (!query.expand) return records.map(pickFields);
      const expansions = await Expansion.expandRecords(shape, expansionRequest, records);
      return records.map((record, index) => ({ ...pickFields(record), expanded: expansions[index] }));
    },
  };
}

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

/** Lists show version fields and long texts only if `include` names them, so those in `fields` are added to `include`. */
function includeFields(operation: Operation, input: RecordFields, fields: readonly string[]): Record<string, unknown> {
  const { include } = inputSchema(operation).shape as { include?: z.ZodType };
  const includedFields = fields.filter((field) => include?.safeParse(field).success);
  return includedFields.length === 0 ? input : { ...input, include: [input.include ?? [], includedFields].flat().join() };
}
