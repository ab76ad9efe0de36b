import type * as z from "zod";

export type Json = z.infer<ReturnType<typeof z.json>>;

/** Whether a value is an object with fields, and no list. */
export const isJsonObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
