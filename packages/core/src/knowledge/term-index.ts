import { isDeepStrictEqual } from "node:util";
import { useTenant } from "../kernel/context.ts";
import { atMost } from "../kernel/pool.ts";
import type { Change } from "../storage/project/change.ts";
import { chunksOf, get, tableName } from "../storage/table/database.ts";
import type { Item } from "../storage/table/item.ts";
import { type Key, recordKey, tenantKey } from "../storage/table/key.ts";
import { limits } from "../storage/table/table.ts";
import { Records } from "../storage/write/records.ts";
import { Moved, retryOnConflict, type Transaction, transaction } from "../storage/write/transaction.ts";
import { type ArticleRecord, Articles, isRead } from "./article.entity.ts";
import { type Weighed, type Where, weigh } from "./terms.rules.ts";

/**
 * Entries by which published articles are found: one for each term, in a partition of the term, those first of which it tells most. They
 * are kept from the stream. A checkpoint beside the article says which there are or, while they are written, all that there may be: so
 * whoever comes after a kill knows what to take away. Whoever writes holds the checkpoint's turn in each transaction, and has read
 * the article after it: so of two at once, or late, the one that has read what is older writes nothing.
 */
export type Audience = "public" | "internal";

/** For whom an article is found, and by what: of each term its weight and the first place where it stands. */
interface Found {
  audience: Audience;
  terms: Readonly<Record<string, readonly [weight: number, at: Where]>>;
}

/** What is found of an article: one where all of it stands, several while it is on the way from the first of them to the last. */
interface Checkpoint {
  turn: number;
  states: readonly Found[];
}

const nothing: Found = { audience: "internal", terms: {} };

export const termPartition = (audience: Audience, term: string): string => tenantKey(useTenant(), "TERM", audience, term);

const HEAVIEST = 99;
const placeOf = (weight: number, id: string): string => `${String(HEAVIEST - weight).padStart(2, "0")}#${id}`;

/** The article and the weight that an entry says by its key. */
export function readPlace(sk: string): Pick<Weighed, "weight"> & { id: string } {
  const [place = "", id = ""] = sk.split("#");
  return { id, weight: HEAVIEST - Number(place) };
}

/** Articles at a time. */
const AT_ONCE = 4;

/** At least once for each change of an article, in any order. */
export async function keepTerms(changes: readonly Change[]): Promise<void> {
  const limited = atMost(AT_ONCE);
  const ids = [...new Set(changes.map((change) => change.id))];
  await Promise.all(ids.map((id) => limited(() => retryOnConflict(() => bring(id)))));
}

/** Brings the entries of an article to what it says now. */
async function bring(id: string): Promise<void> {
  const { turn, states } = await readCheckpoint(id);
  const article = await Records.load(Articles, id, { live: true });
  const wanted = wantedOf(article);
  if (isDeepStrictEqual(states, [wanted])) return;
  const isKnown = states.some((state) => isDeepStrictEqual(state, wanted));
  const begun = { turn: turn + 1, states: isKnown ? states : [...states, wanted] };
  await transaction().put(checkpointItem(id, begun), expected(turn)).commit(undefined);
  for (const some of chunksOf(writesTo(wanted, states, id, article), limits.transaction - 1)) {
    const tx = transaction().add(...held(id, begun.turn));
    for (const { key, item } of some) {
      if (item) tx.put(item);
      else tx.delete(key);
    }
    await tx.commit(undefined);
  }
  const done = { turn: begun.turn + 1, states: [wanted] };
  await transaction().put(checkpointItem(id, done), expected(begun.turn)).commit(undefined);
}

function wantedOf(article: ArticleRecord | undefined): Found {
  if (!article || !isRead(article)) return nothing;
  const terms = [...weigh(article)].map(([term, { weight, at }]) => [term, [weight, at] as const]);
  return { audience: article.is_public ? "public" : "internal", terms: Object.fromEntries(terms) };
}

interface Write {
  key: Key;
  /** Absent of what is taken away. */
  item: Item | undefined;
}

/** What differs: entries that stand in all states are there, and those of any other may be. */
function writesTo(wanted: Found, states: readonly Found[], id: string, article: ArticleRecord | undefined): Write[] {
  const [next, ...before] = [wanted, ...states].map((state) => entriesOf(state, id));
  const { language, group_id } = article ?? {};
  const gone = new Map(before.flatMap((entries) => [...entries]).filter(([name]) => !next?.has(name)));
  const added = [...(next ?? [])].filter(([name, { at }]) => before.some((entries) => entries.get(name)?.at !== at));
  return [
    ...[...gone.values()].map(({ key }): Write => ({ key, item: undefined })),
    ...added.map(([, { key, at }]): Write => ({ key, item: { ...key, at, language, group_id } })),
  ];
}

function entriesOf({ audience, terms }: Found, id: string): Map<string, { key: Key; at: Where }> {
  const entries = Object.entries(terms).map(([term, [weight, at]]) => {
    const key = { pk: termPartition(audience, term), sk: placeOf(weight, id) };
    return [`${key.pk}#${key.sk}`, { key, at }] as const;
  });
  return new Map(entries);
}

// --- The checkpoint ---

const checkpointKey = (id: string): Key => ({ ...recordKey(useTenant(), id), sk: `~terms#${id}` });

async function readCheckpoint(id: string): Promise<Checkpoint> {
  const item = await get(checkpointKey(id));
  return item ? { turn: Number(item.turn), states: JSON.parse(String(item.states)) as Found[] } : { turn: 0, states: [nothing] };
}

const checkpointItem = (id: string, { turn, states }: Checkpoint): Item => ({
  ...checkpointKey(id),
  turn,
  states: JSON.stringify(states),
});

const overtaken = (): Error => new Moved("Another consumer came first");

const expected = (turn: number) =>
  turn === 0
    ? { condition: "attribute_not_exists(pk)", refused: overtaken }
    : { condition: "turn = :turn", values: { ":turn": turn }, refused: overtaken };

/** Holds only while nobody else has begun. */
const held = (id: string, turn: number): Parameters<Transaction["add"]> => [
  {
    ConditionCheck: {
      TableName: tableName(),
      Key: checkpointKey(id),
      ConditionExpression: "turn = :turn",
      ExpressionAttributeValues: { ":turn": turn },
    },
  },
  overtaken,
];
