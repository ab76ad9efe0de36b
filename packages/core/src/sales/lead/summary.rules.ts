import { buildOwnedId, ownPart } from "../../kernel/id.ts";
import { countMonthsAfter } from "../../platform/daily-figures/cohort.rules.ts";
import { MASTER } from "../../platform/master-data/master-data.kind.ts";
import { kindId } from "../../platform/master-data/master-id.ts";
import { type CounterSums, NONE } from "../../storage/table/collection.ts";
import { LEAD_SOURCES } from "./lead.masters.ts";

/**
 * Counters of leads and conversions by month. A lead counts in the month in which it was created, whenever it was converted, in two
 * counters:
 * - The counter of its source and product line covers a year, with numbers for each month. All of these together give the numbers by month,
 *   source and line.
 * - The counter of its owner covers a month, with numbers for each source and each line. It serves callers who see the leads of some
 *   owners, and the comparison of owners.
 * Both stay below a kilobyte, the owner's as long as a month has at most a dozen sources, so each costs one write unit for each lead. One
 * item for each year and owner would rewrite 10 kB each time. Items that combine owners with sources or lines would grow without bound.
 * The counter of its owner also has the numbers of leads that were qualified and converted, by the number of months after their creation.
 * Converted leads also count in the month of their conversion, by owner.
 */
export const dimensions = ["source", "owner", "product_line"] as const;
export type Dimension = (typeof dimensions)[number];

/** `YYYY-MM`. */
export type Month = string;

/** The fields of a lead on which the counters depend. */
interface SummarizedLead {
  created_day: string;
  created_at: string;
  lead_source_id: string | null;
  owner_id: string | null;
  product_line: string | null;
  is_qualified: boolean;
  qualified_date: string | null;
  /** The day in the tenant's time zone; for records without it, the day in UTC is counted. */
  qualified_day: string | null;
  is_converted: boolean;
  converted_date: string | null;
  converted_day: string | null;
}

/** The counter of the leads of a source and product line in a year. */
export const createdScope = (year: string, ...values: string[]): string => ["created", year, ...values].join("@");
/** The counter of an owner's leads in a month. */
export const ownedScope = (year: string, ...ownerAndMonth: string[]): string => ["owned", year, ...ownerAndMonth].join("@");
/** The counter of an owner's leads that were converted in a year. */
export const convertedScope = (year: string, owner: string): string => `converted@${year}@${owner}`;

const DAY_MS = 24 * 60 * 60 * 1000;

/** Returns the time from creation to conversion in whole tenths of a day, so that sums are exact. */
const computeTenths = ({ created_at, converted_date }: SummarizedLead): number =>
  Math.max(0, Math.round((Date.parse(converted_date ?? created_at) - Date.parse(created_at)) / (DAY_MS / 10)));

/** Returns what a lead adds to the counters. */
export function buildSummarySums(lead: SummarizedLead): CounterSums {
  const [year = "", month = ""] = (lead.created_day ?? lead.created_at).split("-");
  const [source, owner, line] = [lead.lead_source_id ?? NONE, lead.owner_id ?? NONE, lead.product_line ?? NONE];
  return {
    scopes: [createdScope(year, source, line)],
    counts: buildCounts(month, lead),
    beside: {
      scopes: [ownedScope(year, owner, month)],
      counts: {
        ...buildCounts(SOURCE + toShortId(source), lead),
        ...buildCounts(LINE + line, lead),
        ...buildCohortCounts(`${year}-${month}`, lead),
      },
      ...(lead.converted_day ? { beside: buildConversionSums(lead, lead.converted_day) } : {}),
    },
  };
}

/** Prefixes of the numbers of a source and of a product line in the counter of an owner. */
const [SOURCE, LINE] = ["s.", "l."];

const buildCounts = (prefix: string, lead: SummarizedLead): Record<string, number> => ({
  [`${prefix}.leads`]: 1,
  ...(lead.is_converted ? { [`${prefix}.converted`]: 1, [`${prefix}.tenths`]: computeTenths(lead) } : {}),
});

/** Names of the numbers of qualified and converted leads by months after creation: `f.q0`, `f.c12`. */
const COHORT = "f.";
const cohortSteps = { qualified: "q", converted: "c" } as const;

function buildCohortCounts(created: Month, lead: SummarizedLead): Record<string, number> {
  const qualified = lead.is_qualified ? (lead.qualified_day ?? lead.qualified_date?.slice(0, 10)) : undefined;
  const converted = lead.is_converted ? (lead.converted_day ?? lead.converted_date?.slice(0, 10)) : undefined;
  const toName = (step: "q" | "c", day: string) => `${COHORT}${step}${countMonthsAfter(created, day)}`;
  return {
    ...(qualified ? { [toName("q", qualified)]: 1 } : {}),
    ...(converted ? { [toName("c", converted)]: 1 } : {}),
  };
}

