import { isDeepStrictEqual } from "node:util";
import { limitConcurrency } from "../../kernel/concurrency.ts";
import { useTenant } from "../../kernel/context.ts";
import type { RecordChange } from "../../storage/stream/record-change.ts";
import { get, splitIntoChunks, tableName } from "../../storage/table/database.ts";
import type { Item } from "../../storage/table/item.ts";
import { type Key, recordKey, tenantKey } from "../../storage/table/key.ts";
import { dynamodbLimits } from "../../storage/table/table.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { type ArticleRecord, Articles, isPublished } from "./article.entity.ts";
import { type TermField, type TermWeight, weighTerms } from "./terms.rules.ts";

/**
 * Entries by which published articles are found: one for each term, in a partition of the term, those first of which it tells most. They
 * are kept from the stream. A checkpoint beside the article says which there are or, while they are written, all that there may be: so
 * whoever comes after a kill knows what to take away. Whoever writes holds the checkpoint's turn in each transaction, and has read
 * the article after it: so of two at once, or late, the one that has read what is older writes nothing.
 */
export type Audience = "public" | "internal";

/** For whom an article is found, and by what: of each term its weight and the first place where it stands. */
interface IndexState {
  audience: Audience;
  terms: Readonly<Record<string, readonly [weight: number, at: TermField]>>;
}

/** What is found of an article: one where all of it stands, several while it is on the way from the first of them to the last. */
interface Checkpoint {
  revision: number;
  states: readonly IndexState[];
}

const emptyState: IndexState = { audience: "internal", terms: {} };

export const termPartition = (audience: Audience, term: string): string => tenantKey(useTenant(), "TERM", audience, term);

const MAX_WEIGHT = 99;
const termSortKey = (weight: number, id: string): string => `${String(MAX_WEIGHT - weight).padStart(2, "0")}#${id}`;

/** The article and the weight that an entry says by its key. */
export function parseTermSortKey(sk: string): Pick<TermWeight, "weight"> & { id: string } {
  const [place = "", id = ""] = sk.split("#");
  return { id, weight: MAX_WEIGHT - Number(place) };
}

/** Articles at a time. */
const MAX_CONCURRENCY = 4;

/** At least once for each change of an article, in any order. */
export async function updateTermIndex(changes: readonly RecordChange[]): Promise<void> {
  const limited = limitConcurrency(MAX_CONCURRENCY);
  const ids = [...new Set(changes.map((change) => change.id))];
  await Promise.all(ids.map((id) => limited(() => retryOnConflict(() => refreshEntries(id)))));
}

/** Brings the entries of an article to what it says now. */
async function refreshEntries(id: string): Promise<void> {
  const { revision, states } = await readCheckpoint(id);
  const article = await Records.load(Articles, id, { live: true });
  const wanted = computeTargetState(article);
  if (isDeepStrictEqual(states, [wanted])) return;
  const isKnown = states.some((state) => isDeepStrictEqual(state, wanted));
  const begun = { revision: revision + 1, states: isKnown ? states : [...states, wanted] };
  await transaction().put(checkpointItem(id, begun), expectRevision(revision)).commit(undefined);
  for (const some of splitIntoChunks(listWrites(wanted, states, id, article), dynamodbLimits.transaction - 1)) {
    const tx = transaction().add(...revisionCheck(id, begun.revision));
    for (const { key, item } of some) {
      if (item) tx.put(item);
      else tx.delete(key);
    }
    await tx.commit(undefined);
  }
  const done = { revision: begun.revision + 1, states: [wanted] };
  await transaction().put(checkpointItem(id, done), expectRevision(begun.revision)).commit(undefined);
}

function computeTargetState(article: ArticleRecord | undefined): IndexState {
  if (!article || !isPublished(article)) return emptyState;
  const terms = [...weighTerms(article)].map(([term, { weight, at }]) => [term, [weight, at] as const]);
  return { audience: article.is_public ? "public" : "internal", terms: Object.fromEntries(terms) };
}

interface EntryWrite {
  key: Key;
  /** Absent of what is taken away. */
  item: Item | undefined;
}

/** What differs: entries that stand in all states are there, and those of any other may be. */
function listWrites(
  wanted: IndexState,
  states: readonly IndexState[],
  id: string,
  article: ArticleRecord | undefined,
): EntryWrite[] {
  const [next, ...before] = [wanted, ...states].map((state) => buildEntries(state, id));
  const { language, group_id } = article ?? {};
  const gone = new Map(before.flatMap((entries) => [...entries]).filter(([name]) => !next?.has(name)));
  const added = [...(next ?? [])].filter(([name, { at }]) => before.some((entries) => entries.get(name)?.at !== at));
  return [
    ...[...gone.values()].map(({ key }): EntryWrite => ({ key, item: undefined })),
    ...added.map(([, { key, at }]): EntryWrite => ({ key, item: { ...key, at, language, group_id } })),
  ];
}

function buildEntries({ audience, terms }: IndexState, id: string): Map<string, { key: Key; at: TermField }> {
  const entries = Object.entries(terms).map(([term, [weight, at]]) => {
    const key = { pk: termPartition(audience, term), sk: termSortKey(weight, id) };
    return [`${key.pk}#${key.sk}`, { key, at }] as const;
  });
  return new Map(entries);
}

// --- The checkpoint ---

const checkpointKey = (id: string): Key => ({ ...recordKey(useTenant(), id), sk: `~terms#${id}` });

async function readCheckpoint(id: string): Promise<Checkpoint> {
  const item = await get(checkpointKey(id));
  return item
    ? { revision: Number(item.turn), states: JSON.parse(String(item.states)) as IndexState[] }
    : { revision: 0, states: [emptyState] };
}

const checkpointItem = (id: string, { revision, states }: Checkpoint): Item => ({
  ...checkpointKey(id),
  turn: revision,
  states: JSON.stringify(states),
});

const checkpointConflict = (): Error => new WriteConflict("Another consumer came first");

const expectRevision = (revision: number) =>
  revision === 0
    ? { condition: "attribute_not_exists(pk)", rejection: checkpointConflict }
    : { condition: "turn = :turn", values: { ":turn": revision }, rejection: checkpointConflict };

/** Holds only while nobody else has begun. */
const revisionCheck = (id: string, revision: number): Parameters<Transaction["add"]> => [
  {
    ConditionCheck: {
      TableName: tableName(),
      Key: checkpointKey(id),
      ConditionExpression: "turn = :turn",
      ExpressionAttributeValues: { ":turn": revision },
    },
  },
  checkpointConflict,
];
