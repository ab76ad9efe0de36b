import { hash } from "node:crypto";
import { collectionOwner, isInPersonCollection } from "../../kernel/id.ts";
import type { Keyspace } from "../../kernel/scope.ts";

/**
 * Every key of the table is made here, from ids, enumerations and hashes: none of them can hold a `#`,
 * so no value typed by anybody can reach into another key. Text goes in as a hash, or as a search word,
 * which holds letters, digits and `@._+-/` only.
 *
 *   T#<tenant>#P#<person>      a person's collection: the person, their leads, activities, …
 *   T#<tenant>#E#<id>          a record that owns itself
 *   T#<tenant>#…               what the tenant has beside records: locks, counters, words, audit, masters
 *   S#<keyspace>#…             what precedes a tenant
 */
export const tenantPrefix = (tenant: string): string => `T#${requireKeyPart(tenant)}#`;

/** In keys, for a value that there is none of. */
export const NONE = "none";

/** A part of a key that must not reach beyond its place. */
export function requireKeyPart(part: string): string {
  if (part.includes("#") || part.length === 0) throw new Error(`Not a key part: ${JSON.stringify(part)}`);
  return part;
}

/** Texts as one key part: injective, of fixed length, and nothing to read in it. */
export const hashTexts = (...texts: readonly string[]): string => hash("sha256", JSON.stringify(texts), "base64url").slice(0, 32);

/** The collection in which a record lives, without the tenant. */
export function collectionKeyPart(id: string): string {
  const owner = collectionOwner(id);
  return isInPersonCollection(id) ? `P#${owner}` : `E#${owner}`;
}

export interface Key {
  pk: string;
  sk: string;
}

export const recordKey = (tenant: string, id: string): Key => ({ pk: tenantPrefix(tenant) + collectionKeyPart(id), sk: id });

/** Beside a record, behind all records of its collection: what has been derived from it so far. */
export const checkpointKey = (tenant: string, id: string): Key => ({ ...recordKey(tenant, id), sk: `~${id}` });

/** Behind the checkpoint of a person: what they are compared by. */
export const matchKey = (tenant: string, id: string): Key => ({ ...recordKey(tenant, id), sk: `~match#${id}` });

/** Behind the checkpoint of a record: what it is found by of what the tenant declared. */
export const pathCheckpointKey = (tenant: string, id: string): Key => ({ ...recordKey(tenant, id), sk: `~path#${id}` });

/** Behind the checkpoint of a record: the tags that it is counted under. */
export const tagCheckpointKey = (tenant: string, id: string): Key => ({ ...recordKey(tenant, id), sk: `~tags#${id}` });

/** Behind the checkpoint of a record: the sets of records, such as segments, that it is in. */
export const membershipKey = (tenant: string, id: string): Key => ({ ...recordKey(tenant, id), sk: `~sets#${id}` });

/** Behind the checkpoint of a record that others reveal: who owns those. */
export const personVisibilityKey = (tenant: string, id: string): Key => ({ ...recordKey(tenant, id), sk: `~sight#${id}` });

/** Behind that, of the release before: the entries by which lists find it, which the checkpoint says now. */
export const formerEntriesKey = (tenant: string, id: string): Key => ({ ...recordKey(tenant, id), sk: `~seen#${id}` });

/** Something of a tenant that is no record; `what` is a short upper-case name. */
export const tenantKey = (tenant: string, what: string, ...parts: readonly string[]): string =>
  tenantPrefix(tenant) + [what, ...parts].map(requireKeyPart).join("#");

const keyspacePrefixes: Record<Keyspace, string> = {
  slug: "S#SLUG#",
  login: "S#LOGIN#",
  refresh: "S#REFRESH#",
  api_key: "S#APIKEY#",
  form: "S#FORM#",
  hook: "S#HOOK#",
  reset: "S#RESET#",
  throttle: "S#THROTTLE#",
  signing_key: "S#SIGNINGKEY#",
  due: "S#DUE#",
  claim: "S#CLAIM#",
  watermark: "S#WATERMARK#",
  tenants: "S#TENANTS#",
};

export const keyspacePrefix = (keyspace: Keyspace): string => keyspacePrefixes[keyspace];

export const systemKey = (keyspace: Keyspace, ...parts: readonly string[]): string =>
  keyspacePrefixes[keyspace] + parts.map(requireKeyPart).join("#");
