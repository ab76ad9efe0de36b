import { Clock } from "../../kernel/clock.ts";
import { useContext } from "../../kernel/context.ts";
import { Master } from "../../platform/master-data/master.ts";
import { Counter, filterCount, LIVE } from "../../storage/read/counter.ts";
import type { Partition } from "../../storage/read/list-query.ts";
import { MergedList } from "../../storage/read/merged-list.ts";
import { personPartitions } from "../../storage/read/query-plan.ts";
import { Visibility } from "../../storage/read/visibility.ts";
import type { Item } from "../../storage/table/item.ts";
import {
  customerDayKey,
  type InteractionRecord,
  Interactions,
  interactionDay,
  personAloneDayKey,
  personDayKey,
} from "./interaction.entity.ts";
import { INTERACTION_TYPES } from "./interaction.masters.ts";

/**
 * How often somebody was in touch, from counters: the cost goes by days, not by interactions. They count all that there are:
 * for whom does not see all, the newest are looked at instead, and those that they see are counted.
 */
export interface InteractionCount {
  /** All interactions there ever were. */
  interactions: number;
  /** The same by the type's code. */
  types: Record<string, number>;
  /** By day from the one asked for on, in any order. */
  days: { day: string; all: number; types: Record<string, number> }[];
  /** Up to when changes are counted; undefined where there are none. */
  as_of: string | undefined;
}

/** The interactions of persons, under all of their ids, by day from `from` on; of types, the days tell those of `wanted` codes. */
export const countByPerson = async (
  persons: readonly string[],
  from: string,
  wanted: readonly string[],
): Promise<InteractionCount> =>
  (await canSeeAll())
    ? readCounters(
        persons.map((person) => (day: string) => personDayKey(person, day)),
        from,
        wanted,
        () => Counter.readConsistent("interaction", persons),
      )
    : countVisible(personPartitions(persons), from);

/** Those that name a lead. */
export const countByLead = (lead: string, from: string): Promise<InteractionCount> =>
  countVisible([{ index: "by_owner", facets: { lead_id: lead } }], from);

/** The interactions with a customer: those that name it, and those of its own person that name none. */
export async function countByCustomer(
  { customer, persons }: { customer: string; persons: readonly string[] },
  from: string,
  wanted: readonly string[],
): Promise<InteractionCount> {
  const naming = (day: string) => customerDayKey(customer, day);
  const alone = persons.map((person) => (day: string) => personAloneDayKey(person, day));
  if (persons.length === 0 || (await canSeeAll())) return readCounters([naming, ...alone], from, wanted);
  // Who sees the customer sees what names it.
  const [named, others] = await Promise.all([
    readCounters([naming], from, wanted),
    countVisible(personPartitions(persons), from, ({ customer_id }) => customer_id === null),
  ]);
  return { ...named, days: [...named.days, ...others.days] };
}

const canSeeAll = async (): Promise<boolean> => (await useContext().visibleOwners()) === "all";

/** So many are looked at, the newest. */
const MAX_SCANNED = 1000;

/** Those of partitions that the caller sees. */
async function countVisible(
  partitions: readonly Partition[],
  from: string,
  isOne: (interaction: InteractionRecord) => boolean = () => true,
): Promise<InteractionCount> {
  const [{ records }, codes] = await Promise.all([
    MergedList.readMerged(Interactions, partitions, MAX_SCANNED),
    Master.loadCodes(INTERACTION_TYPES),
  ]);
  const seen = await Visibility.filterVisible(
    Interactions,
    records.filter((record) => !record.deleted_at && isOne(record)),
  );
  const typesOf = (some: readonly InteractionRecord[]): Record<string, number> =>
    Object.fromEntries(
      [...Map.groupBy(some, ({ interaction_type_id: id }) => codes.get(id) ?? id)].map(([code, of]) => [code, of.length]),
    );
  const byDay = Map.groupBy(seen, interactionDay);
  const days = [...byDay].map(([day, some]) => ({ day, all: some.length, types: typesOf(some) }));
  return {
    interactions: seen.length,
    types: typesOf(seen),
    days: days.filter(({ day }) => day >= from),
    as_of: Clock.now(),
  };
}

/** What counters by day hold, each named by a day; and of all days, where there are counters of that. */
async function readCounters(
  scopes: readonly ((day: string) => string)[],
  from: string,
  wanted: readonly string[],
  all: () => Promise<Item[]> = async () => [],
): Promise<InteractionCount> {
  const codes = [...(await Master.loadCodes(INTERACTION_TYPES))];
  const ofRule = codes.filter(([, code]) => wanted.includes(code));
  const numbers = [LIVE, "as_of", ...ofRule.map(([id]) => filterCount("type", id))];
  const [totals, tallies] = await Promise.all([
    all(),
    Promise.all(scopes.map((scope) => Counter.readRange("interaction", scope(from), scope("~"), numbers))),
  ]);
  const typesIn = (among: typeof codes, countOf: (name: string) => number): Record<string, number> =>
    Object.fromEntries(
      among.flatMap(([id, code]) => {
        const times = countOf(filterCount("type", id));
        return times > 0 ? [[code, times]] : [];
      }),
    );
  const items = tallies.flat();
  const days = items.map((item) => ({
    day: String(item.sk).slice(-10),
    all: Number(item[LIVE] ?? 0),
    types: typesIn(ofRule, (name) => Number(item[name] ?? 0)),
  }));
  const total = (name: string): number => totals.reduce((sum, item) => sum + Number(item[name] ?? 0), 0);
  return {
    interactions: total(LIVE),
    types: typesIn(codes, total),
    days: days.filter((day) => day.all > 0),
    as_of: [...totals, ...items]
      .flatMap(({ as_of }) => (as_of ? [String(as_of)] : []))
      .sort()
      .at(-1),
  };
}

export * as InteractionCounts from "./daily-counts.ts";
