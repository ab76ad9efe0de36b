import { type Owners, useTenant } from "../../kernel/context.ts";
import type { WordMatch } from "../../kernel/phone-words.ts";
import { listMatches, textSearchWords } from "../../kernel/text.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { query } from "../table/database.ts";
import { type Key, tenantKey } from "../table/key.ts";

/**
 * Search by the beginnings of words. The stream consumer writes an item for each word of a record, partitioned by first letter. A search is
 * one query of at most 1,000 items, and up to four for digits (`listDigitMatches`); the records on the page are then read by key.
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
  const [rarest, ...otherTerms] = [...terms].sort((a, b) => b.length - a.length);
  if (rarest === undefined) return { ids: [], truncated: false };
  const pages = await Promise.all(listMatches(rarest).map((match) => readWords(kind, match, otherTerms.length > 0)));
  const ids = new Set<string>();
  for (const item of pages.flatMap(({ items }) => items)) {
    if (
      owners !== "all" &&
      !String(item.owner)
        .split(" ")
        .some((owner) => owners.has(owner))
    )
      continue;
    if (otherTerms.length > 0 && !matchesTerms(String(item.words).split(" "), otherTerms)) continue;
    const sk = String(item.sk);
    ids.add(sk.slice(sk.indexOf("#") + 1));
  }
  return { ids: [...ids].sort(), truncated: pages.some(({ truncated }) => truncated) };
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
