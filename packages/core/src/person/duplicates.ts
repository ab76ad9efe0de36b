import { isDeepStrictEqual } from "node:util";
import { Clock } from "../kernel/clock.ts";
import { useTenant } from "../kernel/context.ts";
import { isFailure } from "../kernel/error.ts";
import { inForce } from "../rule/in-force.ts";
import type { Change } from "../storage/project/change.ts";
import { Cache } from "../storage/table/cache.ts";
import { tableName } from "../storage/table/database.ts";
import { matchKey } from "../storage/table/key.ts";
import { limits } from "../storage/table/table.ts";
import { Records } from "../storage/write/records.ts";
import { Moved, Transaction } from "../storage/write/transaction.ts";
import { differs, enter, isFull, type Known, overtaken, readBlocks, readKnown, whileAt } from "./blocks.ts";
import { NAMED_BY_LEAD, plainAfter, queued, withNamed } from "./candidate.rules.ts";
import { personMatch } from "./match.kind.ts";
import { type Features, OPEN_FROM, type Score, score } from "./match.rules.ts";
import { type CandidateRecord, Candidates, type PersonRecord } from "./person.entity.ts";
import { candidateId, candidateOf, linkAction } from "./resolve.ts";
import type { Weights } from "./weights.rules.ts";

/**
 * Finds persons who may be one, from the stream. Beside each person stands what they are compared by; a block for each
 * thing that few have in common names the persons who have it. Who is new or changed is written into their blocks first,
 * and then compared with whom they find there: so of two who come at the same moment, one at least finds the other.
 * A person costs some ten small writes and as many reads, however many persons there are.
 */
/** Others that a person has been a candidate with; past so many no more are found. */
const MOST_OTHERS = 200;
/** Of those whom a person is like, so many are compared with each other. */
const MOST_FRIENDS = 20;
const TRIES = 6;

export async function keepBlocks(changes: readonly Change[]): Promise<void> {
  const versions = [...Map.groupBy(changes, ({ id }) => id)];
  const known = await readKnown(versions.map(([id]) => id));
  const moved: string[] = [];
  const again: string[] = [];
  for (const [at, [id, ofOne]] of versions.entries()) {
    const before = known[at] as Known;
    const newest = ofOne.reduce((newest, each) => (each.version > newest.version ? each : newest));
    if (differs(before, newest.after as PersonRecord | undefined)) moved.push(id);
    // What is delivered again may have failed before it was compared.
    else if (ofOne.some(({ version }) => version <= before.version)) again.push(id);
  }
  const read = new Map(known.map((each) => [each.id, each]));
  await turns(moved, (ids) => enter(ids, read));
  await turns([...moved, ...again], compare);
  await learnWhenGrown(changes.filter(({ version }) => version === 1).length);
}

/** Enters and compares persons as they are now: after another rule, or a release that knows more blocks. */
export async function compareAgain(ids: readonly string[]): Promise<void> {
  await turns(ids, (some) => enter(some, new Map()));
  await turns(ids, compare);
}

/** By tenant, how many persons may come before it is worth a look whether there is more to learn. */
const room = new Cache<{ left: number }>(600, 10_000);

/** What persons agree by is learnt from themselves (learning.ts), again whenever they are twice as many. */
async function learnWhenGrown(born: number): Promise<void> {
  const learning = () => import("./learning.ts");
  const look = async () => ({ left: await (await learning()).room() });
  const known = await room.get(useTenant(), look);
  known.left -= born;
  if (known.left > 0) return;
  known.left = (await look()).left;
  if (known.left <= 0) known.left = await (await learning()).learnOnce();
}

/** Does the work for ids, and again for those with which others were faster. */
async function turns(ids: readonly string[], work: (ids: readonly string[]) => Promise<readonly string[]>): Promise<void> {
  let left = ids;
  for (let turn = 1; left.length > 0; turn++) {
    if (turn > TRIES) throw overtaken();
    left = await work(left);
  }
}

// --- Comparison ---

interface Pair {
  /** Of the candidate that the two make. */
  id: string;
  one: Known;
  other: Known;
  found: Score;
  /** What is found without what is sealed. */
  plain: Score;
}

const isFound = ({ found, plain }: Pair): boolean => Math.max(found.score, plain.score) >= OPEN_FROM;

/**
 * Compares persons with those in their blocks, with those that they were found with before, and those that they are
 * found with now with each other; writes what follows, and gives back those with whom others were faster.
 */
async function compare(ids: readonly string[]): Promise<string[]> {
  const { definition: weights } = await inForce(personMatch);
  const known = new Map<string, Known>();
  const pairs = new Map<string, Pair>();
  const load = async (wanted: readonly string[]): Promise<void> => {
    const missing = [...new Set(wanted)].filter((id) => !known.has(id));
    for (const each of await readKnown(missing)) known.set(each.id, each);
  };
  const compareAll = async (wanted: readonly (readonly [string, string])[]): Promise<void> => {
    await load(wanted.flat());
    for (const [a, b] of wanted) {
      const id = candidateId(a, b);
      if (a !== b && !pairs.has(id)) pairs.set(id, pairOf(id, known.get(a) as Known, known.get(b) as Known, weights));
    }
  };
  await load(ids);
  const own = ids.map((id) => known.get(id) as Known);
  const blocks = await readBlocks([...new Set(own.flatMap((each) => each.blocks))].filter((block) => !isFull(block)));
  const near = own.flatMap(({ id, blocks: mine, others }) => {
    const found = new Set([...mine.flatMap((block) => blocks.get(block) ?? []), ...others]);
    return [...found].map((other) => [id, other] as const);
  });
  await compareAll(near);
  const found = [...pairs.values()].filter(isFound);
  // Two who are both like a third are compared even though they have no block in common.
  await compareAll([...friendsOf(found).values()].flatMap(pairsAmong));
  return write([...pairs.values()]);
}

