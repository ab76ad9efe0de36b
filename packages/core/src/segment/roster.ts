import { useTenant } from "../kernel/context.ts";
import { derivedId } from "../kernel/id.ts";
import type { Condition } from "../storage/read/where.ts";
import { Cache } from "../storage/table/cache.ts";
import type { BaseRecord, Collection } from "../storage/table/collection.ts";
import { Records } from "../storage/write/records.ts";
import { Moved, type Transaction } from "../storage/write/transaction.ts";
import type { Day } from "./fact.rules.ts";
import type { Filtered } from "./filter.ts";
import type { BuildRecord, SetRecord } from "./set-record.ts";

/** One kind of sets: of which records, and what is known of these beside them. */
export interface Roster<R extends BaseRecord> extends Filtered {
  members: Collection<R>;
  sets: Collection<SetRecord>;
  builds: Collection<BuildRecord>;
  /** What happened with a record from a day on, of the types of these codes and altogether. */
  happened: (record: R, from: string, types: readonly string[]) => Promise<readonly Day[]>;
}

export const rosterOf = <R extends BaseRecord>(roster: Roster<R>): Roster<R> => roster;

/** What decides of a set. */
export interface Definition {
  id: string;
  condition: Condition | null;
}

/** One for each kind of sets. */
export const buildId = ({ builds }: Pick<Roster<never>, "builds">): string => derivedId(builds.kind, 0, builds.name);

export const readBuild = <R extends BaseRecord>({ builds }: Roster<R>): Promise<BuildRecord | undefined> =>
  Records.load(builds, buildId({ builds }));

const kept = new Cache<readonly Definition[]>(600);

/** What decides now, strongly consistent: sets that are told apart by their build's revision are read once. */
export async function deciding<R extends BaseRecord>(
  roster: Roster<R>,
): Promise<{ build: BuildRecord | undefined; sets: readonly Definition[] }> {
  const build = await readBuild(roster);
  if (!build) return { build, sets: [] };
  const sets = await kept.get(`${useTenant()}/${roster.sets.name}/${build.revision}`, async () => {
    const ids = build.sets.map(({ id }) => id);
    const records = await Records.loadMany(roster.sets, ids, { live: true });
    return records.flatMap((set) => (set ? [{ id: set.id, condition: set.condition }] : []));
  });
  return { build, sets };
}

/** The fields and facts that any of the sets asks. */
export const fieldsAsked = (build: BuildRecord | undefined): string[] => [
  ...new Set((build?.sets ?? []).flatMap(({ fields }) => fields)),
];

type Moving = Partial<Pick<BuildRecord, "sets" | "wanted" | "due_at">>;

/** Writes what stands beside the sets in the transaction that writes one of them; the first makes it. */
export function moveBuild<R extends BaseRecord>(
  { builds }: Roster<R>,
  tx: Transaction,
  build: BuildRecord | undefined,
  moving: Moving,
): void {
  if (build) {
    tx.replace(builds, build, Records.nextVersion(build, { ...build, ...moving, revision: build.revision + 1 }));
    return;
  }
  const first = { sets: [], wanted: 0, built: 0, began_at: null, as_of: null, quintiles: null, due_at: null };
  const born = Records.born(builds, { ...first, ...moving, revision: 1 }, { id: buildId({ builds }) });
  tx.create(builds, born, () => new Moved("Another set is the first"));
}
