import { type ErrorDetail, invalidAll } from "@crm/core/kernel/error.ts";
import { parse } from "@crm/core/kernel/fn.ts";
import { query } from "@crm/core/kernel/schema.ts";
import { isVersionField } from "@crm/core/storage/table/collection.ts";
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
  { fields, expand, ...given }: RecordFields,
): Promise<{ input: Record<string, unknown>; shaping: ResponseShaper }> {
  const asked = parse(ShapingQuery, { fields, expand });
  const { expanded: _expanded, ...shape } = (operation.output as z.ZodObject).shape;
  const records = Expansion.listExpandNames(shape);
  const wrong = [
    ...findUnknownNames("fields", asked.fields, Object.keys(shape)),
    ...findUnknownNames("expand", asked.expand, [LABELS, ...records.keys()]),
  ];
  if (wrong.length > 0) throw invalidAll([...wrong, ...(await operation.verb.validate(given))]);

  const shown = new Set(asked.fields ? ["id", ...asked.fields] : Object.keys(shape));
  const wanted: Expansion.ExpansionRequest = {
    labels: asked.expand?.includes(LABELS) ? shown : new Set(),
    records: new Set(asked.expand?.flatMap((name) => records.get(name) ?? [])),
  };
  const picked = (record: RecordFields): RecordFields =>
    asked.fields ? Object.fromEntries(Object.entries(record).filter(([field]) => shown.has(field))) : record;
  return {
    input: includeMarks(operation, given, asked.fields ?? []),
    shaping: async (records) => {
      if (!asked.expand) return records.map(picked);
      const beside = await Expansion.expandRecords(shape, wanted, records);
      return records.map((record, at) => ({ ...picked(record), expanded: beside[at] }));
    },
  };
}

function findUnknownNames(field: string, requestedNames: readonly string[] = [], knownNames: readonly string[]): ErrorDetail[] {
  const unknown = requestedNames.filter((name) => !knownNames.includes(name));
  if (unknown.length === 0) return [];
  return [
    {
      field,
      message: `Unknown names: ${unknown.map((name) => JSON.stringify(name)).join(", ")}. Available: ${knownNames.join(", ")}`,
    },
  ];
}

/** Lists show version fields only if `include` names them, so those in `fields` are added to `include`. */
function includeMarks(operation: Operation, input: RecordFields, fields: readonly string[]): Record<string, unknown> {
  const marks = fields.filter(isVersionField);
  if (marks.length === 0 || !Object.hasOwn(inputSchema(operation).shape, "include")) return input;
  return { ...input, include: [input.include ?? [], marks].flat().join() };
}
