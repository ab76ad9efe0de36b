import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { useRequest, useTenant } from "../../kernel/context.ts";
import { atMost } from "../../kernel/pool.ts";
import { joinedTags, tagKey } from "../../kernel/tag.ts";
import { Cache } from "../table/cache.ts";
import { getAll, isConditionFailed, send, tableName } from "../table/database.ts";
import { hashed, type Key, tenantKey } from "../table/key.ts";

/**
 * How a tenant spells its tags: as somebody wrote each first. A spelling is kept right before the first record that bears the tag, on the
 * condition that there is none, and stays when no record bears it any more: nobody is told of a tag by it.
 */
const keyOf = (key: string): Key => ({ pk: tenantKey(useTenant(), "TAG", hashed(key)), sk: "spelling" });

/** Those that are known alone: what is not there yet may be in a moment. */
const kept = new Cache<string>(60, 10_000);
const keptAs = (key: string): string => `${useTenant()}/${key}`;

type Spellings = ReadonlyMap<string, string>;

/** The spelling of each tag that the tenant knows, by the tag's key. */
export async function spellings(keys: readonly string[]): Promise<Spellings> {
  const unknown = keys.filter((key) => !kept.has(keptAs(key)));
  const items = unknown.length === 0 ? [] : await getAll(unknown.map(keyOf), { outsideBatch: true });
  await Promise.all(unknown.map((key, at) => items[at] && remember(key, String(items[at].name))));
  const known = keys.filter((key) => kept.has(keptAs(key)));
  const names = await Promise.all(known.map((key) => kept.get(keptAs(key), async () => key)));
  return new Map(known.map((key, at) => [key, names[at] as string]));
}

const remember = (key: string, name: string): Promise<string> => kept.get(keptAs(key), async () => name);

/** Tags of a request, as it wrote them, that the tenant had no spelling of when it asked. */
const asWritten = new WeakMap<object, Set<string>>();

/** Tags that somebody wrote, as the tenant spells them; `held` are those that the record has, which stay as they are. */
export async function of(tags: readonly string[], held: readonly string[] = []): Promise<string[]> {
  const had = new Set(held);
  const given = tags.filter((tag) => !had.has(tag));
  const known = await spellings(given.map(tagKey));
  const written = asWritten.get(useRequest()) ?? new Set();
  asWritten.set(useRequest(), written);
  for (const tag of given) if (!known.has(tagKey(tag))) written.add(tag);
  return joinedTags(tags.map((tag) => (had.has(tag) ? tag : (known.get(tagKey(tag)) ?? tag))));
}

/** Puts under way at a time. */
const AT_ONCE = 8;

/**
 * Keeps the spellings of tags of which the tenant has none; gives those that somebody spelled otherwise since the request asked. A record
 * that has another spelling from before keeps it.
 */
export async function keep(tags: readonly string[]): Promise<string[]> {
  const wanted = new Map(joinedTags(tags).map((tag) => [tagKey(tag), tag]));
  const known = await spellings([...wanted.keys()]);
  const limited = atMost(AT_ONCE);
  const unknown = [...wanted].filter(([key]) => !known.has(key));
  const taken = await Promise.all(unknown.map(([key, name]) => limited(() => isTaken(key, name))));
  const written = asWritten.get(useRequest());
  const since = [...wanted].filter(([key, name]) => known.has(key) && written?.has(name));
  const met = [...unknown.filter((_, at) => taken[at]), ...since];
  const winners = await spellings(met.map(([key]) => key));
  return met.flatMap(([key, name]) => (winners.get(key) === name ? [] : [name]));
}

/** Keeps one, unless there is one by now. */
async function isTaken(key: string, name: string): Promise<boolean> {
  const Item = { ...keyOf(key), name };
  try {
    await send(new PutCommand({ TableName: tableName(), Item, ConditionExpression: "attribute_not_exists(pk)" }));
    await remember(key, name);
    return false;
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
    return true;
  }
}

export * as Spelling from "./spelling.ts";
