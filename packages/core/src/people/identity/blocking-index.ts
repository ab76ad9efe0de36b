import { isDeepStrictEqual } from "node:util";
import { limitConcurrency } from "../../kernel/concurrency.ts";
import { useTenant } from "../../kernel/context.ts";
import { Cache } from "../../storage/table/cache.ts";
import { getAll, tableName, update } from "../../storage/table/database.ts";
import type { Item, WriteAction, WriteStep } from "../../storage/table/item.ts";
import { hashTexts, type Key, matchKey, tenantKey } from "../../storage/table/key.ts";
import { dynamodbLimits } from "../../storage/table/table.ts";
import { Records } from "../../storage/write/records.ts";
import { retryTransient, Transaction, WriteConflict, writeSteps } from "../../storage/write/transaction.ts";
import { buildBlockingKeys, extractFeatures, type Features } from "../person/feature-extraction.rules.ts";
import { People, type PersonRecord } from "../person/person.entity.ts";

/** What persons are compared by, beside each of them, and the blocks in which they stand together. */

/** A block with more persons than this tells nobody apart. */
export const MAX_PERSONS_PER_BLOCK = 64;

/** What stands beside a person. */
export interface MatchEntry {
  id: string;
  /** The person's when the features were written; 0 where they never were. */
  version: number;
  features: Features;
  /** Whether the person was deleted or merged then. */
  isGone: boolean;
  /** Blocks that name the person. */
  blockIds: readonly string[];
  /** Everybody that the person has been a candidate with. */
  candidateIds: ReadonlySet<string>;
}

const emptyFeatures = extractFeatures(undefined);

/** What was read here has been written since: it is read again. */
export const entryConflict = (): Error => new WriteConflict("Another consumer came first");

const isGone = (person: PersonRecord | undefined): boolean => !person || Boolean(person.deleted_at || person.merged_into);

export const hasChanged = (known: MatchEntry, person: PersonRecord | undefined): boolean =>
  known.isGone !== isGone(person) || !isDeepStrictEqual(known.features, extractFeatures(person));

export async function readEntries(ids: readonly string[]): Promise<MatchEntry[]> {
  const tenant = useTenant();
  const items = await getAll(ids.map((id) => matchKey(tenant, id)));
  return ids.map((id, at) => {
    const { version = 0, compared, is_gone = false, block_ids = [], other_ids = [] } = items[at] ?? {};
    return {
      id,
      version: Number(version),
      features: compared === undefined ? emptyFeatures : (JSON.parse(String(compared)) as Features),
      isGone: Boolean(is_gone),
      blockIds: block_ids as string[],
      candidateIds: new Set(other_ids as Iterable<string>),
    };
  });
}

// --- Blocks ---

const blockKey = (block: string): Key => ({ pk: tenantKey(useTenant(), "BLOCK", block), sk: "block" });

/** Blocks that were seen full: they stay so, and are neither read nor written again. */
const fullBlocks = new Cache<true>(600, 10_000);
const cacheKey = (block: string): string => `${useTenant()}/${block}`;
export const isFull = (block: string): boolean => fullBlocks.has(cacheKey(block));

/** Blocks joined alone at a time. */
const MAX_CONCURRENCY = 8;

/** One person's way from the blocks where they stand to those where they belong. */
interface EntryUpdate {
  id: string;
  action: WriteAction;
  joins: readonly string[];
  leaves: readonly string[];
}

