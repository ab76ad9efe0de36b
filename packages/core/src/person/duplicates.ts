import { isDeepStrictEqual } from "node:util";
import { Clock } from "../kernel/clock.ts";
import { useTenant } from "../kernel/context.ts";
import { isFailure } from "../kernel/error.ts";
import type { Change } from "../storage/project/change.ts";
import { Cache } from "../storage/table/cache.ts";
import { getAll, tableName } from "../storage/table/database.ts";
import type { Action, Item } from "../storage/table/item.ts";
import { hashed, type Key, matchKey, tenantKey } from "../storage/table/key.ts";
import { limits } from "../storage/table/table.ts";
import { Records } from "../storage/write/records.ts";
import { Moved, Transaction } from "../storage/write/transaction.ts";
import { NAMED_BY_LEAD, plainAfter, queued, withNamed } from "./candidate.rules.ts";
import { blockingKeys, type Features, featuresOf, OPEN_FROM, type Score, score } from "./match.rules.ts";
import { type CandidateRecord, Candidates, People, type PersonRecord } from "./person.entity.ts";
import { candidateId, candidateOf, linkAction } from "./resolve.ts";

/**
 * Finds persons who may be one, from the stream. Beside each person stands what they are compared by; a block for each
 * thing that few have in common names the persons who have it. Who is new or changed is written into their blocks first,
 * and then compared with whom they find there: so of two who come at the same moment, one at least finds the other.
 * A person costs some ten small writes and as many reads, however many persons there are.
 */
/** A block with more persons than this tells nobody apart. */
export const MOST_IN_BLOCK = 64;
/** Others that a person has been a candidate with; past so many no more are found. */
const MOST_OTHERS = 200;
/** Of those whom a person is like, so many are compared with each other. */
const MOST_FRIENDS = 20;
const TRIES = 6;

/** What stands beside a person. */
interface Known {
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
const overtaken = (): Error => new Moved("Another consumer came first");

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
}

const isGone = (person: PersonRecord | undefined): boolean => !person || Boolean(person.deleted_at || person.merged_into);

const differs = (known: Known, person: PersonRecord | undefined): boolean =>
  known.gone !== isGone(person) || !isDeepStrictEqual(known.features, featuresOf(person));

/** Does the work for ids, and again for those with which others were faster. */
async function turns(ids: readonly string[], work: (ids: readonly string[]) => Promise<readonly string[]>): Promise<void> {
  let left = ids;
  for (let turn = 1; left.length > 0; turn++) {
    if (turn > TRIES) throw overtaken();
    left = await work(left);
  }
}

async function readKnown(ids: readonly string[]): Promise<Known[]> {
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
const fullAs = (block: string): string => `${useTenant()}/${block}`;
const isFull = (block: string): boolean => full.has(fullAs(block));

/** One person's way from the blocks where they stand to those where they belong. */
interface Move {
  id: string;
  action: Action;
  joins: readonly string[];
  leaves: readonly string[];
}

/** Writes persons' features and blocks as they are now; gives back those with whom others were faster, out of `read`. */
async function enter(ids: readonly string[], read: Map<string, Known>): Promise<string[]> {
  for (const each of await readKnown(ids.filter((id) => !read.has(id)))) read.set(each.id, each);
  // The record itself, not its image in the stream: images come late, and again.
  const persons = await Records.loadMany(People, ids);
  const moves = ids.flatMap((id, at) => moveOf(read.get(id) as Known, persons[at]) ?? []);
  const left: string[] = [];
  for (const pack of packed(moves)) {
    const tx = new Transaction();
    for (const action of [...pack.map((move) => move.action), ...blockActions(pack)]) tx.add(action, overtaken);
    try {
      await tx.commit(undefined);
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

function moveOf(known: Known, person: PersonRecord | undefined): Move | undefined {
  if (!differs(known, person)) return undefined;
  const features = featuresOf(person);
  const blocks = blockingKeys(features).map((key) => hashed(key));
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
function whileAt({ version }: Known, values: Item = {}): Item & { ConditionExpression: string } {
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

/** One update for each block that the pack touches. */
function blockActions(pack: readonly Move[]): Action[] {
  return ways.flatMap((way) => {
    const members = new Map<string, Set<string>>();
    for (const move of pack) {
      for (const block of move[way]) members.set(block, (members.get(block) ?? new Set()).add(move.id));
    }
    return [...members].map(([block, ids]) => ({
      Update: {
        TableName: tableName(),
        Key: blockKey(block),
        UpdateExpression: `${way === "joins" ? "ADD" : "DELETE"} person_ids :ids`,
        ExpressionAttributeValues: { ":ids": ids },
      },
    }));
  });
}

/** Persons in each block; nobody in one that is full, which is emptied and marked. */
async function readBlocks(blocks: readonly string[]): Promise<Map<string, readonly string[]>> {
  const items = await getAll(blocks.map(blockKey));
  const members = new Map<string, readonly string[]>();
  const overflowing: string[] = [];
  for (const [at, block] of blocks.entries()) {
    const { person_ids = [], is_full = false } = (items[at] ?? {}) as { person_ids?: Iterable<string>; is_full?: boolean };
    const all = [...person_ids];
    if (all.length > (is_full ? 0 : MOST_IN_BLOCK)) overflowing.push(block);
    if (is_full || all.length > MOST_IN_BLOCK) await full.get(fullAs(block), async () => true);
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
      if (a !== b && !pairs.has(id)) pairs.set(id, pairOf(id, known.get(a) as Known, known.get(b) as Known));
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

const pairOf = (id: string, one: Known, other: Known): Pair => {
  const compared = (features: (known: Known) => Features): Score =>
    one.gone || other.gone ? { score: 0, reasons: [] } : score(features(one), features(other));
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
