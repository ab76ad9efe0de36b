import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { limitConcurrency } from "../../kernel/concurrency.ts";
import { useRequest, useTenant } from "../../kernel/context.ts";
import { mergeTags, tagKey } from "../../kernel/tag.ts";
import { Cache } from "../table/cache.ts";
import { getAll, isConditionFailed, send, tableName } from "../table/database.ts";
import { hashTexts, type Key, tenantKey } from "../table/key.ts";

/**
 * How a tenant spells its tags: as somebody wrote each first. A spelling is kept right before the first record that bears the tag, on the
 * condition that there is none, and stays when no record bears it any more: nobody is told of a tag by it.
 */
const spellingKey = (key: string): Key => ({ pk: tenantKey(useTenant(), "TAG", hashTexts(key)), sk: "spelling" });

/** Those that are known alone: what is not there yet may be in a moment. */
const spellingCache = new Cache<string>(60, 10_000);
const cacheKey = (key: string): string => `${useTenant()}/${key}`;

type Spellings = ReadonlyMap<string, string>;

/** The spelling of each tag that the tenant knows, by the tag's key. */
export async function readSpellings(keys: readonly string[]): Promise<Spellings> {
  const unknown = keys.filter((key) => !spellingCache.has(cacheKey(key)));
  const items = unknown.length === 0 ? [] : await getAll(unknown.map(spellingKey), { outsideBatch: true });
  await Promise.all(unknown.map((key, at) => items[at] && cacheSpelling(key, String(items[at].name))));
  const known = keys.filter((key) => spellingCache.has(cacheKey(key)));
  const names = await Promise.all(known.map((key) => spellingCache.get(cacheKey(key), async () => key)));
  return new Map(known.map((key, at) => [key, names[at] as string]));
}

const cacheSpelling = (key: string, name: string): Promise<string> => spellingCache.get(cacheKey(key), async () => name);

/** Tags of a request, as it wrote them, that the tenant had no spelling of when it asked. */
const newTagsByRequest = new WeakMap<object, Set<string>>();

/** Tags that somebody wrote, as the tenant spells them; `held` are those that the record has, which stay as they are. */
export async function apply(tags: readonly string[], held: readonly string[] = []): Promise<string[]> {
  const had = new Set(held);
  const given = tags.filter((tag) => !had.has(tag));
  const known = await readSpellings(given.map(tagKey));
  const written = newTagsByRequest.get(useRequest()) ?? new Set();
  newTagsByRequest.set(useRequest(), written);
  for (const tag of given) if (!known.has(tagKey(tag))) written.add(tag);
  return mergeTags(tags.map((tag) => (had.has(tag) ? tag : (known.get(tagKey(tag)) ?? tag))));
}

/** Puts under way at a time. */
const MAX_CONCURRENCY = 8;

/**
 * Keeps the spellings of tags of which the tenant has none; gives those that somebody spelled otherwise since the request asked. A record
 * that has another spelling from before keeps it.
 */
export async function save(tags: readonly string[]): Promise<string[]> {
  const wanted = new Map(mergeTags(tags).map((tag) => [tagKey(tag), tag]));
  const known = await readSpellings([...wanted.keys()]);
  const limited = limitConcurrency(MAX_CONCURRENCY);
  const unknown = [...wanted].filter(([key]) => !known.has(key));
  const taken = await Promise.all(unknown.map(([key, name]) => limited(() => isSpellingTaken(key, name))));
  const written = newTagsByRequest.get(useRequest());
  const since = [...wanted].filter(([key, name]) => known.has(key) && written?.has(name));
  const met = [...unknown.filter((_, at) => taken[at]), ...since];
  const winners = await readSpellings(met.map(([key]) => key));
  return met.flatMap(([key, name]) => (winners.get(key) === name ? [] : [name]));
}

/** Keeps one, unless there is one by now. */
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