/** Writes persons' features and blocks as they are now; gives back those with whom others were faster, out of `read`. */
export async function updateEntries(ids: readonly string[], read: Map<string, MatchEntry>): Promise<string[]> {
  for (const each of await readEntries(ids.filter((id) => !read.has(id)))) read.set(each.id, each);
  // The record itself, not its image in the stream: images come late, and again.
  const persons = await Records.loadMany(People, ids);
  const moves = ids.flatMap((id, at) => planEntryUpdate(read.get(id) as MatchEntry, persons[at]) ?? []);
  const left: string[] = [];
  for (const pack of packUpdates(moves)) {
    try {
      await commitBatch(pack);
    } catch (error) {
      if (!(error instanceof WriteConflict)) throw error;
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
const contendedBlocks = new Cache<true>(600, 10_000);

async function commitBatch(pack: readonly EntryUpdate[]): Promise<void> {
  const own = pack.map(({ action }): WriteStep => ({ action, rejection: entryConflict }));
  const limited = limitConcurrency(MAX_CONCURRENCY);
  let left = buildBlockUpdates(pack);
  const joinAlone = async (): Promise<void> => {
    const alone = left.filter(({ block, change: way }) => way === "joins" && contendedBlocks.has(cacheKey(block)));
    await Promise.all(alone.map(({ input }) => limited(() => retryTransient(() => update(input)))));
    left = left.filter((each) => !alone.includes(each));
  };
  const steps = (): WriteStep[] => [
    ...own,
    ...left.map(({ input }) => ({ action: { Update: { TableName: tableName(), ...input } }, rejection: entryConflict })),
  ];
  await joinAlone();
  await writeSteps(steps(), async (met) => {
    const blocks = met.flatMap((at) => left[at - own.length]?.block ?? []);
    for (const block of blocks) await contendedBlocks.get(cacheKey(block), async () => true);
    await joinAlone();
    return steps();
  });
}

function planEntryUpdate(known: MatchEntry, person: PersonRecord | undefined): EntryUpdate | undefined {
  const features = extractFeatures(person);
  const blocks = buildBlockingKeys(features).map((key) => hashTexts(key));
  if (!hasChanged(known, person) && isDeepStrictEqual(blocks, known.blockIds)) return undefined;
  const action: WriteAction = {
    Update: {
      TableName: tableName(),
      Key: matchKey(useTenant(), known.id),
      UpdateExpression: "SET version = :version, compared = :features, is_gone = :gone, block_ids = :blocks",
      ...buildVersionCondition(known, {
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
    joins: blocks.filter((block) => !known.blockIds.includes(block) && !isFull(block)),
    leaves: known.blockIds.filter((block) => !blocks.includes(block) && !isFull(block)),
  };
}

/** Holds while the features have not been written since they were read. */
export function buildVersionCondition({ version }: MatchEntry, values: Item = {}): Item & { ConditionExpression: string } {
  const all: Item = { ...values, ...(version === 0 ? {} : { ":read": version }) };
  return {
    ConditionExpression: version === 0 ? "attribute_not_exists(version)" : "version = :read",
    ...(Object.keys(all).length > 0 ? { ExpressionAttributeValues: all } : {}),
  };
}

const membershipChanges = ["joins", "leaves"] as const;

/** As many to a transaction as fit; a block that one joins and another leaves is not written for both at once. */
function packUpdates(moves: readonly EntryUpdate[]): EntryUpdate[][] {
  const packs: EntryUpdate[][] = [];
  let touched = new Map<string, string>();
  let size = Number.POSITIVE_INFINITY;
  for (const move of moves) {
    const steps = membershipChanges.flatMap((way) => move[way].map((block) => [block, way] as const));
    const more = 1 + steps.filter(([block]) => !touched.has(block)).length;
    if (size + more > dynamodbLimits.transaction || steps.some(([block, way]) => (touched.get(block) ?? way) !== way)) {
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

interface BlockUpdate {
  block: string;
  change: (typeof membershipChanges)[number];
  input: Omit<NonNullable<WriteAction["Update"]>, "TableName">;
}

/** One update for each block that the pack touches. */
function buildBlockUpdates(pack: readonly EntryUpdate[]): BlockUpdate[] {
  return membershipChanges.flatMap((way) => {
    const members = new Map<string, Set<string>>();
    for (const move of pack) {
      for (const block of move[way]) members.set(block, (members.get(block) ?? new Set()).add(move.id));
    }
    return [...members].map(([block, ids]) => ({
      block,
      change: way,
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
    if (all.length > (is_full ? 0 : MAX_PERSONS_PER_BLOCK)) overflowing.push(block);
    if (is_full || all.length > MAX_PERSONS_PER_BLOCK) await fullBlocks.get(cacheKey(block), async () => true);
    else members.set(block, all);
  }
  const tx = new Transaction();
  for (const block of overflowing.slice(0, dynamodbLimits.transaction)) {
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
export async function listPersonsInBlocks(keys: readonly string[]): Promise<string[] | undefined> {
  const [first, ...others] = [...(await readBlocks(keys.map((key) => hashTexts(key)))).values()];
  return first?.filter((id) => others.every((block) => block.includes(id)));
}
