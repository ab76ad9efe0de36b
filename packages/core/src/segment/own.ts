import * as z from "zod";
import { CustomFields } from "../custom-field/values.ts";
import type { FieldType } from "../kernel/field.ts";
import { onceFor } from "../kernel/once.ts";
import { type Parameter, parametersOf } from "../storage/read/ask.ts";
import { type Condition, Wheres } from "../storage/read/where.ts";
import type { BaseRecord } from "../storage/table/collection.ts";
import type { OwnFields, OwnValues } from "../storage/table/own-fields.ts";

/**
 * Custom fields in filters of sets: those whose values everybody sees, because whoever sees a set sees whom its filter finds. A
 * condition on one that is gone, hidden or of another type by now holds of nobody, and the set says so.
 */

const CUSTOM = "custom_fields.";

/** The field's own name; undefined for what is none. */
export const ownIn = (field: string): string | undefined => (field.startsWith(CUSTOM) ? field.slice(CUSTOM.length) : undefined);

/** The ways to ask for fields, and what a record has of each, under the definitions of today. */
export interface Own {
  parameters: ReadonlyMap<string, Parameter>;
  /** By the names that filters have for them. */
  types: ReadonlyMap<string, FieldType>;
  valuesOf(record: BaseRecord): Record<string, unknown>;
}

const parametersFor = onceFor((schemas: Readonly<Record<string, z.ZodType>>): ReadonlyMap<string, Parameter> => {
  const shape = Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [CUSTOM + name, schema.nullable()]));
  return parametersOf({ kind: {}, schema: z.object(shape), row: [], asks: Object.keys(shape), indexes: {} } as never);
});

interface Of {
  members: { readonly name: string; readonly definition: { readonly own?: OwnFields } };
}

export async function ownOf({ members: { name, definition } }: Of): Promise<Own> {
  const { schemas, read } = definition.own ? await CustomFields.open(name) : { schemas: {}, read: () => ({}) };
  const parameters = parametersFor(schemas);
  return {
    parameters,
    types: new Map([...parameters.values()].map(({ field, type }) => [field, type])),
    valuesOf: (record) => {
      const values = read((record as BaseRecord & { custom_fields?: OwnValues | null }).custom_fields ?? null);
      return Object.fromEntries(Object.entries(values).map(([field, value]) => [CUSTOM + field, value]));
    },
  };
}

/** Whether a condition on a field is still meant as it was written. */
const isMeant = ({ types }: Own, field: string, type: FieldType): boolean =>
  ownIn(field) === undefined || types.get(field) === type;

/** Of nobody. */
const NEVER: Condition = { or: [] };

/** The filter as it is meant today. */
export function meant(condition: Condition, own: Own): Condition {
  if ("and" in condition) return { and: condition.and.map((each) => meant(each, own)) };
  if ("or" in condition) return { or: condition.or.map((each) => meant(each, own)) };
  return isMeant(own, condition.field, condition.type) ? condition : NEVER;
}

export const Problem = z.object({ field: z.string(), message: z.string() });

/** What is wrong with a filter by now. */
export function problemsIn(condition: Condition | null, own: Own): z.output<typeof Problem>[] {
  const fields = new Set(
    condition ? Wheres.leavesIn(condition).flatMap((leaf) => (isMeant(own, leaf.field, leaf.type) ? [] : leaf.field)) : [],
  );
  const message =
    "The field is deleted, inactive, not shown to everybody, or of another type by now: the condition holds of nobody";
  return [...fields].map((field) => ({ field, message }));
}
