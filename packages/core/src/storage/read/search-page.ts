import { type Owners, useTenant } from "../../kernel/context.ts";
import type { CursorPosition } from "../../kernel/cursor-body.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { readItems } from "../table/database.ts";
import { recordKey } from "../table/key.ts";
import { type FoundRows, type ListTotal, slicePage, sortPage } from "./list-page.ts";
import type { ListQuery } from "./list-query.ts";
import { buildConditions } from "./query-plan.ts";
import { isOneRange, MAX_MATCHES, readWordPage, searchIds, type WordPage } from "./search.ts";
import { Visibility } from "./visibility.ts";

/**
 * Lists with a search. Up to a hundred words are read at once, and their records are in the order of the list, with the exact total. If more words
 * match, and the caller left the order to the list, the records are in the order of the words, the exact ones first, and each page reads only its
 * own part of them. So a search takes as long in a million records as in a thousand, and its pages reach every match. In an order that the caller
 * named, the first thousand words are read and sorted.
 */

/** Words that a search reads at once. More are read part by part. */
const WORDS_PER_READ = 100;

interface SearchPage<R> {
  readonly found: FoundRows<R>;
  readonly total: ListTotal;
}

interface SearchRules<R> {
  /** Returns records as they are now, of those that match the list. */
  readonly load: (ids: readonly string[]) => Promise<R[]>;
  /** Whether the words say everything about a match, so that only the records of the page are read. */
  readonly isCovered: boolean;
  readonly position: CursorPosition | undefined;
}

export async function listBySearch<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  owners: Owners,
  terms: readonly string[],
  position: CursorPosition | undefined,
): Promise<SearchPage<R>> {
  // Conditions that the word items do not cover are checked on the records. Word items may lag by moments, so the owner is checked again.
  const conditions = buildConditions(collection, query, owners, undefined);
  const load: SearchRules<R>["load"] = async (ids) => {
    const tenant = useTenant();
    const items = await readItems(
      ids.map((id) => recordKey(tenant, id)),
      { consistent: false, only: "row" },
    );
    const records = items.flatMap((item, index) =>
      item ? [collection.fromRow({ key: ids[index] as string, row: item.row })] : [],
    );
    const matches = records.filter((record) => !record.deleted_at && conditions.every((condition) => condition.matches(record)));
    return collection.definition.derivedVisibility ? Visibility.filterVisible(collection, matches) : matches;
  };
  const isCovered = conditions.filter(({ isPresumed }) => !isPresumed).length === (owners === "all" ? 0 : 1);
  const continues = position ? isWordPlace(position.after) : query.isUsualOrder === true && isOneRange(terms);
  const isInWordOrder = query.sort === "created_at" && continues;
  const rules = { load, isCovered, position };
  if (!isInWordOrder) return listInOrder(collection, query, await searchIds(collection.name, terms, owners), rules);
  const readWords = (after: string | undefined): Promise<WordPage> =>
    readWordPage(collection.name, terms, owners, { after, limit: WORDS_PER_READ });
  const words = await readWords(position?.after);
  const isAll = !position && words.next === undefined;
  const ids = words.matches.map(({ id }) => id).sort();
  return isAll
    ? listInOrder(collection, query, { ids, truncated: false }, rules)
    : listInWordOrder(query, words, readWords, rules);
}

/** Cursors of the order of words continue at a word with an id, and those of the order of time at an id. */
const isWordPlace = (after: string): boolean => after.includes("#");

/** Lists ids that were found, in the order of the list. */
async function listInOrder<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  { ids, truncated }: { ids: readonly string[]; truncated: boolean },
  { load, isCovered, position }: SearchRules<R>,
): Promise<SearchPage<R>> {
  const rest = { isVisibilityChecked: true, searched: ids.length, isCut: truncated };
  if (query.sort === "created_at" && isCovered) {
    const ordered = query.order === "desc" ? ids.toReversed() : ids;
    const page = slicePage(query, ordered, (id) => id, position?.after);
    const found = { rows: await load(page.rows), hasMore: page.hasMore, stoppedAt: page.rows.at(-1), ...rest };
    return { found, total: { total: ids.length, isLowerBound: truncated } };
  }
  const records = await load(ids);
  const found = { ...sortPage(collection, query, records, position?.after), ...rest };
  return { found, total: { total: records.length, isLowerBound: truncated } };
}

/** Lists records in the order of their words, from the words that were read first. */
async function listInWordOrder<R extends BaseRecord>(
  query: ListQuery,
  first: WordPage,
  readWords: (after: string) => Promise<WordPage>,
  { load, isCovered, position }: SearchRules<R>,
): Promise<SearchPage<R>> {
  const skip = position ? 0 : (query.page - 1) * query.limit;
  const need = skip + query.limit + 1;
  const matches: { id: string; key: string; row: R | undefined }[] = [];
  let read = 0;
  let next = first.next;
  for (let words = first; ; words = await readWords(next)) {
    next = words.next;
    read += words.read;
    const rowById = isCovered ? undefined : new Map((await load(words.matches.map(({ id }) => id))).map((row) => [row.id, row]));
    for (const { id, key } of words.matches) if (!rowById || rowById.has(id)) matches.push({ id, key, row: rowById?.get(id) });
    if (next === undefined || matches.length >= need || read >= MAX_MATCHES) break;
  }
  const page = matches.slice(skip, need - 1);
  const isFull = matches.length >= need;
  const rows = isCovered ? await load(page.map(({ id }) => id)) : page.flatMap(({ row }) => row ?? []);
  return {
    found: {
      ...{ rows, hasMore: isFull || next !== undefined, stoppedAt: isFull ? page.at(-1)?.key : next },
      ...{ searched: (position?.searched ?? 0) + read, isVisibilityChecked: true },
    },
    total: { total: matches.length, isLowerBound: next !== undefined },
  };
}
