import { runIn, systemContext } from "../../kernel/context.ts";
import type { Ports } from "../../kernel/ports.ts";
import { type BaseRecord, type Collection, detailOf, sealingsNow } from "../table/collection.ts";
import { allCollections } from "../table/collections.ts";
import { SealedDetail } from "../vault/detail.ts";
import type { Sealed } from "../vault/vault.ts";
import { type Walked, type WalkOptions, walk } from "./walk.ts";

export type Migrated = Walked;
export type MigrateOptions = WalkOptions;

/**
 * Brings stored records into the shape of this release, so that lists show them in it and migrations of long ago cost
 * nothing at reading: walks the records of each kind that has migrations, and rewrites those of an old shape. Then it walks
 * those with documents of which something is sealed, and seals what lies open there, and those that may owe something still.
 */
export async function migrate(ports: Ports, options: MigrateOptions = {}): Promise<Migrated> {
  const all = await runIn(systemContext(ports, undefined, "migrate"), allCollections);
  const { refused: _refused, ...shaped } = await walk(
    ports,
    {
      name: "migrate",
      kinds: all.filter(({ shape }) => shape > 1),
      mark: ({ shape }) => shape,
      attribute: "shape",
      isDue: ({ shape }, item) => Number(item.shape) < shape,
      rewritten: ({ definition }, current, tx) => definition.carry?.(current, tx) ?? current,
    },
    options,
  );
  if (!shaped.done) return shaped;
  const { refused: _open, ...closed } = await finish(ports, all, options);
  return {
    walked: shaped.walked + closed.walked,
    rewritten: shaped.rewritten + closed.rewritten,
    failed: [...shaped.failed, ...closed.failed],
    done: closed.done,
  };
}

const hasSealings = (collection: Collection<BaseRecord>): boolean =>
  Object.values(detailOf(collection)).some(({ sealing, own }) => own || (sealing && sealing.names.length > 0));

type Sealing = Collection<BaseRecord & { sealed: Sealed | null }>;

/** What is due is told by the documents themselves: whoever wrote them, a release before or a restore of one. */
const finish = (ports: Ports, all: readonly Collection<BaseRecord>[], options: MigrateOptions) =>
  walk(
    ports,
    {
      name: "seal",
      kinds: all.filter((collection) => hasSealings(collection) || collection.definition.owes),
      mark: () => 1,
      repeats: true,
      isDue: async (collection, item) => {
        const record = collection.fromItem(item);
        const owes = collection.definition.owes?.(record) ?? false;
        return owes || SealedDetail.isOpen(record, await sealingsNow(collection));
      },
      rewritten: async (collection, current, tx) => {
        const record = ((await collection.definition.carry?.(current, tx)) ?? current) as ReturnType<Sealing["fromItem"]>;
        if (!hasSealings(collection)) return record;
        return SealedDetail.sealed(record, record, await sealingsNow(collection), { blind: false });
      },
    },
    options,
  );
