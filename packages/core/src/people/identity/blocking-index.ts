import { isDeepStrictEqual } from "node:util";
import { limitConcurrency } from "../../kernel/concurrency.ts";
import { useTenant } from "../../kernel/context.ts";
import { Cache } from "../../storage/table/cache.ts";
import { readItems, tableName, update } from "../../storage/table/database.ts";
import type { Item, WriteAction, WriteStep } from "../../storage/table/item.ts";
import { hashTexts, type Key, matchKey, tenantKey } from "../../storage/table/key.ts";
import { dynamodbLimits } from "../../storage/table/table.ts";
import { Records } from "../../storage/write/records.ts";
import { retryTransient, Transaction, WriteConflict, writeSteps } from "../../storage/write/transaction.ts";
import { buildBlockingKeys, extractFeatures, type Features } from "../person/feature-extraction.rules.ts";
import { People, type PersonRecord } from "../person/person.entity.ts";

/** The match entry of each person, with the features that are compared, and the blocks: groups of persons with a common feature. */

/** A block with more persons than this does not help to tell persons apart, and is not used. */
export const MAX_PERSONS_PER_BLOCK = 64;

/** The match entry of a person. */
export interface MatchEntry {
  id: string;
  /** The version of the person from which the features were computed; 0 if they were never written. */
  version: number;
  features: Features;
  /** Whether the person was deleted or merged at that version. */
  isGone: boolean;
  /** A digest of the blocks that contain the person; undefined in an entry of an earlier release, which has their ids. */
  blocksDigest: string | undefined;
  /** The blocks that contain the person, as earlier releases stored them. */
  formerBlockIds: readonly string[];
  /** The ids of all persons with whom this one has been a candidate. */
  candidateIds: ReadonlySet<string>;
}

const emptyFeatures = extractFeatures(undefined);

/** Reports that the entry was written since it was read, so that the caller reads it again. */
export const entryConflict = (): Error => new WriteConflict("Another consumer wrote the entry first");

const isGone = (person: PersonRecord | undefined): boolean => !person || Boolean(person.deleted_at || person.merged_into);

export const hasChanged = (entry: MatchEntry, person: PersonRecord | undefined): boolean =>
  entry.isGone !== isGone(person) || !isDeepStrictEqual(entry.features, extractFeatures(person));

export async function readEntries(ids: readonly string[]): Promise<MatchEntry[]> {
  const tenant = useTenant();
  const items = await readItems(ids.map((id) => matchKey(tenant, id)));
  return ids.map((id, index) => {
    const { version = 0, compared, is_gone = false, blocks, block_ids, other_ids = [] } = items[index] ?? {};
    return {
      id,
      version: Number(version),
      features: compared === undefined ? emptyFeatures : (JSON.parse(String(compared)) as Features),
      isGone: Boolean(is_gone),
      // The former form takes precedence: the release before leaves the digest of a later one in place.
      blocksDigest: block_ids === undefined ? (blocks as string | undefined) : undefined,
      formerBlockIds: (block_ids ?? []) as string[],
      candidateIds: new Set(other_ids as Iterable<string>),
    };
  });
}

// --- Blocks ---

const buildBlockIds = (features: Features): string[] => buildBlockingKeys(features).map((key) => hashTexts(key));

/**
 * An entry contains only a digest of its blocks, because they follow from its features. If a release changes the blocks, the digest differs:
 * the person then joins the new ones, and stays in the former ones, where they are only compared without need.
 */
export const computeBlocksDigest = (blockIds: readonly string[]): string => hashTexts(...blockIds).slice(0, DIGEST_LENGTH);
const DIGEST_LENGTH = 8;

/** Returns the blocks that contain the person of an entry. */
export function listBlockIds({ features, blocksDigest, formerBlockIds }: MatchEntry): readonly string[] {
  if (blocksDigest === undefined) return formerBlockIds;
  const blockIds = buildBlockIds(features);
  return computeBlocksDigest(blockIds) === blocksDigest ? blockIds : [];
}

