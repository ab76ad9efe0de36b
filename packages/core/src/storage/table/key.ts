import { hash } from "node:crypto";
import { collectionOwner, isInPersonCollection } from "../../kernel/id.ts";
import type { Keyspace } from "../../kernel/scope.ts";

/**
 * Builds all keys of the table, from ids, enumerations and hashes. None of them can contain a `#`, so no user input can reach another key.
 * Text is hashed, or used as a search word, which contains only letters, digits and `@._+-/`.
 *
 *   T#<tenant>#P#<person>      a person's collection: the person, their leads, activities, …
 *   T#<tenant>#E#<id>          a record that owns itself
 *   T#<tenant>#…               other items of a tenant: locks, counters, words, audit, masters
 *   S#<keyspace>#…             items outside of the tenants
 */
export const tenantPrefix = (tenant: string): string => `T#${requireKeyPart(tenant)}#`;

/** Represents an empty value in keys. */
export const NONE = "none";

/** Refuses a part of a key that is empty or contains the separator. */
export function requireKeyPart(part: string): string {
  if (part.includes("#") || part.length === 0) throw new Error(`Invalid key part: ${JSON.stringify(part)}`);
  return part;
}

/** Hashes texts to one key part: injective, of fixed length, and opaque. */
export const hashTexts = (...texts: readonly string[]): string => hash("sha256", JSON.stringify(texts), "base64url").slice(0, 32);

/** Returns the collection in which a record lives, without the tenant. */
export function collectionKeyPart(id: string): string {
  const owner = collectionOwner(id);
  return isInPersonCollection(id) ? `P#${owner}` : `E#${owner}`;
}

export interface Key {
  pk: string;
  sk: string;
}

export const recordKey = (tenant: string, id: string): Key => ({ pk: tenantPrefix(tenant) + collectionKeyPart(id), sk: id });

/** The checkpoint of a record. It sorts after all records of the collection. */
export const checkpointKey = (tenant: string, id: string): Key => ({ ...recordKey(tenant, id), sk: `~${id}` });

/** The values by which a person is compared with others; sorts after the checkpoint. */
export const matchKey = (tenant: string, id: string): Key => ({ ...recordKey(tenant, id), sk: `~match#${id}` });

/** The checkpoint of a record's search paths. */
export const pathCheckpointKey = (tenant: string, id: string): Key => ({ ...recordKey(tenant, id), sk: `~path#${id}` });

/** The checkpoint of a record's counted tags. */
export const tagCheckpointKey = (tenant: string, id: string): Key => ({ ...recordKey(tenant, id), sk: `~tags#${id}` });

/** The sets of records, such as segments, that contain the record. */
export const membershipKey = (tenant: string, id: string): Key => ({ ...recordKey(tenant, id), sk: `~sets#${id}` });

/** The visibility of a record that is derived from other records: the owners of those records. */
export const personVisibilityKey = (tenant: string, id: string): Key => ({ ...recordKey(tenant, id), sk: `~sight#${id}` });

/** The names of a record's visibility entries, as earlier releases stored them. The checkpoint has them now. */
export const formerEntriesKey = (tenant: string, id: string): Key => ({ ...recordKey(tenant, id), sk: `~seen#${id}` });

/** The records that a user opened last. */
export const recentRecordsKey = (tenant: string, user: string): Key => ({ ...recordKey(tenant, user), sk: `~recent#${user}` });

/** Builds the partition key of a tenant's items that are not records. `name` is a short upper-case name. */
export const tenantKey = (tenant: string, name: string, ...parts: readonly string[]): string =>
  tenantPrefix(tenant) + [name, ...parts].map(requireKeyPart).join("#");

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
  migration: "S#MIGRATION#",
};

export const keyspacePrefix = (keyspace: Keyspace): string => keyspacePrefixes[keyspace];

export const systemKey = (keyspace: Keyspace, ...parts: readonly string[]): string =>
  keyspacePrefixes[keyspace] + parts.map(requireKeyPart).join("#");
