import { isDeepStrictEqual } from "node:util";
import { useTenant } from "../kernel/context.ts";
import { atMost } from "../kernel/pool.ts";
import { Cache } from "../storage/table/cache.ts";
import { getAll, tableName, update } from "../storage/table/database.ts";
import type { Action, Item, Step } from "../storage/table/item.ts";
import { hashed, type Key, matchKey, tenantKey } from "../storage/table/key.ts";
import { limits } from "../storage/table/table.ts";
import { Records } from "../storage/write/records.ts";
import { Moved, retryPassing, Transaction, write } from "../storage/write/transaction.ts";
import { blockingKeys, type Features, featuresOf } from "./match.rules.ts";
import { People, type PersonRecord } from "./person.entity.ts";

/** What persons are compared by, beside each of them, and the blocks in which they stand together. */

/** A block with more persons than this tells nobody apart. */
export const MOST_IN_BLOCK = 64;

/** What stands beside a person. */
export interface Known {
  id: string;
  /** The person's when the features were written; 0 where they never were. */
  version: number;
  features: Features;
  /** Whether the person was deleted or merged then. */
  gone: boolean;
  /** Blocks that name the person. */
  blocks: readonly string[];
  /** Everybody that the person has been a candidate with. */
  others: ReadonlySet<string>;
}

const unknown = featuresOf(undefined);

/** What was read here has been written since: it is read again. */
export const overtaken = (): Error => new Moved("Another consumer came first");

const isGone = (person: PersonRecord | undefined): boolean => !person || Boolean(person.deleted_at || person.merged_into);

export const differs = (known: Known, person: PersonRecord | undefined): boolean =>
  known.gone !== isGone(person) || !isDeepStrictEqual(known.features, featuresOf(person));

export async function readKnown(ids: readonly string[]): Promise<Known[]> {
  const tenant = useTenant();
  const items = await getAll(ids.map((id) => matchKey(tenant, id)));
  return ids.map((id, at) => {
    const { version = 0, compared, is_gone = false, block_ids = [], other_ids = [] } = items[at] ?? {};
    return {
      id,
      version: Number(version),
      features: compared === undefined ? unknown : (JSON.parse(String(compared)) as Features),
      gone: Boolean(is_gone),
      blocks: block_ids as string[],
      others: new Set(other_ids as Iterable<string>),
    };
  });
}

// --- Blocks ---

const blockKey = (block: string): Key => ({ pk: tenantKey(useTenant(), "BLOCK", block), sk: "block" });

/** Blocks that were seen full: they stay so, and are neither read nor written again. */
const full = new Cache<true>(600, 10_000);
const keptAs = (block: string): string => `${useTenant()}/${block}`;
export const isFull = (block: string): boolean => full.has(keptAs(block));

/** Blocks joined alone at a time. */
const AT_ONCE = 8;

/** One person's way from the blocks where they stand to those where they belong. */
interface Move {
  id: string;
  action: Action;
  joins: readonly string[];
  leaves: readonly string[];
}

/** Writes persons' features and blocks as they are now; gives back those with whom others were faster, out of `read`. */
export async function enter(ids: readonly string[], read: Map<string, Known>): Promise<string[]> {
  for (const each of await readKnown(ids.filter((id) => !read.has(id)))) read.set(each.id, each);
  // The record itself, not its image in the stream: images come late, and again.
  const persons = await Records.loadMany(People, ids);
  const moves = ids.flatMap((id, at) => moveOf(read.get(id) as Known, persons[at]) ?? []);
  const left: string[] = [];
  for (const pack of packed(moves)) {
    try {
      await commit(pack);
    } catch (error) {
      if (!(error instanceof Moved)) throw error;
      for (const { id } of pack) {
        left.push(id);
        read.delete(id);
      }
    }
  }
  return left;
}

/**
 * Blocks at which this process met others, as at those of common names: transactions would stand in each other's way there. They are
 * joined outside of any, before the features say so: who stands in a block and does not belong there is compared, and nobody's like.
 */
const crowded = new Cache<true>(600, 10_000);

async function commit(pack: readonly Move[]): Promise<void> {
  const own = pack.map(({ action }): Step => ({ action, refused: overtaken }));
  const limited = atMost(AT_ONCE);
  let left = blockMoves(pack);
  const joinAlone = async (): Promise<void> => {
    const alone = left.filter(({ block, way }) => way === "joins" && crowded.has(keptAs(block)));
    await Promise.all(alone.map(({ input }) => limited(() => retryPassing(() => update(input)))));
    left = left.filter((each) => !alone.includes(each));
  };
  const steps = (): Step[] => [
    ...own,
    ...left.map(({ input }) => ({ action: { Update: { TableName: tableName(), ...input } }, refused: overtaken })),
  ];
  await joinAlone();
  await write(steps(), async (met) => {
    const blocks = met.flatMap((at) => left[at - own.length]?.block ?? []);
    for (const block of blocks) await crowded.get(keptAs(block), async () => true);
    await joinAlone();
    return steps();
  });
}

