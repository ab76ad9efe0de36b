import { Clock } from "../../kernel/clock.ts";
import { runIn, systemContext } from "../../kernel/context.ts";
import { conflict, isFailure } from "../../kernel/error.ts";
import type { Kind } from "../../kernel/id.ts";
import type { Ports } from "../../kernel/ports.ts";
import { query, readItem, update } from "../table/database.ts";
import type { Item } from "../table/item.ts";
import { systemKey } from "../table/key.ts";
import { type KindShape, setWrittenShapes, tableShapesKey } from "../table/written-shapes.ts";
import { transaction } from "../write/transaction.ts";

/** What the table says about the shapes of its records. A kind that it does not name has shape 1. */
export interface TableShapes {
  /** The shape in which processes may write a kind, because all that run can read it. */
  written: Readonly<Record<string, number>>;
  /** The shape that every stored record of a kind has at least. */
  complete: Readonly<Record<string, number>>;
  /** The machine's time of the last switch, in milliseconds. */
  switchedAt: number;
}

type TablePorts = Pick<Ports, "domains" | "database" | "writtenShapes">;

const runInMigration = <T>(ports: TablePorts, work: () => Promise<T>): Promise<T> =>
  runIn(systemContext(ports as Ports, undefined, "migrate", ["migration", "tenants"]), work);

export const readTableShapes = (ports: TablePorts): Promise<TableShapes> =>
  runInMigration(ports, async () => parseShapes(await readItem(tableShapesKey())));

const parseShapes = (item: Item | undefined): TableShapes => ({
  written: (item?.written ?? {}) as TableShapes["written"],
  complete: (item?.complete ?? {}) as TableShapes["complete"],
  switchedAt: Number(item?.switched_at ?? 0),
});

/**
 * Refuses a table that this release cannot read: it needs a migration that is not finished, or a later release has migrated it. Marks a
 * table without tenants as complete. A local server calls this at its start, and a deployment before it replaces the first function. If no
 * other process can have the table, no process of the release before reads it, and it is switched at once.
 */
export async function prepareTableShapes(ports: TablePorts, { isExclusive = false } = {}): Promise<void> {
  const kinds = listAllKinds(ports);
  const shapes = await runInMigration(ports, readOrCreateShapes(kinds));
  requireReadable(kinds, shapes);
  setWrittenShapes(ports.writtenShapes, shapes.written);
  const isFormer = ({ name, shape }: Kind): boolean => (shapes.written[name] ?? 1) < shape;
  if (isExclusive && kinds.some(isFormer)) await switchTable(ports, kinds.filter(isFormer), Clock.machineTimeWithPauses());
}

const listAllKinds = ({ domains }: TablePorts): Kind[] => domains.flatMap(({ kinds }) => kinds);

const readOrCreateShapes = (kinds: readonly Kind[]) => async (): Promise<TableShapes> => {
  const stored = await readItem(tableShapesKey());
  if (stored || (await hasTenants())) return parseShapes(stored);
  const current = Object.fromEntries(kinds.filter(({ shape }) => shape > 1).map(({ name, shape }) => [name, shape]));
  try {
    await transaction()
      .put(
        { ...tableShapesKey(), written: current, complete: current, switched_at: 0 },
        { condition: "attribute_not_exists(pk)" },
      )
      .commit(undefined);
  } catch (error) {
    // Another process has prepared the table at the same time.
    if (!isFailure(error, "CONFLICT")) throw error;
  }
  return parseShapes(await readItem(tableShapesKey()));
};

async function hasTenants(): Promise<boolean> {
  const { Items = [] } = await query({
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": systemKey("tenants", "all") },
    ConsistentRead: true,
    Limit: 1,
  });
  return Items.length > 0;
}

function requireReadable(kinds: readonly Kind[], { written, complete }: TableShapes): void {
  const listKinds = (isUnreadable: (kind: Kind) => boolean, describe: (kind: Kind) => string): string =>
    kinds.filter(isUnreadable).map(describe).join(", ");
  const unfinished = listKinds(
    ({ name, oldestShape }) => (complete[name] ?? 1) < oldestShape,
    ({ name, oldestShape }) => `${name} to shape ${oldestShape}`,
  );
  if (unfinished)
    throw conflict(
      `This release needs a finished migration of these kinds: ${unfinished}. Run the command migrate of the release before to its end, and then start this release.`,
    );
  const later = listKinds(
    ({ name, shape }) => (written[name] ?? 1) > shape,
    ({ name, shape }) => `${name} (shape ${written[name]}, this release knows ${shape})`,
  );
  if (later) throw conflict(`A later release has migrated this table: ${later}. Start that release or a later one.`);
}

/**
 * Lets all processes write the shapes of this release. Call it only once all processes of the release before have ended. Returns the time
 * of the last switch: processes learn of it within a minute.
 */
export async function switchTable(ports: TablePorts, kinds: readonly KindShape[], now: number): Promise<number> {
  const { written, switchedAt } = await readTableShapes(ports);
  const raised = kinds.filter(({ name, shape }) => (written[name] ?? 1) < shape);
  if (raised.length > 0) await raiseShapes(ports, "written", raised, now);
  setWrittenShapes(ports.writtenShapes, { ...written, ...toShapes(raised) });
  return raised.length > 0 ? now : switchedAt;
}

/** Records that every stored record of these kinds has at least the shape of this release. */
export const completeShapes = (ports: TablePorts, kinds: readonly KindShape[]): Promise<void> =>
  raiseShapes(ports, "complete", kinds);

/** Forgets what is complete, because records of earlier shapes may come back, from a backup. */
export const forgetCompleteShapes = (ports: TablePorts): Promise<unknown> =>
  runInMigration(ports, () => update({ Key: tableShapesKey(), UpdateExpression: "REMOVE complete" }));

const toShapes = (kinds: readonly KindShape[]): Record<string, number> =>
  Object.fromEntries(kinds.map(({ name, shape }) => [name, shape]));

/** One runner at a time holds the lease of the migration, so reading and writing are not in one transaction. */
async function raiseShapes(
  ports: TablePorts,
  attribute: "written" | "complete",
  kinds: readonly KindShape[],
  switchedAt?: number,
): Promise<void> {
  await runInMigration(ports, async () => {
    const stored = parseShapes(await readItem(tableShapesKey()));
    const isSwitch = switchedAt !== undefined;
    await update({
      Key: tableShapesKey(),
      UpdateExpression: `SET ${attribute} = :shapes${isSwitch ? ", switched_at = :at" : ""}`,
      ExpressionAttributeValues: {
        ":shapes": { ...stored[attribute], ...toShapes(kinds) },
        ...(isSwitch ? { ":at": switchedAt } : {}),
      },
    });
  });
}
