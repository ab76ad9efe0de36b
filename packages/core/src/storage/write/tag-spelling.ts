import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { limitConcurrency } from "../../kernel/concurrency.ts";
import { useRequest, useTenant } from "../../kernel/context.ts";
import { mergeTags, tagKey } from "../../kernel/tag.ts";
import { Cache } from "../table/cache.ts";
import { isConditionFailed, readItems, send, tableName } from "../table/database.ts";
import { hashTexts, type Key, tenantKey } from "../table/key.ts";

/**
 * The spelling of a tenant's tags: the first spelling that was written. It is stored just before the first record with the tag, on the
 * condition that there is none yet, and stays when no record has the tag any more. No list shows tags from this item.
 */
const spellingKey = (key: string): Key => ({ pk: tenantKey(useTenant(), "TAG", hashTexts(key)), sk: "spelling" });

/** Caches only known spellings: an unknown one may exist a moment later. */
const spellingCache = new Cache<string>(60, 10_000);
const cacheKey = (key: string): string => `${useTenant()}/${key}`;

type Spellings = ReadonlyMap<string, string>;

/** Reads the known spellings of tags, by tag key. */
export async function readSpellings(keys: readonly string[]): Promise<Spellings> {
  const unknown = keys.filter((key) => !spellingCache.has(cacheKey(key)));
  const items = unknown.length === 0 ? [] : await readItems(unknown.map(spellingKey), { outsideBatch: true });
  await Promise.all(unknown.map((key, index) => items[index] && cacheSpelling(key, String(items[index].name))));
  const cachedKeys = keys.filter((key) => spellingCache.has(cacheKey(key)));
  const names = await Promise.all(cachedKeys.map((key) => spellingCache.get(cacheKey(key), async () => key)));
  return new Map(cachedKeys.map((key, index) => [key, names[index] as string]));
}

const cacheSpelling = (key: string, name: string): Promise<string> => spellingCache.get(cacheKey(key), async () => name);

/** Tags of a request, as written, for which the tenant had no spelling when the request looked them up. */
const newTagsByRequest = new WeakMap<object, Set<string>>();

/** Replaces tags by the tenant's spelling. `recordTags` are the tags that the record already has, which stay as they are. */
export async function apply(tags: readonly string[], recordTags: readonly string[] = []): Promise<string[]> {
  const existingTags = new Set(recordTags);
  const newTags = tags.filter((tag) => !existingTags.has(tag));
  const spellings = await readSpellings(newTags.map(tagKey));
  const requestTags = newTagsByRequest.get(useRequest()) ?? new Set();
  newTagsByRequest.set(useRequest(), requestTags);
  for (const tag of newTags) if (!spellings.has(tagKey(tag))) requestTags.add(tag);
  return mergeTags(tags.map((tag) => (existingTags.has(tag) ? tag : (spellings.get(tagKey(tag)) ?? tag))));
}

/** Concurrent puts. */
const MAX_CONCURRENCY = 8;

/**
 * Stores the spellings of tags that have none. Returns the tags that another request spelled differently since this request looked them up.
 * A record that already has another spelling keeps it.
 */
export async function save(tags: readonly string[]): Promise<string[]> {
  const tagByKey = new Map(mergeTags(tags).map((tag) => [tagKey(tag), tag]));
  const spellings = await readSpellings([...tagByKey.keys()]);
  const limited = limitConcurrency(MAX_CONCURRENCY);
  const unknown = [...tagByKey].filter(([key]) => !spellings.has(key));
  const takenFlags = await Promise.all(unknown.map(([key, name]) => limited(() => isSpellingTaken(key, name))));
  const requestTags = newTagsByRequest.get(useRequest());
  const since = [...tagByKey].filter(([key, name]) => spellings.has(key) && requestTags?.has(name));
  const conflictingTags = [...unknown.filter((_, index) => takenFlags[index]), ...since];
  const winners = await readSpellings(conflictingTags.map(([key]) => key));
  return conflictingTags.flatMap(([key, name]) => (winners.get(key) === name ? [] : [name]));
}

/** Stores a spelling. Returns true if there already is one. */
async function isSpellingTaken(key: string, name: string): Promise<boolean> {
  const Item = { ...spellingKey(key), name };
  try {
    await send(new PutCommand({ TableName: tableName(), Item, ConditionExpression: "attribute_not_exists(pk)" }));
    await cacheSpelling(key, name);
    return false;
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
    return true;
  }
}

export * as TagSpelling from "./tag-spelling.ts";