function moveOf(known: Known, person: PersonRecord | undefined): Move | undefined {
  const features = featuresOf(person);
  const blocks = blockingKeys(features).map((key) => hashed(key));
  if (!differs(known, person) && isDeepStrictEqual(blocks, known.blocks)) return undefined;
  const action: Action = {
    Update: {
      TableName: tableName(),
      Key: matchKey(useTenant(), known.id),
      UpdateExpression: "SET version = :version, compared = :features, is_gone = :gone, block_ids = :blocks",
      ...whileAt(known, {
        ":version": Math.max(person?.version ?? 0, known.version + 1),
        ":features": JSON.stringify(features),
        ":gone": isGone(person),
        ":blocks": blocks,
      }),
    },
  };
  return {
    id: known.id,
    action,
    joins: blocks.filter((block) => !known.blocks.includes(block) && !isFull(block)),
    leaves: known.blocks.filter((block) => !blocks.includes(block) && !isFull(block)),
  };
}

/** Holds while the features have not been written since they were read. */
export function whileAt({ version }: Known, values: Item = {}): Item & { ConditionExpression: string } {
  const all: Item = { ...values, ...(version === 0 ? {} : { ":read": version }) };
  return {
    ConditionExpression: version === 0 ? "attribute_not_exists(version)" : "version = :read",
    ...(Object.keys(all).length > 0 ? { ExpressionAttributeValues: all } : {}),
  };
}

const ways = ["joins", "leaves"] as const;

/** As many to a transaction as fit; a block that one joins and another leaves is not written for both at once. */
function packed(moves: readonly Move[]): Move[][] {
  const packs: Move[][] = [];
  let touched = new Map<string, string>();
  let size = Number.POSITIVE_INFINITY;
  for (const move of moves) {
    const steps = ways.flatMap((way) => move[way].map((block) => [block, way] as const));
    const more = 1 + steps.filter(([block]) => !touched.has(block)).length;
    if (size + more > limits.transaction || steps.some(([block, way]) => (touched.get(block) ?? way) !== way)) {
      packs.push([]);
      touched = new Map();
      size = 0;
    }
    packs.at(-1)?.push(move);
    size += 1 + steps.filter(([block]) => !touched.has(block)).length;
    for (const [block, way] of steps) touched.set(block, way);
  }
  return packs;
}

interface BlockMove {
  block: string;
  way: (typeof ways)[number];
  input: Omit<NonNullable<Action["Update"]>, "TableName">;
}

/** One update for each block that the pack touches. */
function blockMoves(pack: readonly Move[]): BlockMove[] {
  return ways.flatMap((way) => {
    const members = new Map<string, Set<string>>();
    for (const move of pack) {
      for (const block of move[way]) members.set(block, (members.get(block) ?? new Set()).add(move.id));
    }
    return [...members].map(([block, ids]) => ({
      block,
      way,
      input: {
        Key: blockKey(block),
        UpdateExpression: `${way === "joins" ? "ADD" : "DELETE"} person_ids :ids`,
        ExpressionAttributeValues: { ":ids": ids },
      },
    }));
  });
}

/** Persons in each block; nobody in one that is full, which is emptied and marked. */
export async function readBlocks(blocks: readonly string[]): Promise<Map<string, readonly string[]>> {
  const items = await getAll(blocks.map(blockKey));
  const members = new Map<string, readonly string[]>();
  const overflowing: string[] = [];
  for (const [at, block] of blocks.entries()) {
    const { person_ids = [], is_full = false } = (items[at] ?? {}) as { person_ids?: Iterable<string>; is_full?: boolean };
    const all = [...person_ids];
    if (all.length > (is_full ? 0 : MOST_IN_BLOCK)) overflowing.push(block);
    if (is_full || all.length > MOST_IN_BLOCK) await full.get(keptAs(block), async () => true);
    else members.set(block, all);
  }
  const tx = new Transaction();
  for (const block of overflowing.slice(0, limits.transaction)) {
    const UpdateExpression = "SET is_full = :true REMOVE person_ids";
    const values = { ":true": true };
    tx.add({
      Update: { TableName: tableName(), Key: blockKey(block), UpdateExpression, ExpressionAttributeValues: values },
    });
  }
  await tx.commit(undefined);
  return members;
}

/** Ids of the persons who are in all of the blocks, by their keys; undefined where each of them is full. */
export async function personsInBlocks(keys: readonly string[]): Promise<string[] | undefined> {
  const [first, ...others] = [...(await readBlocks(keys.map((key) => hashed(key)))).values()];
  return first?.filter((id) => others.every((block) => block.includes(id)));
}