/** Leads of one month that took a step in a month after their creation. */
interface CohortStep {
  month: Month;
  step: keyof typeof cohortSteps;
  after: number;
  count: number;
}

/** Returns the steps of the leads in the counter of an owner and month. */
export function parseCohortSteps({ sk, ...counter }: Readonly<Record<string, unknown>>): CohortStep[] {
  const [, year, , month] = String(sk).split("@");
  return Object.entries(counter).flatMap(([name, count]): CohortStep[] => {
    const [, letter, after] = /^f\.([qc])(\d+)$/.exec(name) ?? [];
    if (letter === undefined) return [];
    const step = letter === cohortSteps.qualified ? "qualified" : "converted";
    return [{ month: `${year}-${month}`, step, after: Number(after), count: Number(count) }];
  });
}

/** Shortens the id of a source to its own part, because the full id is long. */
const toShortId = (source: string): string => (source === NONE ? NONE : ownPart(source));
const toFullId = (source: string): string => (source === NONE ? NONE : buildOwnedId(kindId(LEAD_SOURCES), MASTER, source));

function buildConversionSums(lead: SummarizedLead, day: string): CounterSums {
  const [year = "", month = ""] = day.split("-");
  return { scopes: [convertedScope(year, lead.owner_id ?? NONE)], counts: buildCounts(month, lead) };
}

/** Summed numbers of counters. */
export interface LeadTotals {
  leads: number;
  converted: number;
  /** Tenths of days from creation to conversion. */
  tenths: number;
}

export const NO_TOTALS: LeadTotals = { leads: 0, converted: 0, tenths: 0 };

export const addTotals = (a: LeadTotals, b: LeadTotals): LeadTotals => ({
  leads: a.leads + b.leads,
  converted: a.converted + b.converted,
  tenths: a.tenths + b.tenths,
});

/** The numbers of one month and one value of the dimension. */
export interface MonthFigure {
  month: Month;
  value: string;
  numbers: LeadTotals;
}

/**
 * Returns the numbers of a counter by a dimension. In the counter of an owner both the lines and the sources add up to all leads, so only
 * one of them is read.
 */
export function parseFigures({ sk, ...counter }: Readonly<Record<string, unknown>>, dimension: Dimension): MonthFigure[] {
  const [kind, year, ...values] = String(sk).split("@") as [kind: string, year: string, first: string, second: string];
  return Object.entries(counter).flatMap(([name, value]): MonthFigure[] => {
    const end = name.lastIndexOf(".");
    if (end < 0) return [];
    const [counterKey, numbers] = [name.slice(0, end), { ...NO_TOTALS, [name.slice(end + 1)]: Number(value) }];
    if (kind !== "owned")
      return [{ month: `${year}-${counterKey}`, value: values[dimension === "product_line" ? 1 : 0], numbers }];
    const [owner, month] = values;
    if (dimension === "source")
      return counterKey.startsWith(SOURCE) ? [{ month: `${year}-${month}`, value: toFullId(counterKey.slice(2)), numbers }] : [];
    return counterKey.startsWith(LINE)
      ? [{ month: `${year}-${month}`, value: dimension === "owner" ? owner : counterKey.slice(2), numbers }]
      : [];
  });
}

/**
 * Presents totals: the rate in percent with two decimals, 0 without leads; the average in days with one decimal, null without conversions.
 */
export const presentTotals = ({ leads, converted, tenths }: LeadTotals) => ({
  leads,
  converted,
  conversion_rate: leads === 0 ? 0 : Math.round((converted / leads) * 10_000) / 100,
  average_days_to_convert: converted === 0 ? null : Math.round(tenths / converted) / 10,
});

const toMonthNumber = (month: Month): number => Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1;
const formatMonth = (number: number): Month =>
  `${String(Math.floor(number / 12)).padStart(4, "0")}-${String((number % 12) + 1).padStart(2, "0")}`;

/** Adds months to a month; `months` may be negative. */
export const addMonths = (month: Month, months: number): Month => formatMonth(Math.max(0, toMonthNumber(month) + months));

/** Counts the months from one to another, both included. Less than one if `to` is before `from`. */
export const countMonths = (from: Month, to: Month): number => toMonthNumber(to) - toMonthNumber(from) + 1;