const pairOf = (id: string, one: Known, other: Known, weights: Weights): Pair => {
  const compared = (features: (known: Known) => Features): Score =>
    one.gone || other.gone ? { score: 0, reasons: [] } : score(features(one), features(other), weights);
  return { id, one, other, found: compared(({ features }) => features), plain: compared(unsealed) };
};

/** What is compared of a person without what is sealed. */
const unsealed = ({ features }: Known): Features => ({ ...features, document: "", hashes: {} });

/** By person, some of those whom they are like. */
function friendsOf(found: readonly Pair[]): Map<string, Set<string>> {
  const friends = new Map<string, Set<string>>();
  const add = ({ id, others }: Known, friend: Known): void => {
    const ofOne = friends.get(id) ?? new Set([...others].slice(0, MOST_FRIENDS / 2));
    friends.set(id, ofOne.size < MOST_FRIENDS ? ofOne.add(friend.id) : ofOne);
  };
  for (const { one, other } of found) {
    add(one, other);
    add(other, one);
  }
  return friends;
}

const pairsAmong = (ids: ReadonlySet<string>): [string, string][] =>
  [...ids].flatMap((one, at) => [...ids].slice(at + 1).map((other): [string, string] => [one, other]));

// --- Candidates ---

interface Write extends Pair {
  before: CandidateRecord | undefined;
  after: CandidateRecord;
}

/** A candidate and the two persons beside whom it stands. */
const MOST_WRITTEN = Math.floor(limits.transaction / 3);

/** Brings the candidates of pairs to what was found; gives back the persons with whom others were faster. */
async function write(pairs: readonly Pair[]): Promise<string[]> {
  const concerned = pairs.filter((pair) => pair.one.others.has(pair.other.id) || (isFound(pair) && hasRoom(pair)));
  const known = await Records.loadMany(
    Candidates,
    concerned.map(({ id }) => id),
  );
  const writes = concerned.flatMap((pair, at): Write[] => {
    const before = known[at];
    const after = candidateAfter(before, pair);
    return after ? [{ ...pair, before, after }] : [];
  });
  const left = new Set<string>();
  for (let at = 0; at < writes.length; at += MOST_WRITTEN) {
    const pack = writes.slice(at, at + MOST_WRITTEN);
    try {
      await writePack(pack);
    } catch (error) {
      const isOvertaken = error instanceof Moved || (isFailure(error) && error.code === "CONFLICT");
      if (!isOvertaken) throw error;
      for (const { one, other } of pack) left.add(one.id).add(other.id);
    }
  }
  return [...left];
}

const hasRoom = ({ one, other }: Pair): boolean => Math.max(one.others.size, other.others.size) < MOST_OTHERS;

/** The candidate after a comparison; undefined where it stays as it is, or is none. What people decided stays. */
function candidateAfter(before: CandidateRecord | undefined, pair: Pair): CandidateRecord | undefined {
  if (before && before.status !== "OPEN" && before.status !== "OBSOLETE") return undefined;
  const { one, other } = pair;
  const named = one.gone || other.gone ? [] : (before?.reasons.filter(({ reason }) => reason === NAMED_BY_LEAD) ?? []);
  const found = withNamed(pair.found, named);
  const plain = plainAfter(before?.plain ?? null, withNamed(pair.plain, named), Clock.now());
  const status = found.score >= OPEN_FROM ? ("OPEN" as const) : ("OBSOLETE" as const);
  if (!before) return isFound(pair) ? { ...candidateOf(one.id, other.id, found, plain), status } : undefined;
  // Where it is not open any more, score and reasons are those of the last time that it was.
  const next = { ...before, ...(status === "OPEN" ? found : {}), status, ...queued(plain) };
  return isDeepStrictEqual(next, before) ? undefined : Records.nextVersion(before, next);
}

/** Holds only while all persons are what they were when they were compared. */
async function writePack(pack: readonly Write[]): Promise<void> {
  const tx = new Transaction();
  const beside = new Map<Known, string[]>();
  for (const { one, other, before, after } of pack) {
    beside.set(one, [...(beside.get(one) ?? []), other.id]);
    beside.set(other, [...(beside.get(other) ?? []), one.id]);
    if (before) tx.replace(Candidates, before, after);
    else tx.create(Candidates, after);
  }
  for (const [known, friends] of beside) {
    const added = friends.filter((id) => !known.others.has(id));
    if (added.length > 0) {
      const { Update } = linkAction(known.id, added);
      tx.add({ Update: { ...Update, ...whileAt(known, Update.ExpressionAttributeValues) } }, overtaken);
    } else {
      const Key = matchKey(useTenant(), known.id);
      tx.add({ ConditionCheck: { TableName: tableName(), Key, ...whileAt(known) } }, overtaken);
    }
  }
  await tx.commit(undefined);
}
