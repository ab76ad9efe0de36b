import { operations } from "@crm/functions/api/index.ts";
import { inputSchema, type Operation } from "@crm/functions/http/operation.ts";
import * as z from "zod";

/** The date fields and parameters of all operations. */
export type DateType = "date" | "instant" | "month";

export interface DateField {
  operation: Operation;
  /** Names of fields; `0` is the first element of a list. */
  path: readonly string[];
  schema: z.ZodType;
  type: DateType;
}

const MONTH_PATTERN = /^\d{4}-(0[1-9]|1[0-2])$/;

function findType(schema: z.ZodType): DateType | undefined {
  const checks = (schema._zod.def.checks ?? []) as { _zod: { def: { pattern?: RegExp } } }[];
  if (checks.some((check) => check instanceof z.ZodISODateTime)) return "instant";
  if (schema instanceof z.ZodISODate || schema.meta()?.format === "date") return "date";
  return checks.some(({ _zod }) => _zod.def.pattern?.source === MONTH_PATTERN.source) ? "month" : undefined;
}

function* walkSchema(schema: z.ZodType, path: readonly string[] = []): Generator<Omit<DateField, "operation">> {
  if (path.length > 8) return;
  const def = schema._zod.def as { innerType?: z.ZodType; options?: z.ZodType[]; valueType?: z.ZodType };
  const type = findType(schema);
  if (type) yield { path, schema, type };
  else if (schema instanceof z.ZodObject)
    for (const [name, field] of Object.entries(schema.shape)) yield* walkSchema(field as z.ZodType, [...path, name]);
  else if (schema instanceof z.ZodArray) yield* walkSchema(schema.element as z.ZodType, [...path, "0"]);
  else if (schema instanceof z.ZodPipe) yield* walkSchema(schema.out as z.ZodType, path);
  else if (def.innerType) yield* walkSchema(def.innerType, path);
  else if (def.valueType) yield* walkSchema(def.valueType, [...path, "any"]);
  else for (const option of def.options ?? []) yield* walkSchema(option, path);
}

export const dateFields: readonly DateField[] = operations.flatMap((operation) =>
  [...walkSchema(inputSchema(operation))].map((field) => ({ operation, ...field })),
);

export const nameField = ({ operation, path }: DateField): string => `${operation.name} ${path.join(".")}`;
