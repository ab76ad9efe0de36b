import * as z from "zod";
import { Clock } from "../kernel/clock.ts";
import { type Owners, useContext } from "../kernel/context.ts";
import { Page } from "../kernel/page.ts";
import { instant, oneOf, query as parameter, text } from "../kernel/schema.ts";
import { Counter, LIVE } from "../storage/read/counter.ts";
import * as Cursor from "../storage/read/cursor.ts";
import { queryOf, requireReach } from "../storage/read/list.ts";
import { fingerprint, pageOf } from "../storage/read/pages.ts";
import type { Partition } from "../storage/read/query.ts";
import { merged } from "../storage/read/scan.ts";
import { Visible } from "../storage/read/visibility.ts";
import { Wheres } from "../storage/read/where.ts";
import type { BaseRecord } from "../storage/table/collection.ts";
import type { Row } from "../storage/table/row.ts";
import { Records } from "../storage/write/records.ts";
import { factOf, reasonsOf } from "./fact.rules.ts";
import { meant, ownOf } from "./own.ts";
import { deciding, type Roster } from "./roster.ts";
import { COUNTED, factual, partitionOf, type Standing, scopeOf, standingsOf, toldOf } from "./standing.ts";

/** Who is in a set, and in which sets a record is: as far as the caller sees the records. */

export const Membership = z.object({ added_date: instant(), is_manual: z.boolean().describe("Added by hand") });

export const Paging = z.strictObject({
  id: text(64),
  page: parameter.int(1, 10_000).optional(),
  limit: parameter.int(1, 100).optional(),
  order: oneOf(["asc", "desc"]).optional().describe("Of the ids of members, which is that in which they were made"),
  cursor: text(1000).optional(),
});
type Paging = z.output<typeof Paging>;

/** The counters that count the members of a set whom somebody sees. */
const scopesOf = (set: string, visible: Owners): readonly string[] =>
  visible === "all" ? [scopeOf(set)] : [...visible].map((owner) => scopeOf(set, owner));

export const partitionsOf = (set: string, visible: Owners): Partition[] =>
  visible === "all"
    ? [{ index: "entry", facets: { pk: partitionOf(set) } }]
    : [...visible].map((owner) => ({ index: "entry", facets: { pk: partitionOf(set, owner), on: "by_owner" } }));

/** How many members of each set the caller sees. */
export async function countsOf(sets: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const visible = await useContext().visible();
  const counters = await Counter.read(
    COUNTED,
    sets.flatMap((set) => scopesOf(set, visible)),
  );
  return new Map(sets.map((set) => [set, Counter.sum(counters, scopesOf(set, visible), LIVE)]));
}

/** The members of a set, by their ids; each as a list shows it, with how it came to be one. */
export async function membersOf<R extends BaseRecord>({ members }: Roster<R>, { id: set, ...paging }: Paging) {
  const query = { ...queryOf(members, paging), sort: "created_at", parent: set };
  requireReach(query);
  const { page, limit, order, cursor } = query;
  const [visible, position] = await Promise.all([
    useContext().visible(),
    cursor === undefined ? undefined : Cursor.open(cursor, fingerprint(members, query)),
  ]);
  const skip = position ? 0 : (page - 1) * limit;
  const need = skip + limit + 1;
  const found: Row[] = [];
  for await (const row of merged(members, partitionsOf(set, visible), { order, after: position?.after, chunk: need }))
    if (found.push(row) === need) break;
  const shown = found.slice(skip, skip + limit);
  const ids = shown.map(({ key }) => key);
  const loaded = (await Records.loadMany(members, ids, { live: true })).filter((record) => record !== undefined);
  // An entry in an index may lag its record by moments.
  const seen = await Visible.among(members, loaded);
  const total = position ?? { total: (await countsOf([set])).get(set) ?? 0, bound: false };
  const rows = seen.map((record) => members.asRow(record));
  const more = found.length === need;
  const { rows: listed, meta } = await pageOf(members, query, { rows, more, stopped: ids.at(-1) }, total, Clock.now());
  const told = new Map(shown.map(({ key, row }) => [key, toldOf(row)]));
  return new Page(
    listed.map((row) => ({ ...row, ...(told.get(row.id) as z.output<typeof Membership>) })),
    meta,
  );
}

export const InSet = Membership.extend({
  id: z.string().describe("Of the set"),
  name: z.string(),
  reasons: z
    .array(
      z.object({
        field: z.string(),
        operator: z.string(),
        asked: z.union([z.string(), z.array(z.string())]).describe("Master data by id, instants as bounds"),
        value: z.json().describe("The record's; null of what happened, for whom does not see all that did"),
      }),
    )
    .describe("The conditions of the filter that hold"),
});

/** Names of the sets that a record stands in, which the caller sees. */
export async function namesOf<R extends BaseRecord>(roster: Roster<R>, id: string): Promise<string[]> {
  const [standing] = await standingsOf([id]);
  return (await namedIn(roster, standing as Standing)).map(({ name }) => name);
}

async function namedIn<R extends BaseRecord>(
  { sets }: Roster<R>,
  { entries }: Standing,
): Promise<{ id: string; name: string }[]> {
  const found = await Records.loadMany(sets, Object.keys(entries), { live: true });
  return found.filter((set) => set !== undefined).sort((a, b) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1));
}

/** The sets that a record stands in, and why. */
export async function setsOf<R extends BaseRecord>(roster: Roster<R>, id: string): Promise<z.output<typeof InSet>[]> {
  const record = await Records.read(roster.members, id);
  const [[standing], { build, sets }, visible] = await Promise.all([standingsOf([id]), deciding(roster), useContext().visible()]);
  const [known] = build ? await factual(roster, [record], build) : [];
  const own = await ownOf(roster);
  const conditions = new Map(sets.map(({ id, condition }) => [id, condition && meant(condition, own)]));
  return (await namedIn(roster, standing as Standing)).map(({ id: set, name }) => {
    const [added_date, by] = standing?.entries[set] ?? ["", "filter"];
    const condition = conditions.get(set);
    const reasons = known && condition && Wheres.isSo(known, condition) ? reasonsOf(known, condition) : [];
    const isHidden = (field: string): boolean => visible !== "all" && factOf(field)?.is === "happened";
    const told = reasons.map((reason) => ({
      ...reason,
      value: isHidden(reason.field) ? null : (reason.value as z.core.util.JSONType),
    }));
    return { id: set, name, added_date, is_manual: by === "hand", reasons: told };
  });
}
