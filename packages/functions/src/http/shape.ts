import { type Detail, invalidAll } from "@crm/core/kernel/error.ts";
import { parse } from "@crm/core/kernel/fn.ts";
import { query } from "@crm/core/kernel/schema.ts";
import { isMark } from "@crm/core/storage/table/collection.ts";
import { Expanded } from "@crm/core/views/expanded.ts";
import * as z from "zod";
import { inputOf, type Operation } from "./operation.ts";

/** How an answer shows its records, where who asks says so: which of their fields, and what stands beside the ids in them. */

type Fields = Readonly<Record<string, unknown>>;
export type Shaping = (records: readonly Fields[]) => Promise<Fields[]>;

/** The name of what is no field of its own: the labels of all fields that are shown. */
const LABELS = "labels";

const names = query.several(z.string().trim().toLowerCase(), 200).optional();
const Asked = z.object({ fields: names, expand: names });

/** The verb's own part of what was given, and what the rest asks for. All that is wrong with either is said at once. */
export async function shapeIn(
  operation: Operation,
  { fields, expand, ...given }: Fields,
): Promise<{ input: Record<string, unknown>; shaping: Shaping }> {
  const asked = parse(Asked, { fields, expand });
  const { expanded: _expanded, ...shape } = (operation.output as z.ZodObject).shape;
  const records = Expanded.namesIn(shape);
  const wrong = [
    ...unknownIn("fields", asked.fields, Object.keys(shape)),
    ...unknownIn("expand", asked.expand, [LABELS, ...records.keys()]),
  ];
  if (wrong.length > 0) throw invalidAll([...wrong, ...(await operation.verb.wrongIn(given))]);

  const shown = new Set(asked.fields ? ["id", ...asked.fields] : Object.keys(shape));
  const wanted: Expanded.Wanted = {
    labels: asked.expand?.includes(LABELS) ? shown : new Set(),
    records: new Set(asked.expand?.flatMap((name) => records.get(name) ?? [])),
  };
  const picked = (record: Fields): Fields =>
    asked.fields ? Object.fromEntries(Object.entries(record).filter(([field]) => shown.has(field))) : record;
  return {
    input: withMarks(operation, given, asked.fields ?? []),
    shaping: async (records) => {
      if (!asked.expand) return records.map(picked);
      const beside = await Expanded.expanded(shape, wanted, records);
      return records.map((record, at) => ({ ...picked(record), expanded: beside[at] }));
    },
  };
}

function unknownIn(field: string, asked: readonly string[] = [], known: readonly string[]): Detail[] {
  const unknown = asked.filter((name) => !known.includes(name));
  if (unknown.length === 0) return [];
  return [
    { field, message: `There is no ${unknown.map((name) => JSON.stringify(name)).join(", ")} here, but ${known.join(", ")}` },
  ];
}

/** Of what lists show where they are asked to include it, what is named among the fields is asked for so. */
function withMarks(operation: Operation, given: Fields, fields: readonly string[]): Record<string, unknown> {
  const marks = fields.filter(isMark);
  if (marks.length === 0 || !Object.hasOwn(inputOf(operation).shape, "include")) return given;
  return { ...given, include: [given.include ?? [], marks].flat().join() };
}
