import type * as z from "zod";
import { invalid } from "../kernel/error.ts";
import { filled } from "../kernel/schema.ts";
import { type competitorFields, lineFields, type OpportunityRecord } from "./opportunity.entity.ts";

/** The lines of an opportunity, as they are written with it and by themselves. */

export const MOST_LINES = 100;
export const MOST_COMPETITORS = 20;

type Given = z.output<z.ZodObject<typeof lineFields>>;
type Written = Omit<OpportunityRecord["products"][number], "id" | "total_price">;

/** A line as it is stored, without what follows from it; `at` is where it stands in the input. */
export async function of(given: Given, at: string): Promise<Written> {
  const field = (name: string): string => (at ? `${at}.${name}` : name);
  if (!given.name) throw invalid(field("name"), "Required where no product is named");
  return filled(lineFields, given) as Written;
}

/** Of its competitors one at most is the main one. */
export function requireSoleOne(competitors: readonly z.output<z.ZodObject<typeof competitorFields>>[]): void {
  const primary = competitors.flatMap(({ is_primary_competitor }, at) => (is_primary_competitor ? [at] : []));
  if (primary.length > 1) throw invalid(`competitors[${primary[1]}].is_primary_competitor`, "Of one competitor only");
}

export * as Line from "./line.ts";
