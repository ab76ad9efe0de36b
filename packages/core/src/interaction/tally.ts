import { Master } from "../masters/master.ts";
import { Counter, filterCount, LIVE } from "../storage/read/counter.ts";
import { tallyOf } from "./interaction.entity.ts";
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
export async function touched(persons: readonly string[], from: string, wanted: readonly string[]): Promise<Touched> {
  const codes = [...(await Master.codesOf(INTERACTION_TYPES))];
  const counted = codes.filter(([, code]) => wanted.includes(code));
  const numbers = [LIVE, ...counted.map(([id]) => filterCount("type", id))];
  const [totals, tallies] = await Promise.all([
    Counter.now("interaction", persons),
    Promise.all(persons.map((person) => Counter.between("interaction", tallyOf(person, from), tallyOf(person, "~"), numbers))),
  ]);
  const typesIn = (among: typeof codes, countOf: (name: string) => number): Record<string, number> =>
    Object.fromEntries(
      among.flatMap(([id, code]) => {
        const times = countOf(filterCount("type", id));
        return times > 0 ? [[code, times]] : [];
      }),
    );
  const days = tallies.flat().map((item) => ({
    day: String(item.sk).slice(-10),
    all: Number(item[LIVE] ?? 0),
    types: typesIn(counted, (name) => Number(item[name] ?? 0)),
  }));
  const total = (name: string): number => totals.reduce((sum, item) => sum + Number(item[name] ?? 0), 0);
  return {
    interactions: total(LIVE),
    types: typesIn(codes, total),
    days: days.filter(({ all }) => all > 0),
    as_of: totals
      .map((item) => String(item.as_of))
      .sort()
      .at(-1),
  };
}

export * as Tally from "./tally.ts";
