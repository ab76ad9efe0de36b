import { NONE, type Sums } from "../storage/table/collection.ts";

/**
 * Leads and conversions by month (seed 004, view `lead_conversion_summary`). A lead counts in the month in which it was
 * created, whenever it was converted. There is a counter for each source, owner and product line, and none for all: each
 * lead is in just one of a product line, so those are all together. For who sees the leads of some owners there is one for each
 * source and line of an owner. What was converted counts beside that in the month of its conversion, by owner. A counter holds
 * a year, with numbers for each month, so that it never grows past 36 numbers and a year of any of them is one item to read.
 */
export const dimensions = ["source", "owner", "product_line"] as const;
export type Dimension = (typeof dimensions)[number];

/** `YYYY-MM`. */
export type Month = string;

/** What of a lead is summed up. */
interface Summed {
  created_day: string;
  created_at: string;
  lead_source_id: string | null;
  owner_id: string | null;
  product_line: string | null;
  is_converted: boolean;
  converted_date: string | null;
  converted_day: string | null;
}

/** The counter of a value in a year. */
export const summaryScope = (by: Dimension, year: string, value: string): string => `${by}@${year}@${value}`;
/** The counter of an owner's leads of a source and a line in a year. */
export const ownedScope = (owner: string, year: string, ...values: string[]): string =>
  ["owned", owner, year, ...values].join("@");

/** The counter of what was converted in a year of an owner's leads. */
export const convertedScope = (year: string, owner: string): string => `converted@${year}@${owner}`;

/** Of which year a counter is, and of which value. */
export function placeOf(scope: string, by: Dimension): { year: string; value: string } {
  const [kind = "", ...parts] = scope.split("@");
  if (kind !== "owned") return { year: parts[0] ?? "", value: parts[1] ?? NONE };
  const [owner = NONE, year = "", source = NONE, product_line = NONE] = parts;
  return { year, value: { owner, source, product_line }[by] };
}

const DAY = 24 * 60 * 60 * 1000;

/** From creation to conversion in whole tenths of a day, so that sums are exact. */
const tenthsOf = ({ created_at, converted_date }: Summed): number =>
  Math.max(0, Math.round((Date.parse(converted_date ?? created_at) - Date.parse(created_at)) / (DAY / 10)));

/** What a lead adds to the counters. */
export function summed(lead: Summed): Sums {
  const [year = "", month = ""] = (lead.created_day ?? lead.created_at).split("-");
  const { lead_source_id: source, owner_id: owner, product_line } = lead;
  const values: Record<Dimension, string | null> = { source, owner, product_line };
  return {
    scopes: [
      ...dimensions.map((by) => summaryScope(by, year, values[by] ?? NONE)),
      ownedScope(owner ?? NONE, year, source ?? NONE, product_line ?? NONE),
    ],
    counts: { [`${month}.leads`]: 1, ...(lead.is_converted ? convertedIn(month, lead) : {}) },
    ...(lead.converted_day ? { beside: conversionOf(lead, lead.converted_day) } : {}),
  };
}

const convertedIn = (month: string, lead: Summed) => ({ [`${month}.converted`]: 1, [`${month}.tenths`]: tenthsOf(lead) });

function conversionOf(lead: Summed, day: string): Sums {
  const [year = "", month = ""] = day.split("-");
  return {
    scopes: [convertedScope(year, lead.owner_id ?? NONE)],
    counts: { [`${month}.leads`]: 1, ...convertedIn(month, lead) },
  };
}

/** Numbers of counters, summed up. */
export interface Counted {
  leads: number;
  converted: number;
  /** Of the days from creation to conversion. */
  tenths: number;
}

export const nothingCounted: Counted = { leads: 0, converted: 0, tenths: 0 };

export const added = (a: Counted, b: Counted): Counted => ({
  leads: a.leads + b.leads,
  converted: a.converted + b.converted,
  tenths: a.tenths + b.tenths,
});

/** What a counter of a year holds of one of its months. */
export function countedIn(counter: Readonly<Record<string, unknown>>, month: Month): Counted {
  const count = (name: keyof Counted): number => Number(counter[`${month.slice(5)}.${name}`] ?? 0);
  return { leads: count("leads"), converted: count("converted"), tenths: count("tenths") };
}

/** The rate in percent with two decimals, 0 without leads; the average in days with one, null without conversions. */
export const figuresOf = ({ leads, converted, tenths }: Counted) => ({
  leads,
  converted,
  conversion_rate: leads === 0 ? 0 : Math.round((converted / leads) * 10_000) / 100,
  average_days_to_convert: converted === 0 ? null : Math.round(tenths / converted) / 10,
});

const numberOf = (month: Month): number => Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1;
const monthOf = (number: number): Month =>
  `${String(Math.floor(number / 12)).padStart(4, "0")}-${String((number % 12) + 1).padStart(2, "0")}`;

/** The month `months` after (or, negative, before) another. */
export const monthAfter = (month: Month, months: number): Month => monthOf(Math.max(0, numberOf(month) + months));

/** How many months there are from one to another, with both; less than one where they are the wrong way round. */
export const monthsBetween = (from: Month, to: Month): number => numberOf(to) - numberOf(from) + 1;
