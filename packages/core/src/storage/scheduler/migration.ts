import { runIn, systemContext } from "../../kernel/context.ts";
import type { Ports } from "../../kernel/ports.ts";
import { type BaseRecord, type Collection, declaredDetail, loadTenantSealings } from "../table/collection.ts";
import { loadAllCollections } from "../table/collection-registry.ts";
import { SealedDetail } from "../vault/sealed-detail.ts";
import type { Sealed } from "../vault/vault.ts";
import { type WalkOptions, type WalkResult, walkRecords } from "./record-walk.ts";

export type MigrationResult = WalkResult;
export type MigrationOptions = WalkOptions;

/**
 * Migrates stored records to the shape of this release, so that lists show the new shape and old migrations no longer cost time on reads.
 * First, walks the kinds that have migrations and rewrites records of an older shape. Then walks the kinds with sealed documents, seals
 * values that are still in plain text, and completes records for which `needsMigration` is true.
 */
export async function migrate(ports: Ports, options: MigrationOptions = {}): Promise<MigrationResult> {
  const all = await runIn(systemContext(ports, undefined, "migrate"), loadAllCollections);
  const { refused: _refused, ...shaped } = await walkRecords(
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
  const { refused: _open, ...closed } = await finishMigration(ports, all, options);
  return {
    walked: shaped.walked + closed.walked,
    rewritten: shaped.rewritten + closed.rewritten,
    failed: [...shaped.failed, ...closed.failed],
    done: closed.done,
  };
}

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
