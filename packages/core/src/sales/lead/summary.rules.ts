import { buildOwnedId, ownPart } from "../../kernel/id.ts";
import { MASTER } from "../../platform/master-data/master-data.domain.ts";
import { kindId } from "../../platform/master-data/master-id.ts";
import { type CounterSums, NONE } from "../../storage/table/collection.ts";
import { LEAD_SOURCES } from "./lead.masters.ts";

/**
 * Leads and conversions by month (seed 004, view `lead_conversion_summary`). A lead counts in the month in which it was
 * created, whenever it was converted, in two counters. That of its source and product line holds a year, with numbers for each
 * month: all of these together are what there is by month, source and line. That of its owner holds a month, with numbers for each
 * source and for each line: for who sees the leads of some owners, and for owners side by side. Either is under a kilobyte, that of
 * an owner as long as the month has no more than a dozen sources, so each costs a lead what a counter costs. One item a year and owner
 * would be rewritten at 10 kB; owners in one item with sources or lines would outgrow any. What was converted counts beside
 * that in the month of its conversion, by owner.
 */
export const dimensions = ["source", "owner", "product_line"] as const;
export type Dimension = (typeof dimensions)[number];

/** `YYYY-MM`. */
export type Month = string;

/** What of a lead is summed up. */
interface SummarizedLead {
  created_day: string;
  created_at: string;
  lead_source_id: string | null;
  owner_id: string | null;
  product_line: string | null;
  is_converted: boolean;
  converted_date: string | null;
  converted_day: string | null;
}

/** The counter of the leads of a source and a line in a year. */
export const createdScope = (year: string, ...values: string[]): string => ["created", year, ...values].join("@");
/** The counter of an owner's leads of a month of a year. */
export const ownedScope = (year: string, ...ownerAndMonth: string[]): string => ["owned", year, ...ownerAndMonth].join("@");
/** The counter of what was converted in a year of an owner's leads. */
export const convertedScope = (year: string, owner: string): string => `converted@${year}@${owner}`;

const DAY_MS = 24 * 60 * 60 * 1000;

/** From creation to conversion in whole tenths of a day, so that sums are exact. */
const computeTenths = ({ created_at, converted_date }: SummarizedLead): number =>
  Math.max(0, Math.round((Date.parse(converted_date ?? created_at) - Date.parse(created_at)) / (DAY_MS / 10)));

/** What a lead adds to the counters. */
export function buildSummarySums(lead: SummarizedLead): CounterSums {
  const [year = "", month = ""] = (lead.created_day ?? lead.created_at).split("-");
  const [source, owner, line] = [lead.lead_source_id ?? NONE, lead.owner_id ?? NONE, lead.product_line ?? NONE];
  return {
    scopes: [createdScope(year, source, line)],
    counts: buildCounts(month, lead),
    beside: {
      scopes: [ownedScope(year, owner, month)],
      counts: { ...buildCounts(SOURCE + toShortId(source), lead), ...buildCounts(LINE + line, lead) },
      ...(lead.converted_day ? { beside: buildConversionSums(lead, lead.converted_day) } : {}),
    },
  };
}

/** Where an owner's counter has numbers of a source, and of a line. */
const [SOURCE, LINE] = ["s.", "l."];

const buildCounts = (of: string, lead: SummarizedLead): Record<string, number> => ({
  [`${of}.leads`]: 1,
  ...(lead.is_converted ? { [`${of}.converted`]: 1, [`${of}.tenths`]: computeTenths(lead) } : {}),
});

/** Of the ids of sources, which are long, their own parts. */
const toShortId = (source: string): string => (source === NONE ? NONE : ownPart(source));
const toFullId = (source: string): string => (source === NONE ? NONE : buildOwnedId(kindId(LEAD_SOURCES), MASTER, source));

function buildConversionSums(lead: SummarizedLead, day: string): CounterSums {
  const [year = "", month = ""] = day.split("-");
  return { scopes: [convertedScope(year, lead.owner_id ?? NONE)], counts: buildCounts(month, lead) };
}

/** Numbers of counters, summed up. */
export interface LeadTotals {
  leads: number;
  converted: number;
  /** Of the days from creation to conversion. */
  tenths: number;
}

export const NO_TOTALS: LeadTotals = { leads: 0, converted: 0, tenths: 0 };

export const addTotals = (a: LeadTotals, b: LeadTotals): LeadTotals => ({
  leads: a.leads + b.leads,
  converted: a.converted + b.converted,
  tenths: a.tenths + b.tenths,
});

/** Numbers of a month, for one value of what is asked by. */
export interface MonthFigure {
  month: Month;
  value: string;
  numbers: LeadTotals;
}

/** What a counter says by a dimension; of an owner's the lines are all of its leads, and so are the sources. */
export function parseFigures({ sk, ...counter }: Readonly<Record<string, unknown>>, by: Dimension): MonthFigure[] {
  const [kind, year, ...values] = String(sk).split("@") as [kind: string, year: string, first: string, second: string];
  return Object.entries(counter).flatMap(([name, value]): MonthFigure[] => {
    const end = name.lastIndexOf(".");
    if (end < 0) return [];
    const [of, numbers] = [name.slice(0, end), { ...NO_TOTALS, [name.slice(end + 1)]: Number(value) }];
    if (kind !== "owned") return [{ month: `${year}-${of}`, value: values[by === "product_line" ? 1 : 0], numbers }];
    const [owner, month] = values;
    if (by === "source")
      return of.startsWith(SOURCE) ? [{ month: `${year}-${month}`, value: toFullId(of.slice(2)), numbers }] : [];
    return of.startsWith(LINE) ? [{ month: `${year}-${month}`, value: by === "owner" ? owner : of.slice(2), numbers }] : [];
  });
}

/** The rate in percent with two decimals, 0 without leads; the average in days with one, null without conversions. */
export const presentTotals = ({ leads, converted, tenths }: LeadTotals) => ({
  leads,
  converted,
  conversion_rate: leads === 0 ? 0 : Math.round((converted / leads) * 10_000) / 100,
  average_days_to_convert: converted === 0 ? null : Math.round(tenths / converted) / 10,
});

const toMonthNumber = (month: Month): number => Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1;
const formatMonth = (number: number): Month =>
  `${String(Math.floor(number / 12)).padStart(4, "0")}-${String((number % 12) + 1).padStart(2, "0")}`;

/** The month `months` after (or, negative, before) another. */
export const addMonths = (month: Month, months: number): Month => formatMonth(Math.max(0, toMonthNumber(month) + months));

/** How many months there are from one to another, with both; less than one where they are the wrong way round. */
export const countMonths = (from: Month, to: Month): number => toMonthNumber(to) - toMonthNumber(from) + 1;