const blockKey = (block: string): Key => ({ pk: tenantKey(useTenant(), "BLOCK", block), sk: "block" });

/** Blocks that were full when they were read. A full block stays full, and is neither read nor written again. */
const fullBlocks = new Cache<true>(600, 10_000);
const cacheKey = (block: string): string => `${useTenant()}/${block}`;
export const isFull = (block: string): boolean => fullBlocks.has(cacheKey(block));

/** Maximum number of concurrent updates of contended blocks. */
const MAX_CONCURRENCY = 8;

/** The change of one person's entry, with the blocks to join and to leave. */
interface EntryUpdate {
  id: string;
  action: WriteAction;
  joins: readonly string[];
  leaves: readonly string[];
}

/**
 * Writes the features and blocks of persons as they are now. Returns the ids whose entries changed meanwhile, and removes them from
 * `read`.
 */
export async function updateEntries(ids: readonly string[], read: Map<string, MatchEntry>): Promise<string[]> {
  for (const entry of await readEntries(ids.filter((id) => !read.has(id)))) read.set(entry.id, entry);
  // Reads the records themselves, because stream images arrive late and more than once.
  const persons = await Records.loadMany(People, ids);
  const moves = ids.flatMap((id, index) => planEntryUpdate(read.get(id) as MatchEntry, persons[index]) ?? []);
  const remainingIds: string[] = [];
  for (const pack of packUpdates(moves)) {
    try {
      await commitBatch(pack);
    } catch (error) {
      if (!(error instanceof WriteConflict)) throw error;
      for (const { id } of pack) {
        remainingIds.push(id);
        read.delete(id);
      }
    }
  }
  return remainingIds;
}

/**
 * Blocks in which this process met write conflicts, such as those of common names. Persons join them outside of transactions,
 * before the features are written. A person in a wrong block is only compared without need, and matches no one there.
 */
const contendedBlocks = new Cache<true>(600, 10_000);

async function commitBatch(pack: readonly EntryUpdate[]): Promise<void> {
  const entrySteps = pack.map(({ action }): WriteStep => ({ action, rejection: entryConflict }));
  const limited = limitConcurrency(MAX_CONCURRENCY);
  let remainingUpdates = buildBlockUpdates(pack);
  const joinAlone = async (): Promise<void> => {
    const alone = remainingUpdates.filter(({ block, change }) => change === "joins" && contendedBlocks.has(cacheKey(block)));
    await Promise.all(alone.map(({ input }) => limited(() => retryTransient(() => update(input)))));
    remainingUpdates = remainingUpdates.filter((blockUpdate) => !alone.includes(blockUpdate));
  };
  const steps = (): WriteStep[] => [
    ...entrySteps,
    ...remainingUpdates.map(({ input }) => ({
      action: { Update: { TableName: tableName(), ...input } },
      rejection: entryConflict,
    })),
  ];
  await joinAlone();
  await writeSteps(steps(), async (conflictIndexes) => {
    const blocks = conflictIndexes.flatMap((index) => remainingUpdates[index - entrySteps.length]?.block ?? []);
    for (const block of blocks) await contendedBlocks.get(cacheKey(block), async () => true);
    await joinAlone();
    return steps();
  });
}

function planEntryUpdate(entry: MatchEntry, person: PersonRecord | undefined): EntryUpdate | undefined {
  const features = extractFeatures(person);
  const blocks = buildBlockIds(features);
  const digest = computeBlocksDigest(blocks);
  const formerBlocks = listBlockIds(entry);
  const isComplete = digest === entry.blocksDigest;
  if (!hasChanged(entry, person) && isComplete) return undefined;
  const action: WriteAction = {
    Update: {
      TableName: tableName(),
      Key: matchKey(useTenant(), entry.id),
      UpdateExpression: `SET version = :version, compared = :features, is_gone = :gone, blocks = :blocks REMOVE block_ids`,
      ...buildVersionCondition(entry, {
        ":version": Math.max(person?.version ?? 0, entry.version + 1),
        ":features": JSON.stringify(features),
        ":gone": isGone(person),
        ":blocks": digest,
      }),
    },
  };
  return {
    id: entry.id,
    action,
    joins: blocks.filter((block) => !formerBlocks.includes(block) && !isFull(block)),
    leaves: formerBlocks.filter((block) => !blocks.includes(block) && !isFull(block)),
  };
}

