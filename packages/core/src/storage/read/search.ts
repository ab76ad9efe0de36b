import { type Owners, useTenant } from "../../kernel/context.ts";
import type { WordMatch } from "../../kernel/phone-words.ts";
import { listMatches, textSearchWords } from "../../kernel/text.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { query } from "../table/database.ts";
import type { Item } from "../table/item.ts";
import { type Key, tenantKey } from "../table/key.ts";

/**
 * Search by the beginnings of words. The stream consumer writes an item for each word of a record, partitioned by first letter. A search is
 * one query of at most 1,000 items, and up to four for digits (`listDigitMatches`); the records on the page are then read by key. Lists with more
 * matches than a few pages read the words in their order instead, page by page (search-page.ts).
 */
export const MAX_WORDS = 40;
export const MAX_MATCHES = 1000;

/**
 * Returns the search words of a record, without duplicates and without words that are the beginning of another. Words of its tags are added
 * if there is space.
 */
export function buildSearchWords<R extends BaseRecord>(collection: Collection<R>, record: R): string[] {
  const recordWords = distinctWords(collection.definition.searchWords?.(record) ?? []).slice(0, MAX_WORDS);
  if (!collection.searchesTags) return recordWords;
  const ofTags = distinctWords([...recordWords, ...[...collection.tagsByKey(record).values()].flatMap(textSearchWords)]);
  if (ofTags.length <= MAX_WORDS) return ofTags;
  const more = ofTags.filter((word) => !recordWords.includes(word)).slice(0, MAX_WORDS - recordWords.length);
  return distinctWords([...recordWords, ...more]);
}

function distinctWords(all: readonly string[]): string[] {
  const words = [...new Set(all)].sort();
  return words.filter((word, index) => !words[index + 1]?.startsWith(word));
}

export function wordKey(tenant: string, kind: string, word: string, id: string): Key {
  return { pk: wordPartition(tenant, kind, word), sk: `${word}#${id}` };
}

const wordPartition = (tenant: string, kind: string, word: string): string => tenantKey(tenant, "WORD", kind, [...word][0] ?? "");

/** Sorts before every character of a word. */
const FIRST_CHARACTER = "!";
/** Sorts after every character of a word. */
const LAST_CHARACTER = "\u{10ffff}";

export interface SearchMatches {
  /** Ids of records that the actor may see, without duplicates, in order of time. */
  ids: string[];
  /** Whether more words matched than one search reads. */
  truncated: boolean;
}

/** Finds records in which each term begins a word, or is a part of a telephone number. `terms` come from `parseSearchTerms`. */
export async function searchIds(kind: string, terms: readonly string[], owners: Owners): Promise<SearchMatches> {
  const rarest = pickTerm(terms);
  const otherTerms = terms.filter((term) => term !== rarest);
  if (rarest === "") return { ids: [], truncated: false };
  const pages = await Promise.all(listMatches(rarest).map((match) => readWords(kind, match, otherTerms.length > 0)));
  const ids = new Set<string>();
  for (const item of pages.flatMap(({ items }) => items))
    if (isVisibleMatch(item, owners) && (otherTerms.length === 0 || matchesTerms(listWords(item), otherTerms)))
      ids.add(readWord(item).id);
  return { ids: [...ids].sort(), truncated: pages.some(({ truncated }) => truncated) };
}

const isVisibleMatch = ({ owner }: Item, owners: Owners): boolean =>
  owners === "all" ||
  String(owner)
    .split(" ")
    .some((name) => owners.has(name));

const listWords = ({ words }: Item): string[] => String(words).split(" ");

function readWord({ sk }: Item): { word: string; id: string } {
  const [word = "", id = ""] = String(sk).split("#");
  return { word, id };
}

export interface WordPage {
  /** Each record once, at the first of its words that match. `key` is the place of this word. */
  matches: { id: string; key: string }[];
  /** Words that were looked at. */
  read: number;
  /** The place of the last word that was looked at; undefined if there are no more. */
  next: string | undefined;
}

/** Returns whether the words of these terms can be read in their order: digits are also found inside of telephone numbers. */
export const isOneRange = (terms: readonly string[]): boolean => listMatches(pickTerm(terms)).length === 1;

/** The term whose words are read; the others are compared with the words of these records. */
const pickTerm = (terms: readonly string[]): string => [...terms].sort((a, b) => b.length - a.length)[0] ?? "";

/** Reads words in their order, the exact ones first, after a place. `limit` is the number of words to look at. */
export async function readWordPage(
  kind: string,
  terms: readonly string[],
  owners: Owners,
  { after, limit }: { after: string | undefined; limit: number },
): Promise<WordPage> {
  const term = pickTerm(terms);
  const { Items = [], LastEvaluatedKey: last } = await query({
    KeyConditionExpression: "pk = :pk and sk between :from and :end",
    ExpressionAttributeValues: {
      ":pk": wordPartition(useTenant(), kind, term),
      // Nothing is between a key and the key with the first character.
      ":from": after === undefined ? term : `${after}${FIRST_CHARACTER}`,
      ":end": `${term}${LAST_CHARACTER}`,
    },
    ProjectionExpression: "sk, #owner, words",
    ExpressionAttributeNames: { "#owner": "owner" },
    Limit: limit,
  });
  const matches = Items.flatMap((item) => {
    const { word, id } = readWord(item);
    const words = listWords(item);
    const isFirst = !words.some((other) => other < word && other.startsWith(term));
    return isFirst && isVisibleMatch(item, owners) && matchesTerms(words, terms) ? [{ id, key: String(item.sk) }] : [];
  });
  return { matches, read: Items.length, next: last && String(last.sk) };
}

/** Reads the items of the words that match. */
async function readWords(kind: string, { start, end = "" }: WordMatch, hasWords: boolean) {
  const page = await query({
    // Not begins_with: some DynamoDB-compatible servers scan the whole partition for it.
    KeyConditionExpression: "pk = :pk and sk between :word and :end",
    ExpressionAttributeValues: {
      ":pk": wordPartition(useTenant(), kind, start),
      ":word": start,
      ":end": `${start}${LAST_CHARACTER}`,
    },
    ProjectionExpression: hasWords ? "sk, #owner, words" : "sk, #owner",
    ExpressionAttributeNames: { "#owner": "owner" },
    Limit: MAX_MATCHES,
  });
  const items = (page.Items ?? []).filter(({ sk }) => String(sk).split("#")[0]?.endsWith(end));
  return { items, truncated: page.LastEvaluatedKey !== undefined };
}

export const matchesTerms = (words: readonly string[], terms: readonly string[]): boolean =>
  terms.every((term) =>
    listMatches(term).some(({ start, end = "" }) => words.some((word) => word.startsWith(start) && word.endsWith(end))),
  );

export * as Search from "./search.ts";
