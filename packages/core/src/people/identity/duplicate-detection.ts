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
  type MatchEntry,
  readBlocks,
  readEntries,
  updateEntries,
} from "./blocking-index.ts";
import { personMatch } from "./match.kind.ts";

/**
 * Finds persons who may be one, from the stream. Beside each person stands what they are compared by; a block for each
 * thing that few have in common names the persons who have it. Who is new or changed is written into their blocks first,
 * and then compared with whom they find there: so of two who come at the same moment, one at least finds the other.
 * A person costs some ten small writes and as many reads, however many persons there are.
 */
/** Others that a person has been a candidate with; past so many no more are found. */
const MAX_CANDIDATES_PER_PERSON = 200;
/** Of those whom a person is like, so many are compared with each other. */
const MAX_SIMILAR_PERSONS = 20;
const MAX_TRIES = 6;

export async function onPersonChanges(changes: readonly RecordChange[]): Promise<void> {
  const versions = [...Map.groupBy(changes, ({ id }) => id)];
  const known = await readEntries(versions.map(([id]) => id));
  const moved: string[] = [];
  const again: string[] = [];
  for (const [at, [id, ofOne]] of versions.entries()) {
    const before = known[at] as MatchEntry;
    const newest = ofOne.reduce((newest, each) => (each.version > newest.version ? each : newest));
    if (hasChanged(before, newest.after as PersonRecord | undefined)) moved.push(id);
    // What is delivered again may have failed before it was compared.
    else if (ofOne.some(({ version }) => version <= before.version)) again.push(id);
  }
  const read = new Map(known.map((each) => [each.id, each]));
  await retryConflicting(moved, (ids) => updateEntries(ids, read));
  await retryConflicting([...moved, ...again], comparePersons);
  await learnIfGrown(changes.filter(({ version }) => version === 1).length);
}

/** Enters and compares persons as they are now: after another rule, or a release that knows more blocks. */
export async function recomparePersons(ids: readonly string[]): Promise<void> {
  await retryConflicting(ids, (some) => updateEntries(some, new Map()));
  await retryConflicting(ids, comparePersons);
}

/** By tenant, how many persons may come before it is worth a look whether there is more to learn. */
const growthCache = new Cache<{ left: number }>(600, 10_000);

/** What persons agree by is learnt from themselves (learning.ts), again whenever they are twice as many. */
async function learnIfGrown(born: number): Promise<void> {
  const learning = () => import("./weight-learning.ts");
  const look = async () => ({ left: await (await learning()).computeRemaining() });
  const known = await growthCache.get(useTenant(), look);
  known.left -= born;
  if (known.left > 0) return;
  known.left = (await look()).left;
  if (known.left <= 0) known.left = await (await learning()).learnExclusively();
}

/** Does the work for ids, and again for those with which others were faster. */
async function retryConflicting(
  ids: readonly string[],
  work: (ids: readonly string[]) => Promise<readonly string[]>,
): Promise<void> {
  let left = ids;
  for (let turn = 1; left.length > 0; turn++) {
    if (turn > MAX_TRIES) throw entryConflict();
    left = await work(left);
  }
}

// --- Comparison ---

interface ComparedPair {
  /** Of the candidate that the two make. */
  id: string;
  one: MatchEntry;
  other: MatchEntry;
  fullScore: Score;
  /** What is found without what is sealed. */
  plainScore: Score;
}

const isCandidate = ({ fullScore: found, plainScore: plain }: ComparedPair): boolean =>
  Math.max(found.score, plain.score) >= MIN_OPEN_SCORE;

/**
 * Compares persons with those in their blocks, with those that they were found with before, and those that they are
 * found with now with each other; writes what follows, and gives back those with whom others were faster.
 */
async function comparePersons(ids: readonly string[]): Promise<string[]> {
  const { definition: weights } = await loadActiveRule(personMatch);
  const known = new Map<string, MatchEntry>();
  const pairs = new Map<string, ComparedPair>();
  const load = async (wanted: readonly string[]): Promise<void> => {
    const missing = [...new Set(wanted)].filter((id) => !known.has(id));
    for (const each of await readEntries(missing)) known.set(each.id, each);
  };
  const compareAll = async (wanted: readonly (readonly [string, string])[]): Promise<void> => {
    await load(wanted.flat());
    for (const [a, b] of wanted) {
      const id = candidateId(a, b);
      if (a !== b && !pairs.has(id))
        pairs.set(id, comparePair(id, known.get(a) as MatchEntry, known.get(b) as MatchEntry, weights));
    }
  };
  await load(ids);
  const own = ids.map((id) => known.get(id) as MatchEntry);
  const blocks = await readBlocks([...new Set(own.flatMap((each) => each.blockIds))].filter((block) => !isFull(block)));
  const near = own.flatMap(({ id, blockIds: mine, candidateIds: others }) => {
    const found = new Set([...mine.flatMap((block) => blocks.get(block) ?? []), ...others]);
    return [...found].map((other) => [id, other] as const);
  });
  await compareAll(near);
  const found = [...pairs.values()].filter(isCandidate);
  // Two who are both like a third are compared even though they have no block in common.
  await compareAll([...groupSimilar(found).values()].flatMap(listPairs));
  return writeCandidates([...pairs.values()]);
}

