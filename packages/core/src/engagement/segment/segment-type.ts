import { useTenant } from "../../kernel/context.ts";
import { derivedId } from "../../kernel/id.ts";
import type { FilterExpression } from "../../storage/read/where-clause.ts";
import { Cache } from "../../storage/table/cache.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { type Transaction, WriteConflict } from "../../storage/write/transaction.ts";
import type { Day } from "./fact.rules.ts";
import type { FilterTarget } from "./filter.ts";
import type { BuildRecord, SetRecord } from "./set-record.ts";

/** A kind of sets: the records that can be members, and where their facts come from. */
export interface SegmentType<R extends BaseRecord> extends FilterTarget {
  members: Collection<R>;
  sets: Collection<SetRecord>;
  builds: Collection<BuildRecord>;
  /** Reads a record's interactions per day since `from`: in total, and by these type codes. */
  readInteractionDays: (record: R, from: string, types: readonly string[]) => Promise<readonly Day[]>;
}

export const defineSegmentType = <R extends BaseRecord>(roster: SegmentType<R>): SegmentType<R> => roster;

/** The id and condition of a set, from which memberships are computed. */
export interface SetDefinition {
  id: string;
  condition: FilterExpression | null;
}

/** Returns the build's id. Each kind of sets has one build. */
export const buildId = ({ builds }: Pick<SegmentType<never>, "builds">): string => derivedId(builds.kind, 0, builds.name);

export const readBuild = <R extends BaseRecord>({ builds }: SegmentType<R>): Promise<BuildRecord | undefined> =>
  Records.load(builds, buildId({ builds }));

const definitionCache = new Cache<readonly SetDefinition[]>(600);

/** Reads the current definitions. The build is read strongly consistent, and the definitions of each build revision are cached. */
export async function readDefinitions<R extends BaseRecord>(
  roster: SegmentType<R>,
): Promise<{ build: BuildRecord | undefined; sets: readonly SetDefinition[] }> {
  const build = await readBuild(roster);
  if (!build) return { build, sets: [] };
  const sets = await definitionCache.get(`${useTenant()}/${roster.sets.name}/${build.revision}`, async () => {
    const ids = build.sets.map(({ id }) => id);
    const records = await Records.loadMany(roster.sets, ids, { live: true });
    return records.flatMap((set) => (set ? [{ id: set.id, condition: set.condition }] : []));
  });
  return { build, sets };
}

/** Returns the fields and facts that any of the sets uses. */
export const listFilterFields = (build: BuildRecord | undefined): string[] => [
  ...new Set((build?.sets ?? []).flatMap(({ fields }) => fields)),
];

type BuildChange = Partial<Pick<BuildRecord, "sets" | "wanted" | "due_at">>;

/** Writes the build in the transaction that writes a set. The first set creates the build. */
export function updateBuild<R extends BaseRecord>(
  { builds }: SegmentType<R>,
  tx: Transaction,
  build: BuildRecord | undefined,
  moving: BuildChange,
): void {
  if (build) {
    tx.replace(builds, build, Records.nextVersion(build, { ...build, ...moving, revision: build.revision + 1 }));
    return;
  }
  const first = { sets: [], wanted: 0, built: 0, began_at: null, as_of: null, quintiles: null, due_at: null };
  const createdBuild = Records.init(builds, { ...first, ...moving, revision: 1 }, { id: buildId({ builds }) });
  tx.create(builds, createdBuild, () => new WriteConflict("Another set was created first"));
}
