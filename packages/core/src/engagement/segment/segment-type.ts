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

/** One kind of sets: of which records, and what is known of these beside them. */
export interface SegmentType<R extends BaseRecord> extends FilterTarget {
  members: Collection<R>;
  sets: Collection<SetRecord>;
  builds: Collection<BuildRecord>;
  /** What happened with a record from a day on, of the types of these codes and altogether. */
  readInteractionDays: (record: R, from: string, types: readonly string[]) => Promise<readonly Day[]>;
}

export const defineSegmentType = <R extends BaseRecord>(roster: SegmentType<R>): SegmentType<R> => roster;

/** What decides of a set. */
export interface SetDefinition {
  id: string;
  condition: FilterExpression | null;
}

/** One for each kind of sets. */
export const buildId = ({ builds }: Pick<SegmentType<never>, "builds">): string => derivedId(builds.kind, 0, builds.name);

export const readBuild = <R extends BaseRecord>({ builds }: SegmentType<R>): Promise<BuildRecord | undefined> =>
  Records.load(builds, buildId({ builds }));

const definitionCache = new Cache<readonly SetDefinition[]>(600);

/** What decides now, strongly consistent: sets that are told apart by their build's revision are read once. */
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

/** The fields and facts that any of the sets asks. */
export const listFilterFields = (build: BuildRecord | undefined): string[] => [
  ...new Set((build?.sets ?? []).flatMap(({ fields }) => fields)),
];

type BuildChange = Partial<Pick<BuildRecord, "sets" | "wanted" | "due_at">>;

/** Writes what stands beside the sets in the transaction that writes one of them; the first makes it. */
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
  const born = Records.init(builds, { ...first, ...moving, revision: 1 }, { id: buildId({ builds }) });
  tx.create(builds, born, () => new WriteConflict("Another set is the first"));
}
