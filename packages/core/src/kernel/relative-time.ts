import type * as z from "zod";
import { Clock } from "./clock.ts";
import { isInContext, runIn, useContext } from "./context.ts";
import { parseCursorBody } from "./cursor-body.ts";
import { isRelativeDate } from "./relative-date.ts";

/**
 * Runs the work of a list with the time to which the relative dates of its input refer: the moment of the request, in the time zone of the reader. The
 * next pages of a list have the time of the first one, which their cursor contains.
 */
export async function runWithRelativeTime<R>(schema: z.ZodType, input: unknown, work: () => Promise<R>): Promise<R> {
  if (!isInContext() || !isObject(input) || !takesFilters(schema) || !containsRelativeDate(input)) return work();
  const context = useContext();
  const timezone = (await context.findTimeZone?.()) ?? context.settings.timezone;
  return runIn({ ...context, relativeTime: { at: readCursorTime(input) ?? Clock.now(), timezone } }, work);
}

const isObject = (input: unknown): input is Readonly<Record<string, unknown>> => typeof input === "object" && input !== null;

/** Lists have `where`. Saved views and background jobs have the parameters of a list in `query`. */
const takesFilters = (schema: z.ZodType): boolean => {
  const { shape } = schema as { shape?: object };
  return shape !== undefined && ("where" in shape || "query" in shape);
};

const containsRelativeDate = (value: unknown): boolean => {
  if (typeof value === "string") return value.split(",").some(isRelativeDate);
  return isObject(value) && Object.values(value).some(containsRelativeDate);
};

const readCursorTime = ({ cursor }: Readonly<Record<string, unknown>>): string | undefined =>
  typeof cursor === "string" ? parseCursorBody(cursor)?.at : undefined;
