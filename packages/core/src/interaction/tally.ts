import { Master } from "../masters/master.ts";
import { Counter, filterCount, LIVE } from "../storage/read/counter.ts";
import type { Item } from "../storage/table/item.ts";
import { tallyOf, withCustomer, withNobody } from "./interaction.entity.ts";
import { INTERACTION_TYPES } from "./interaction.masters.ts";

/** How often somebody was in touch, from counters: the cost goes by days, not by interactions. */
export interface Touched {
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
export const touched = (persons: readonly string[], from: string, wanted: readonly string[]): Promise<Touched> =>
  counted(
    persons.map((person) => (day: string) => tallyOf(person, day)),
    from,
    wanted,
    () => Counter.now("interaction", persons),
  );

/** The interactions with a customer: those that name it, and those of its own person that name none. */
export const touchedWith = (
  { customer, persons }: { customer: string; persons: readonly string[] },
  from: string,
  wanted: readonly string[],
): Promise<Touched> =>
  counted(
    [(day: string) => withCustomer(customer, day), ...persons.map((person) => (day: string) => withNobody(person, day))],
    from,
    wanted,
  );

/** What counters by day hold, each named by a day; and of all days, where there are counters of that. */
async function counted(
  scopes: readonly ((day: string) => string)[],
  from: string,
  wanted: readonly string[],
  all: () => Promise<Item[]> = async () => [],
): Promise<Touched> {
  const codes = [...(await Master.codesOf(INTERACTION_TYPES))];
  const ofRule = codes.filter(([, code]) => wanted.includes(code));
  const numbers = [LIVE, "as_of", ...ofRule.map(([id]) => filterCount("type", id))];
  const [totals, tallies] = await Promise.all([
    all(),
    Promise.all(scopes.map((scope) => Counter.between("interaction", scope(from), scope("~"), numbers))),
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

export * as Tally from "./tally.ts";
