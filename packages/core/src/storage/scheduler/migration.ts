import { Clock } from "../../kernel/clock.ts";
import { runIn, systemContext } from "../../kernel/context.ts";
import type { Ports } from "../../kernel/ports.ts";
import { type BaseRecord, type Collection, declaredDetail, loadTenantSealings } from "../table/collection.ts";
import { loadAllCollections } from "../table/collection-registry.ts";
import { SealedDetail } from "../vault/sealed-detail.ts";
import type { Sealed } from "../vault/vault.ts";
import { type FailuresByKind, type WalkOptions, type WalkResult, walkRecords } from "./record-walk.ts";
import { switchTable } from "./table-shapes.ts";

export type MigrationResult = WalkResult & { failures: FailuresByKind };

interface MigrationOptions extends WalkOptions {
  /** Milliseconds until every process knows that the table is switched, 0 by default: then this process is the only one. */
  grace?: number;
}

/**
 * Migrates stored records to the shape of this release, so that lists show the new shape and old migrations no longer cost time on reads.
 * First lets all processes write this shape, and waits until they know. Then walks the kinds that have migrations and rewrites records of an
 * older shape. Then walks the kinds with sealed documents, seals values that are still in plain text, and completes records for which
 * `needsMigration` is true.
 */
export async function migrate(ports: Ports, { grace = 0, ...options }: MigrationOptions = {}): Promise<MigrationResult> {
  const all = await loadMigratedCollections(ports);
  if (!options.isDryRun) {
    const switchedAt = await switchTable(ports, all, Clock.machineTimeWithPauses());
    if (grace > 0) await Clock.pause(switchedAt + grace - Clock.machineTimeWithPauses());
  }
  const shaped = await walkRecords(
    ports,
    {
      name: "migrate",
      kinds: all.filter(({ shape }) => shape > 1),
      targetVersion: ({ shape }) => shape,
      attribute: "shape",
      isDue: ({ shape }, item) => Number(item.shape) < shape,
      rewrite: ({ definition }, current, { tx, shape }) => definition.migrateRecord?.(current, tx, shape) ?? current,
    },
    options,
  );
  if (!shaped.done) return shaped;
  const closed = await finishMigration(ports, all, options);
  const kinds = new Set([...Object.keys(shaped.failures), ...Object.keys(closed.failures)]);
  return {
    walked: shaped.walked + closed.walked,
    rewritten: shaped.rewritten + closed.rewritten,
    failed: [...shaped.failed, ...closed.failed],
    failures: Object.fromEntries([...kinds].map((kind) => [kind, (shaped.failures[kind] ?? 0) + (closed.failures[kind] ?? 0)])),
    done: closed.done,
  };
}

/** Loads the collections that a migration may rewrite: all of the product. */
export const loadMigratedCollections = (ports: Ports): Promise<Collection<BaseRecord>[]> =>
  runIn(systemContext(ports, undefined, "migrate"), loadAllCollections);

const hasSealings = (collection: Collection<BaseRecord>): boolean =>
  Object.values(declaredDetail(collection)).some(
    ({ sealing, tenantDocuments }) => tenantDocuments || (sealing && sealing.names.length > 0),
  );

type SealedCollection = Collection<BaseRecord & { sealed: Sealed | null }>;

/** Reads from the documents themselves whether work is left: an earlier release or a restored backup may have written them. */
const finishMigration = (ports: Ports, all: readonly Collection<BaseRecord>[], options: MigrationOptions) =>
  walkRecords(
    ports,
    {
      name: "seal",
      kinds: all.filter((collection) => hasSealings(collection) || collection.definition.needsMigration),
      targetVersion: () => 1,
      isRepeatable: true,
      isDue: async (collection, item) => {
        const record = collection.fromItem(item);
        const owes = collection.definition.needsMigration?.(record) ?? false;
        return owes || SealedDetail.hasUnsealedValues(record, await loadTenantSealings(collection));
      },
      rewrite: async (collection, current, { tx, shape }) => {
        const record = ((await collection.definition.migrateRecord?.(current, tx, shape)) ?? current) as ReturnType<
          SealedCollection["fromItem"]
        >;
        if (!hasSealings(collection)) return record;
        return SealedDetail.seal(record, record, await loadTenantSealings(collection), { seesMasksOnly: false });
      },
    },
    options,
  );
