import { isDeepStrictEqual } from "node:util";
import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { isFailure } from "../../kernel/error.ts";
import { loadActiveRule } from "../../platform/rule/active-rule.ts";
import type { RecordChange } from "../../storage/stream/record-change.ts";
import { Cache } from "../../storage/table/cache.ts";
import { tableName } from "../../storage/table/database.ts";
import { matchKey } from "../../storage/table/key.ts";
import { dynamodbLimits } from "../../storage/table/table.ts";
import { Records } from "../../storage/write/records.ts";
import { Transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { buildFinding, buildQueueFields, RIVAL_POINT_REASON, updatePlain } from "../person/candidate.rules.ts";
import { computeScore, type Features, MIN_OPEN_SCORE, type Score } from "../person/feature-extraction.rules.ts";
import type { Weights } from "../person/match-weights.rules.ts";
import { type CandidateRecord, Candidates, type PersonRecord } from "../person/person.entity.ts";
import { buildCandidate, buildLinkAction, candidateId } from "../person/resolution.ts";
import {
  buildVersionCondition,
  entryConflict,
  hasChanged,
  isFull,
  listBlockIds,
  type MatchEntry,
  readBlocks,
  readEntries,
  updateEntries,
} from "./blocking-index.ts";
import { personMatch } from "./match.rule-kind.ts";

/**
 * Finds persons who may be the same, from the stream. Each person has a match entry with features, and each feature that few
 * persons share has a block that lists them. A new or changed person is first written into the blocks, and then compared with the
 * persons in them. So when two persons are created at the same moment, at least one comparison finds the other. The cost of a
 * person is about ten small writes and as many reads, independent of the number of persons.
 */
/** Maximum number of other persons with whom a person can have been a candidate. Further ones are not written. */
const MAX_CANDIDATES_PER_PERSON = 200;
/** Maximum number of persons similar to one person that are compared with each other. */
const MAX_SIMILAR_PERSONS = 20;
const MAX_TRIES = 6;

export async function onPersonChanges(changes: readonly RecordChange[]): Promise<void> {
  const versions = [...Map.groupBy(changes, ({ id }) => id)];
  const entries = await readEntries(versions.map(([id]) => id));
  const changedIds: string[] = [];
  const again: string[] = [];
  for (const [index, [id, ofOne]] of versions.entries()) {
    const before = entries[index] as MatchEntry;
    const newest = ofOne.reduce((newest, change) => (change.version > newest.version ? change : newest));
    if (hasChanged(before, newest.after as PersonRecord | undefined)) changedIds.push(id);
    // A change that is delivered again may have failed before the comparison.
    else if (ofOne.some(({ version }) => version <= before.version)) again.push(id);
  }
  const read = new Map(entries.map((entry) => [entry.id, entry]));
  await retryConflicting(changedIds, (ids) => updateEntries(ids, read));
  await retryConflicting([...changedIds, ...again], comparePersons);
  await learnIfGrown(changes.filter(({ version }) => version === 1).length);
}

/** Updates the entries of persons and compares them: after a new rule, or in a release with other blocks. */
export async function recomparePersons(ids: readonly string[]): Promise<void> {
  await retryConflicting(ids, (batch) => updateEntries(batch, new Map()));
  await retryConflicting(ids, comparePersons);
}

/** By tenant: the number of new persons after which it checks again whether to learn weights. */
const growthCache = new Cache<{ left: number }>(600, 10_000);

/** Learns match weights from the tenant's persons (weight-learning.ts), again whenever their number has doubled. */
async function learnIfGrown(createdCount: number): Promise<void> {
  const learning = () => import("./weight-learning.ts");
  const look = async () => ({ left: await (await learning()).computeRemaining() });
  const growth = await growthCache.get(useTenant(), look);
  growth.left -= createdCount;
  if (growth.left > 0) return;
  growth.left = (await look()).left;
  if (growth.left <= 0) growth.left = await (await learning()).learnExclusively();
}

/** Runs the work for ids, and again for the ids that it returns because of write conflicts. */
async function retryConflicting(
  ids: readonly string[],
  work: (ids: readonly string[]) => Promise<readonly string[]>,
): Promise<void> {
  let remainingIds = ids;
  for (let turn = 1; remainingIds.length > 0; turn++) {
    if (turn > MAX_TRIES) throw entryConflict();
    remainingIds = await work(remainingIds);
  }
}

// --- Comparison ---

interface ComparedPair {
  /** The id of the candidate for this pair. */
  id: string;
  first: MatchEntry;
  second: MatchEntry;
  fullScore: Score;
  /** The score without sensitive values. */
  plainScore: Score;
}

const isCandidate = ({ fullScore, plainScore }: ComparedPair): boolean =>
  Math.max(fullScore.score, plainScore.score) >= MIN_OPEN_SCORE;

/**
 * Compares persons with those in their blocks, with those of earlier candidates, and the similar ones with each other. Writes the
 * candidates. Returns the ids to compare again because of write conflicts.
 */
async function comparePersons(ids: readonly string[]): Promise<string[]> {
  const { definition } = await loadActiveRule(personMatch);
  const entryById = new Map<string, MatchEntry>();
  const pairs = new Map<string, ComparedPair>();
  const load = async (requestedIds: readonly string[]): Promise<void> => {
    const missing = [...new Set(requestedIds)].filter((id) => !entryById.has(id));
    for (const entry of await readEntries(missing)) entryById.set(entry.id, entry);
  };
  const compareAll = async (idPairs: readonly (readonly [string, string])[]): Promise<void> => {
    await load(idPairs.flat());
    for (const [a, b] of idPairs) {
      const id = candidateId(a, b);
      if (a !== b && !pairs.has(id))
        pairs.set(id, comparePair(id, entryById.get(a) as MatchEntry, entryById.get(b) as MatchEntry, definition));
    }
  };
  await load(ids);
  const entries = ids.map((id) => {
    const entry = entryById.get(id) as MatchEntry;
    return { ...entry, blockIds: listBlockIds(entry) };
  });
  const blocks = await readBlocks([...new Set(entries.flatMap((entry) => entry.blockIds))].filter((block) => !isFull(block)));
  const near = entries.flatMap(({ id, blockIds, candidateIds }) => {
    const nearIds = new Set([...blockIds.flatMap((block) => blocks.get(block) ?? []), ...candidateIds]);
    return [...nearIds].map((otherId) => [id, otherId] as const);
  });
  await compareAll(near);
  const candidatePairs = [...pairs.values()].filter(isCandidate);
  // Two persons who are both similar to a third are compared even without a common block.
  await compareAll([...groupSimilar(candidatePairs).values()].flatMap(listPairs));
  return writeCandidates([...pairs.values()]);
}

const comparePair = (id: string, a: MatchEntry, b: MatchEntry, weights: Weights): ComparedPair => {
  const compared = (features: (entry: MatchEntry) => Features): Score =>
    a.isGone || b.isGone ? { score: 0, reasons: [] } : computeScore(features(a), features(b), weights);
  return { id, first: a, second: b, fullScore: compared(({ features }) => features), plainScore: compared(omitSealed) };
};

/** Returns the features without those of sensitive values. */
const omitSealed = ({ features }: MatchEntry): Features => ({ ...features, document: "", hashes: {} });

/** Groups by person some of the persons similar to it. */
function groupSimilar(pairs: readonly ComparedPair[]): Map<string, Set<string>> {
  const friends = new Map<string, Set<string>>();
  const add = ({ id, candidateIds }: MatchEntry, friend: MatchEntry): void => {
    const ofOne = friends.get(id) ?? new Set([...candidateIds].slice(0, MAX_SIMILAR_PERSONS / 2));
    friends.set(id, ofOne.size < MAX_SIMILAR_PERSONS ? ofOne.add(friend.id) : ofOne);
  };
  for (const { first, second } of pairs) {
    add(first, second);
    add(second, first);
  }
  return friends;
}

const listPairs = (ids: ReadonlySet<string>): [string, string][] =>
  [...ids].flatMap((id, index) => [...ids].slice(index + 1).map((otherId): [string, string] => [id, otherId]));

// --- Candidates ---

interface CandidateWrite extends ComparedPair {
  before: CandidateRecord | undefined;
  after: CandidateRecord;
}

/** Each write is a candidate and the match entries of its two persons. */
const MAX_WRITES = Math.floor(dynamodbLimits.transaction / 3);

/** Writes the result of comparisons to the candidates. Returns the ids to compare again because of write conflicts. */
async function writeCandidates(pairs: readonly ComparedPair[]): Promise<string[]> {
  const concerned = pairs.filter((pair) => pair.first.candidateIds.has(pair.second.id) || (isCandidate(pair) && hasRoom(pair)));
  const storedCandidates = await Records.loadMany(
    Candidates,
    concerned.map(({ id }) => id),
  );
  const writes = concerned.flatMap((pair, index): CandidateWrite[] => {
    const before = storedCandidates[index];
    const after = computeCandidate(before, pair);
    return after ? [{ ...pair, before, after }] : [];
  });
  const remainingIds = new Set<string>();
  for (let offset = 0; offset < writes.length; offset += MAX_WRITES) {
    const pack = writes.slice(offset, offset + MAX_WRITES);
    try {
      await writeBatch(pack);
    } catch (error) {
      const isOvertaken = error instanceof WriteConflict || (isFailure(error) && error.code === "CONFLICT");
      if (!isOvertaken) throw error;
      for (const { first, second } of pack) remainingIds.add(first.id).add(second.id);
    }
  }
  return [...remainingIds];
}

const hasRoom = ({ first, second }: ComparedPair): boolean =>
  Math.max(first.candidateIds.size, second.candidateIds.size) < MAX_CANDIDATES_PER_PERSON;

/** Returns the candidate after a comparison; undefined if nothing is to be written. A user's decision is not changed. */
function computeCandidate(before: CandidateRecord | undefined, pair: ComparedPair): CandidateRecord | undefined {
  if (before && before.status !== "OPEN" && before.status !== "OBSOLETE") return undefined;
  const { first, second } = pair;
  const rivalReasons =
    first.isGone || second.isGone ? [] : (before?.reasons.filter(({ reason }) => reason === RIVAL_POINT_REASON) ?? []);
  const finding = buildFinding(pair.fullScore, rivalReasons);
  const plain = updatePlain(before?.plain ?? null, buildFinding(pair.plainScore, rivalReasons), Clock.now());
  const status = finding.score >= MIN_OPEN_SCORE ? ("OPEN" as const) : ("OBSOLETE" as const);
  if (!before) return isCandidate(pair) ? { ...buildCandidate(first.id, second.id, finding, plain), status } : undefined;
  // A candidate that is no longer open keeps the score and reasons of the last time that it was open.
  const next = { ...before, ...(status === "OPEN" ? finding : {}), status, ...buildQueueFields(plain) };
  return isDeepStrictEqual(next, before) ? undefined : Records.nextVersion(before, next);
}

/** Writes candidates on the condition that no person was changed since the comparison. */
async function writeBatch(pack: readonly CandidateWrite[]): Promise<void> {
  const tx = new Transaction();
  const friendsByEntry = new Map<MatchEntry, string[]>();
  for (const { first, second, before, after } of pack) {
    friendsByEntry.set(first, [...(friendsByEntry.get(first) ?? []), second.id]);
    friendsByEntry.set(second, [...(friendsByEntry.get(second) ?? []), first.id]);
    if (before) tx.replace(Candidates, before, after);
    else tx.create(Candidates, after);
  }
  for (const [entry, friends] of friendsByEntry) {
    const added = friends.filter((id) => !entry.candidateIds.has(id));
    if (added.length > 0) {
      const { Update } = buildLinkAction(entry.id, added);
      tx.add({ Update: { ...Update, ...buildVersionCondition(entry, Update.ExpressionAttributeValues) } }, entryConflict);
    } else {
      const Key = matchKey(useTenant(), entry.id);
      tx.add({ ConditionCheck: { TableName: tableName(), Key, ...buildVersionCondition(entry) } }, entryConflict);
    }
  }
  await tx.commit(undefined);
}
