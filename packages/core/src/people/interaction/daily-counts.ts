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
 * The number of interactions by day, from counters: the cost depends on the number of days. Counters include all interactions. For
 * callers who do not see all records, the newest interactions are read instead, and those that the caller sees are counted.
 */
export interface InteractionCount {
  /** The number of all interactions. */
  interactions: number;
  /** The same by the code of the type. */
  types: Record<string, number>;
  /** By day, from the requested one on, in no particular order. */
  days: { day: string; all: number; types: Record<string, number> }[];
  /** The time up to which changes are counted; undefined if nothing was counted. */
  as_of: string | undefined;
}

/**
 * Counts the interactions of persons under all of their ids, by day from `from` on. Counters contain the types in `typeCodes` for each
 * day.
 */
export const countByPerson = async (
  persons: readonly string[],
  from: string,
  typeCodes: readonly string[],
): Promise<InteractionCount> =>
  (await canSeeAll())
    ? readCounters(
        persons.map((person) => (day: string) => personDayKey(person, day)),
        from,
        typeCodes,
        () => Counter.readConsistent("interaction", persons),
      )
    : countVisible(personPartitions(persons), from);

/** Counts the interactions that name a lead. */
export const countByLead = (lead: string, from: string): Promise<InteractionCount> =>
  countVisible([{ index: "by_owner", facets: { lead_id: lead } }], from);

/** Counts the interactions with a customer: those that name it, and those of its own person that name no customer. */
export async function countByCustomer(
  { customer, persons }: { customer: string; persons: readonly string[] },
  from: string,
  typeCodes: readonly string[],
): Promise<InteractionCount> {
  const naming = (day: string) => customerDayKey(customer, day);
  const alone = persons.map((person) => (day: string) => personAloneDayKey(person, day));
  if (persons.length === 0 || (await canSeeAll())) return readCounters([naming, ...alone], from, typeCodes);
  // A caller who sees the customer sees the interactions that name it.
  const [customerCount, personCount] = await Promise.all([
    readCounters([naming], from, typeCodes),
    countVisible(personPartitions(persons), from, ({ customer_id }) => customer_id === null),
  ]);
  return { ...customerCount, days: [...customerCount.days, ...personCount.days] };
}

const canSeeAll = async (): Promise<boolean> => (await useContext().visibleOwners()) === "all";

/** Maximum number of interactions read, the newest first. */
const MAX_SCANNED = 1000;

/** Counts the interactions in partitions that the caller sees. */
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
  const countTypes = (interactions: readonly InteractionRecord[]): Record<string, number> =>
    Object.fromEntries(
      [...Map.groupBy(interactions, ({ interaction_type_id }) => codes.get(interaction_type_id) ?? interaction_type_id)].map(
        ([code, group]) => [code, group.length],
      ),
    );
  const byDay = Map.groupBy(seen, interactionDay);
  const days = [...byDay].map(([day, interactions]) => ({ day, all: interactions.length, types: countTypes(interactions) }));
  return {
    interactions: seen.length,
    types: countTypes(seen),
    days: days.filter(({ day }) => day >= from),
    as_of: Clock.now(),
  };
}

/** Reads counters by day; `scopes` return their names for a day. `all` reads the counters over all days where they exist. */
async function readCounters(
  scopes: readonly ((day: string) => string)[],
  from: string,
  typeCodes: readonly string[],
  all: () => Promise<Item[]> = async () => [],
): Promise<InteractionCount> {
  const codes = [...(await Master.loadCodes(INTERACTION_TYPES))];
  const ofRule = codes.filter(([, code]) => typeCodes.includes(code));
  const numbers = [LIVE, "as_of", ...ofRule.map(([id]) => filterCount("type", id))];
  const [totals, tallies] = await Promise.all([
    all(),
    Promise.all(scopes.map((scope) => Counter.readRange("interaction", scope(from), scope("~"), numbers))),
  ]);
  const typesIn = (among: typeof codes, readCount: (name: string) => number): Record<string, number> =>
    Object.fromEntries(
      among.flatMap(([id, code]) => {
        const times = readCount(filterCount("type", id));
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
