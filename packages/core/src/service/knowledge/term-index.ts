import { isDeepStrictEqual } from "node:util";
import { limitConcurrency } from "../../kernel/concurrency.ts";
import { useTenant } from "../../kernel/context.ts";
import type { RecordChange } from "../../storage/stream/record-change.ts";
import { readItem, splitIntoChunks, tableName } from "../../storage/table/database.ts";
import type { Item } from "../../storage/table/item.ts";
import { type Key, recordKey, tenantKey } from "../../storage/table/key.ts";
import { dynamodbLimits } from "../../storage/table/table.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { type ArticleRecord, Articles, isPublished } from "./article.entity.ts";
import { type TermField, type TermWeight, weighTerms } from "./terms.rules.ts";

/**
 * The search index of published articles. Each term of an article is an entry in the partition of the term; the highest weights come first. The
 * stream consumer maintains the entries. A checkpoint beside the article lists the existing entries or, during an update, all that may exist, so a
 * retry after a crash knows what to delete. Each transaction of an update checks the revision of the checkpoint, and the update reads the article
 * after the checkpoint. So of two parallel or late updates, the one that read older data writes nothing.
 */
export type Audience = "public" | "internal";

/** The index state of an article: its audience and, for each term, the weight and the first field that contains it. */
interface IndexState {
  audience: Audience;
  terms: Readonly<Record<string, readonly [weight: number, at: TermField]>>;
}

/** The possible index states of an article: one if the index is current, several during an update. */
interface Checkpoint {
  revision: number;
  states: readonly IndexState[];
}

const emptyState: IndexState = { audience: "internal", terms: {} };

export const termPartition = (audience: Audience, term: string): string => tenantKey(useTenant(), "TERM", audience, term);

const MAX_WEIGHT = 99;
const termSortKey = (weight: number, id: string): string => `${String(MAX_WEIGHT - weight).padStart(2, "0")}#${id}`;

/** Parses the article id and the weight from an entry's sort key. */
export function parseTermSortKey(sk: string): Pick<TermWeight, "weight"> & { id: string } {
  const [place = "", id = ""] = sk.split("#");
  return { id, weight: MAX_WEIGHT - Number(place) };
}

/** Number of articles that are indexed in parallel. */
const MAX_CONCURRENCY = 4;

/** Updates the index. Runs at least once for each change of an article, in any order. */
export async function updateTermIndex(changes: readonly RecordChange[]): Promise<void> {
  const limited = limitConcurrency(MAX_CONCURRENCY);
  const ids = [...new Set(changes.map((change) => change.id))];
  await Promise.all(ids.map((id) => limited(() => retryOnConflict(() => refreshEntries(id)))));
}

/** Brings the index entries of an article up to its current content. */
async function refreshEntries(id: string): Promise<void> {
  const { revision, states } = await readCheckpoint(id);
  const article = await Records.load(Articles, id, { live: true });
  const targetState = computeTargetState(article);
  if (isDeepStrictEqual(states, [targetState])) return;
  const isKnown = states.some((state) => isDeepStrictEqual(state, targetState));
  const pendingCheckpoint = { revision: revision + 1, states: isKnown ? states : [...states, targetState] };
  await transaction().put(checkpointItem(id, pendingCheckpoint), expectRevision(revision)).commit(undefined);
  for (const chunk of splitIntoChunks(listWrites(targetState, states, id, article), dynamodbLimits.transaction - 1)) {
    const tx = transaction().add(...revisionCheck(id, pendingCheckpoint.revision));
    for (const { key, item } of chunk) {
      if (item) tx.put(item);
      else tx.delete(key);
    }
    await tx.commit(undefined);
  }
  const done = { revision: pendingCheckpoint.revision + 1, states: [targetState] };
  await transaction().put(checkpointItem(id, done), expectRevision(pendingCheckpoint.revision)).commit(undefined);
}

function computeTargetState(article: ArticleRecord | undefined): IndexState {
  if (!article || !isPublished(article)) return emptyState;
  const terms = [...weighTerms(article)].map(([term, { weight, field }]) => [term, [weight, field] as const]);
  return { audience: article.is_public ? "public" : "internal", terms: Object.fromEntries(terms) };
}

interface EntryWrite {
  key: Key;
  /** Undefined if the entry is deleted. */
  item: Item | undefined;
}

/** Lists the writes that lead to the wanted state. An entry in all possible states exists for certain; any other may exist. */
function listWrites(
  targetState: IndexState,
  states: readonly IndexState[],
  id: string,
  article: ArticleRecord | undefined,
): EntryWrite[] {
  const [next, ...before] = [targetState, ...states].map((state) => buildEntries(state, id));
  const { language, group_id } = article ?? {};
  const removedEntries = new Map(before.flatMap((entries) => [...entries]).filter(([name]) => !next?.has(name)));
  const added = [...(next ?? [])].filter(([name, { at: field }]) => before.some((entries) => entries.get(name)?.at !== field));
  return [
    ...[...removedEntries.values()].map(({ key }): EntryWrite => ({ key, item: undefined })),
    ...added.map(([, { key, at: field }]): EntryWrite => ({ key, item: { ...key, at: field, language, group_id } })),
  ];
}

function buildEntries({ audience, terms }: IndexState, id: string): Map<string, { key: Key; at: TermField }> {
  const entries = Object.entries(terms).map(([term, [weight, field]]) => {
    const key = { pk: termPartition(audience, term), sk: termSortKey(weight, id) };
    return [`${key.pk}#${key.sk}`, { key, at: field }] as const;
  });
  return new Map(entries);
}

// --- The checkpoint ---

const checkpointKey = (id: string): Key => ({ ...recordKey(useTenant(), id), sk: `~terms#${id}` });

async function readCheckpoint(id: string): Promise<Checkpoint> {
  const item = await readItem(checkpointKey(id));
  return item
    ? { revision: Number(item.turn), states: JSON.parse(String(item.states)) as IndexState[] }
    : { revision: 0, states: [emptyState] };
}

const checkpointItem = (id: string, { revision, states }: Checkpoint): Item => ({
  ...checkpointKey(id),
  turn: revision,
  states: JSON.stringify(states),
});

const checkpointConflict = (): Error => new WriteConflict("Another consumer updated the checkpoint first");

const expectRevision = (revision: number) =>
  revision === 0
    ? { condition: "attribute_not_exists(pk)", rejection: checkpointConflict }
    : { condition: "turn = :turn", values: { ":turn": revision }, rejection: checkpointConflict };

/** Fails the transaction if another update has begun. */
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
