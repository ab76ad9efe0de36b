import { idIn, selfOf } from "../kernel/id.ts";
import { kindId } from "../masters/id.ts";
import { MASTER } from "../masters/masters.domain.ts";
import { NONE, type Sums } from "../storage/table/collection.ts";
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

/** The counter of the leads of a source and a line in a year. */
export const createdScope = (year: string, ...values: string[]): string => ["created", year, ...values].join("@");
/** The counter of an owner's leads of a month of a year. */
export const ownedScope = (year: string, ...ownerAndMonth: string[]): string => ["owned", year, ...ownerAndMonth].join("@");
/** The counter of what was converted in a year of an owner's leads. */
export const convertedScope = (year: string, owner: string): string => `converted@${year}@${owner}`;

const DAY = 24 * 60 * 60 * 1000;

/** From creation to conversion in whole tenths of a day, so that sums are exact. */
const tenthsOf = ({ created_at, converted_date }: Summed): number =>
  Math.max(0, Math.round((Date.parse(converted_date ?? created_at) - Date.parse(created_at)) / (DAY / 10)));

/** What a lead adds to the counters. */
export function summed(lead: Summed): Sums {
  const [year = "", month = ""] = (lead.created_day ?? lead.created_at).split("-");
  const [source, owner, line] = [lead.lead_source_id ?? NONE, lead.owner_id ?? NONE, lead.product_line ?? NONE];
  return {
    scopes: [createdScope(year, source, line)],
    counts: numbersOf(month, lead),
    beside: {
      scopes: [ownedScope(year, owner, month)],
      counts: { ...numbersOf(SOURCE + shortOf(source), lead), ...numbersOf(LINE + line, lead) },
      ...(lead.converted_day ? { beside: conversionOf(lead, lead.converted_day) } : {}),
    },
  };
}

/** Where an owner's counter has numbers of a source, and of a line. */
const [SOURCE, LINE] = ["s.", "l."];

const numbersOf = (of: string, lead: Summed): Record<string, number> => ({
  [`${of}.leads`]: 1,
  ...(lead.is_converted ? { [`${of}.converted`]: 1, [`${of}.tenths`]: tenthsOf(lead) } : {}),
});

/** Of the ids of sources, which are long, their own parts. */
const shortOf = (source: string): string => (source === NONE ? NONE : selfOf(source));
const longOf = (source: string): string => (source === NONE ? NONE : idIn(kindId(LEAD_SOURCES), MASTER, source));

function conversionOf(lead: Summed, day: string): Sums {
  const [year = "", month = ""] = day.split("-");
  return { scopes: [convertedScope(year, lead.owner_id ?? NONE)], counts: numbersOf(month, lead) };
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

/** Numbers of a month, for one value of what is asked by. */
export interface Figure {
  month: Month;
  value: string;
  numbers: Counted;
}

/** What a counter says by a dimension; of an owner's the lines are all of its leads, and so are the sources. */
export function figuresIn({ sk, ...counter }: Readonly<Record<string, unknown>>, by: Dimension): Figure[] {
  const [kind, year, ...values] = String(sk).split("@") as [kind: string, year: string, first: string, second: string];
  return Object.entries(counter).flatMap(([name, value]): Figure[] => {
    const end = name.lastIndexOf(".");
    if (end < 0) return [];
    const [of, numbers] = [name.slice(0, end), { ...nothingCounted, [name.slice(end + 1)]: Number(value) }];
    if (kind !== "owned") return [{ month: `${year}-${of}`, value: values[by === "product_line" ? 1 : 0], numbers }];
    const [owner, month] = values;
    if (by === "source") return of.startsWith(SOURCE) ? [{ month: `${year}-${month}`, value: longOf(of.slice(2)), numbers }] : [];
    return of.startsWith(LINE) ? [{ month: `${year}-${month}`, value: by === "owner" ? owner : of.slice(2), numbers }] : [];
  });
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
