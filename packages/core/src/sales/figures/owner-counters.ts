import { limitConcurrency } from "../../kernel/concurrency.ts";
import { type Owners, useContext } from "../../kernel/context.ts";
import { ruleViolation } from "../../kernel/error.ts";
import { id, master, text } from "../../kernel/schema.ts";
import { Master } from "../../platform/master-data/master.ts";
import { TERRITORIES } from "../../platform/master-data/shared.masters.ts";
import { Directory } from "../../platform/user/directory.ts";
import { TEAM } from "../../platform/user/user.kind.ts";
import { Counter } from "../../storage/read/counter.ts";
import { FieldFilters } from "../../storage/read/filter.ts";
import type { Item } from "../../storage/table/item.ts";
import { OPPORTUNITY } from "../opportunity/opportunity.kind.ts";

/** Selects the owners for figures, and reads their counters. Only owners that the caller sees are included, and no record is read. */

/** The filters of figures. */
export const ownerFilters = {
  owner: text(64).optional().describe("Only of this owner: an id, `me`, or `none`"),
  team: id(TEAM).optional().describe("Only of users who are in this team today"),
  territory: master(TERRITORIES).optional().describe("Only of users whose team has this territory today"),
};

interface OwnerFilter {
  owner?: string | undefined;
  team?: string | undefined;
  territory?: string | undefined;
}

/** Returns the owners that match the filters, among those that the caller sees. */
export async function resolveOwners(input: OwnerFilter): Promise<Owners> {
  const { territory, team } = await Master.resolveAll(ownerFilters, input, input);
  const sets: string[][] = [];
  if (input.owner !== undefined) sets.push([FieldFilters.resolveOwner(input.owner)]);
  if (team !== undefined) sets.push(await Directory.listTeamMembers(({ id }) => id === team));
  if (territory !== undefined) sets.push(await Directory.listTeamMembers(({ territory_id }) => territory_id === territory));
  const visible = await useContext().visibleOwners();
  return sets.reduce<Owners>((owners, ids) => new Set(ids.filter((userId) => owners === "all" || owners.has(userId))), visible);
}

type Range = readonly [from: string, to: string];

/** The key ranges of counters: of one owner, of all owners together, and of each owner separately. */
export interface CounterRanges {
  ofOwner: (owner: string) => Range;
  ofAll?: Range | undefined;
  ofEach: Range;
}

/** Up to this number of owners, each is queried separately. Beyond it, the counters of all owners are read and filtered. */
const MAX_SINGLE_OWNERS = 50;
const MAX_CONCURRENCY = 8;
/** The most counters that one response reads. */
const MAX_COUNTERS = 50_000;

/** Reads the counters of owners, strongly consistent: one query for each owner, or one for all. `kind` is the kind that is counted. */
export async function readCounters(
  { ofOwner, ofAll, ofEach }: CounterRanges,
  owners: Owners,
  kind: string = OPPORTUNITY.name,
): Promise<Item[]> {
  if (owners === "all") return readRanges(kind, [ofAll ?? ofEach]);
  if (owners.size <= MAX_SINGLE_OWNERS) return readRanges(kind, [...owners].map(ofOwner));
  return readRanges(kind, [ofEach], ({ sk }) =>
    String(sk)
      .split("@")
      .some((part) => owners.has(part)),
  );
}

async function readRanges(
  kind: string,
  ranges: readonly Range[],
  isMeant: (item: Item) => boolean = () => true,
): Promise<Item[]> {
  const limited = limitConcurrency(MAX_CONCURRENCY);
  let count = 0;
  const read = async ([from, to]: Range): Promise<Item[]> => {
    const items: Item[] = [];
    for await (const item of Counter.iterateRange(kind, from, to, { ConsistentRead: true })) {
      if (++count > MAX_COUNTERS) throw ruleViolation("Too much data for one response: filter by owner, or by from and to dates");
      if (isMeant(item)) items.push(item);
    }
    return items;
  };
  return (await Promise.all(ranges.map((range) => limited(() => read(range))))).flat();
}

/** Returns the latest instant up to which these counters, or what was read from them, contain changes; null if none does. */
export const latestCountInstant = (counters: readonly { readonly as_of?: unknown }[]): string | null =>
  counters
    .flatMap(({ as_of }) => (as_of ? [String(as_of)] : []))
    .sort()
    .at(-1) ?? null;
