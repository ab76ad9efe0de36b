import { valueSchema } from "@crm/core/kernel/schema.ts";
import { baseShape } from "@crm/core/storage/table/collection.ts";
import * as z from "zod";

/** Names of fields that only the system sets, beside those of every record. */
const SYSTEM_FIELDS = new Set([...Object.keys(baseShape), "tenant_id", "links", "expanded"]);

/** Names of times, numbers of documents and figures that are text. */
const COMPUTED_NAME = /(_at|_day|_number|^number|_rate|_percent|_delta)$/;

/** Whether the system alone sets a field of answers: ids, versions, times, numbers, links, figures, flags. Any value of it is ignored. */
export function isSystemField(field: string, schema: z.ZodType): boolean {
  if (SYSTEM_FIELDS.has(field) || COMPUTED_NAME.test(field)) return true;
  const inner = valueSchema(schema);
  const { "x-type": type, format } = (schema.meta() ?? inner.meta() ?? {}) as { "x-type"?: string; format?: string };
  const isFigure = inner instanceof z.ZodNumber || inner instanceof z.ZodBoolean;
  return isFigure || type === "money" || type === "number" || format === "date-time";
}