const comparePair = (id: string, one: MatchEntry, other: MatchEntry, weights: Weights): ComparedPair => {
  const compared = (features: (known: MatchEntry) => Features): Score =>
    one.isGone || other.isGone ? { score: 0, reasons: [] } : computeScore(features(one), features(other), weights);
  return { id, one, other, fullScore: compared(({ features }) => features), plainScore: compared(omitSealed) };
};

/** What is compared of a person without what is sealed. */
const omitSealed = ({ features }: MatchEntry): Features => ({ ...features, document: "", hashes: {} });

/** By person, some of those whom they are like. */
function groupSimilar(found: readonly ComparedPair[]): Map<string, Set<string>> {
  const friends = new Map<string, Set<string>>();
  const add = ({ id, candidateIds: others }: MatchEntry, friend: MatchEntry): void => {
    const ofOne = friends.get(id) ?? new Set([...others].slice(0, MAX_SIMILAR_PERSONS / 2));
    friends.set(id, ofOne.size < MAX_SIMILAR_PERSONS ? ofOne.add(friend.id) : ofOne);
  };
  for (const { one, other } of found) {
    add(one, other);
    add(other, one);
  }
  return friends;
}

const listPairs = (ids: ReadonlySet<string>): [string, string][] =>
  [...ids].flatMap((one, at) => [...ids].slice(at + 1).map((other): [string, string] => [one, other]));

// --- Candidates ---

interface CandidateWrite extends ComparedPair {
  before: CandidateRecord | undefined;
  after: CandidateRecord;
}

/** A candidate and the two persons beside whom it stands. */
const MAX_WRITES = Math.floor(dynamodbLimits.transaction / 3);

/** Brings the candidates of pairs to what was found; gives back the persons with whom others were faster. */
async function writeCandidates(pairs: readonly ComparedPair[]): Promise<string[]> {
  const concerned = pairs.filter((pair) => pair.one.candidateIds.has(pair.other.id) || (isCandidate(pair) && hasRoom(pair)));
  const known = await Records.loadMany(
    Candidates,
    concerned.map(({ id }) => id),
  );
  const writes = concerned.flatMap((pair, at): CandidateWrite[] => {
    const before = known[at];
    const after = computeCandidate(before, pair);
    return after ? [{ ...pair, before, after }] : [];
  });
  const left = new Set<string>();
  for (let at = 0; at < writes.length; at += MAX_WRITES) {
    const pack = writes.slice(at, at + MAX_WRITES);
    try {
      await writeBatch(pack);
    } catch (error) {
      const isOvertaken = error instanceof WriteConflict || (isFailure(error) && error.code === "CONFLICT");
      if (!isOvertaken) throw error;
      for (const { one, other } of pack) left.add(one.id).add(other.id);
    }
  }
  return [...left];
}

const hasRoom = ({ one, other }: ComparedPair): boolean =>
  Math.max(one.candidateIds.size, other.candidateIds.size) < MAX_CANDIDATES_PER_PERSON;

/** The candidate after a comparison; undefined where it stays as it is, or is none. What people decided stays. */
function computeCandidate(before: CandidateRecord | undefined, pair: ComparedPair): CandidateRecord | undefined {
  if (before && before.status !== "OPEN" && before.status !== "OBSOLETE") return undefined;
  const { one, other } = pair;
  const named = one.isGone || other.isGone ? [] : (before?.reasons.filter(({ reason }) => reason === RIVAL_POINT_REASON) ?? []);
  const found = buildFinding(pair.fullScore, named);
  const plain = updatePlain(before?.plain ?? null, buildFinding(pair.plainScore, named), Clock.now());
  const status = found.score >= MIN_OPEN_SCORE ? ("OPEN" as const) : ("OBSOLETE" as const);
  if (!before) return isCandidate(pair) ? { ...buildCandidate(one.id, other.id, found, plain), status } : undefined;
  // Where it is not open any more, score and reasons are those of the last time that it was.
  const next = { ...before, ...(status === "OPEN" ? found : {}), status, ...buildQueueFields(plain) };
  return isDeepStrictEqual(next, before) ? undefined : Records.nextVersion(before, next);
}

/** Holds only while all persons are what they were when they were compared. */
async function writeBatch(pack: readonly CandidateWrite[]): Promise<void> {
  const tx = new Transaction();
  const beside = new Map<MatchEntry, string[]>();
  for (const { one, other, before, after } of pack) {
    beside.set(one, [...(beside.get(one) ?? []), other.id]);
    beside.set(other, [...(beside.get(other) ?? []), one.id]);
    if (before) tx.replace(Candidates, before, after);
    else tx.create(Candidates, after);
  }
  for (const [known, friends] of beside) {
    const added = friends.filter((id) => !known.candidateIds.has(id));
    if (added.length > 0) {
      const { Update } = buildLinkAction(known.id, added);
      tx.add({ Update: { ...Update, ...buildVersionCondition(known, Update.ExpressionAttributeValues) } }, entryConflict);
    } else {
      const Key = matchKey(useTenant(), known.id);
      tx.add({ ConditionCheck: { TableName: tableName(), Key, ...buildVersionCondition(known) } }, entryConflict);
    }
  }
  await tx.commit(undefined);
}
