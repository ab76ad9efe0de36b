import { setTimeout as sleep } from "node:timers/promises";
import { runIn, systemContext, usePorts } from "../../kernel/context.ts";
import { isFailure } from "../../kernel/error.ts";
import type { Ports } from "../../kernel/ports.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { loadAllCollections } from "../table/collection-registry.ts";
import { readItem } from "../table/database.ts";
import type { Item } from "../table/item.ts";
import { type Key, systemKey } from "../table/key.ts";
import { type Sealed, Vault } from "../vault/vault.ts";
import { transaction } from "../write/transaction.ts";
import { type WalkOptions, type WalkResult, walkRecords } from "./record-walk.ts";

export interface RotationResult extends WalkResult {
  /** The generation of the master key. All data keys of older generations were replaced. */
  generation: number;
}

export interface RotationOptions extends WalkOptions {
  /**
   * Milliseconds between the start of the generation and the first record, 0 by default. Choose the duration of the longest request: a
   * request that created a data key just before the new generation has then written its record, which the walk would otherwise have passed.
   */
  grace?: number;
  /** Waits for `grace` milliseconds; a timer by default. */
  wait?: (ms: number) => Promise<unknown>;
}

/**
 * Starts a generation of master keys, and re-encrypts all sealed values of every record under a new data key of that generation. Continues
 * a rotation that has not ended, or that failed on some records.
 */
export async function rotateDataKeys(
  ports: Ports,
  { grace = 0, wait = sleep, ...options }: RotationOptions = {},
): Promise<RotationResult> {
  const waitForGrace = () => wait(grace);
  const { generation, ended: isEnded } = await runInSystem(ports, () => beginRotation(waitForGrace, options.resume ?? false));
  if (isEnded) return { walked: 0, rewritten: 0, failed: [], done: true, generation };
  const { failures, ...result } = await walkRecords(
    ports,
    {
      name: "rotate",
      kinds: (await runInSystem(ports, loadAllCollections)).filter(({ definition }) => definition.sealed !== undefined),
      targetVersion: () => generation,
      isDue(collection, item) {
        const sealed = readSealed(collection, collection.fromItem(item));
        return sealed !== null && !ports.keys.isCurrent(sealed.key, generation);
      },
      async rewrite(collection, current) {
        const sealed = readSealed(collection, current);
        return sealed ? { ...current, [String(collection.definition.sealed)]: await Vault.reseal(current.id, sealed) } : current;
      },
    },
    options,
  );
  if (result.done && Object.values(failures).every((count) => count === 0))
    await runInSystem(ports, () => saveRotation({ generation, ended: true }, generation));
  return { ...result, generation };
}

const runInSystem = <T>(ports: Ports, work: () => Promise<T>): Promise<T> =>
  runIn(systemContext(ports, undefined, "rotate", ["watermark"]), work);

function readSealed({ definition }: Collection<BaseRecord>, record: BaseRecord): Sealed | null {
  const fields: Item = { ...record };
  return (fields[String(definition.sealed)] as Sealed | null | undefined) ?? null;
}

/** The latest rotation. */
interface Rotation {
  generation: number;
  ended: boolean;
}

const rotationKey = (): Key => ({ pk: systemKey("watermark", "rotation"), sk: "rotation" });

/**
 * Returns the rotation in progress, or starts one. With `again`, also returns a rotation that has ended, because the caller continues an
 * earlier call.
 */
async function beginRotation(waitForGrace: () => Promise<unknown>, again: boolean): Promise<Rotation> {
  const last = (await readItem(rotationKey())) as Rotation | undefined;
  if (last && (again || !last.ended)) return last;
  const next: Rotation = { generation: await usePorts().keys.startGeneration(), ended: false };
  try {
    await saveRotation(next, last?.generation);
  } catch (error) {
    if (!isFailure(error, "CONFLICT")) throw error;
    // Another process started a rotation at the same time: continue that one.
    return beginRotation(waitForGrace, true);
  }
  await waitForGrace();
  return next;
}

const saveRotation = (rotation: Rotation, previousGeneration: number | undefined): Promise<void> =>
  transaction()
    .put(
      { ...rotationKey(), ...rotation },
      previousGeneration === undefined
        ? { condition: "attribute_not_exists(pk)" }
        : { condition: "generation = :over", values: { ":over": previousGeneration } },
    )
    .commit(undefined);