/** Builds the condition that the features have not been written since they were read. */
export function buildVersionCondition({ version }: MatchEntry, values: Item = {}): Item & { ConditionExpression: string } {
  const all: Item = { ...values, ...(version === 0 ? {} : { ":read": version }) };
  return {
    ConditionExpression: version === 0 ? "attribute_not_exists(version)" : "version = :read",
    ...(Object.keys(all).length > 0 ? { ExpressionAttributeValues: all } : {}),
  };
}

const membershipChanges = ["joins", "leaves"] as const;

/** Packs as many updates into each transaction as fit. A block that one person joins and another leaves is not in the same pack. */
function packUpdates(moves: readonly EntryUpdate[]): EntryUpdate[][] {
  const packs: EntryUpdate[][] = [];
  let changeByBlock = new Map<string, string>();
  let size = Number.POSITIVE_INFINITY;
  for (const move of moves) {
    const steps = membershipChanges.flatMap((membershipChange) =>
      move[membershipChange].map((block) => [block, membershipChange] as const),
    );
    const more = 1 + steps.filter(([block]) => !changeByBlock.has(block)).length;
    if (
      size + more > dynamodbLimits.transaction ||
      steps.some(([block, change]) => (changeByBlock.get(block) ?? change) !== change)
    ) {
      packs.push([]);
      changeByBlock = new Map();
      size = 0;
    }
    packs.at(-1)?.push(move);
    size += 1 + steps.filter(([block]) => !changeByBlock.has(block)).length;
    for (const [block, change] of steps) changeByBlock.set(block, change);
  }
  return packs;
}

interface BlockUpdate {
  block: string;
  change: (typeof membershipChanges)[number];
  input: Omit<NonNullable<WriteAction["Update"]>, "TableName">;
}

/** Builds one update for each block and direction of the pack. */
function buildBlockUpdates(pack: readonly EntryUpdate[]): BlockUpdate[] {
  return membershipChanges.flatMap((membershipChange) => {
    const members = new Map<string, Set<string>>();
    for (const move of pack) {
      for (const block of move[membershipChange]) members.set(block, (members.get(block) ?? new Set()).add(move.id));
    }
    return [...members].map(([block, ids]) => ({
      block,
      change: membershipChange,
      input: {
        Key: blockKey(block),
        UpdateExpression: `${membershipChange === "joins" ? "ADD" : "DELETE"} person_ids :ids`,
        ExpressionAttributeValues: { ":ids": ids },
      },
    }));
  });
}

/** Reads the persons in each block. Omits full blocks, which are emptied and marked. */
export async function readBlocks(blocks: readonly string[]): Promise<Map<string, readonly string[]>> {
  const items = await readItems(blocks.map(blockKey));
  const members = new Map<string, readonly string[]>();
  const overflowing: string[] = [];
  for (const [index, block] of blocks.entries()) {
    const { person_ids = [], is_full = false } = (items[index] ?? {}) as { person_ids?: Iterable<string>; is_full?: boolean };
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

/** Lists the ids of the persons who are in all blocks of these keys, ignoring full blocks; undefined if all of them are full. */
export async function listPersonsInBlocks(keys: readonly string[]): Promise<string[] | undefined> {
  const [first, ...otherBlocks] = [...(await readBlocks(keys.map((key) => hashTexts(key)))).values()];
  return first?.filter((id) => otherBlocks.every((block) => block.includes(id)));
}
