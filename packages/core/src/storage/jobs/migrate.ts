import { runIn, systemContext } from "../../kernel/context.ts";
import type { Ports } from "../../kernel/ports.ts";
import { allCollections } from "../table/collections.ts";
import { type Walked, type WalkOptions, walk } from "./walk.ts";

export type Migrated = Walked;
export type MigrateOptions = WalkOptions;

/**
 * Brings stored records into the shape of this release, so that lists show them in it and migrations of long ago cost
 * nothing at reading: walks the records of each kind that has migrations, and rewrites those of an old shape.
 */
export async function migrate(ports: Ports, options: MigrateOptions = {}): Promise<Migrated> {
  const kinds = (await runIn(systemContext(ports, undefined, "migrate"), allCollections)).filter(({ shape }) => shape > 1);
  const { refused: _refused, ...result } = await walk(
    ports,
    {
      name: "migrate",
      kinds,
      mark: ({ shape }) => shape,
      attribute: "shape",
      isDue: ({ shape }, item) => Number(item.shape) < shape,
      rewritten: ({ definition }, current, tx) => definition.carry?.(current, tx) ?? current,
    },
    options,
  );
  return result;
}
