import type { Domain } from "../../kernel/domain.ts";
import { idPrefix, type Kind } from "../../kernel/id.ts";
import { memoizeByObject } from "../../kernel/memoize.ts";
import { listDomains } from "../../kernel/tenant-domains.ts";
import { type BaseRecord, type Collection, loadedCollections } from "./collection.ts";

/** Finds collections by kind, name or id, and loads them when they are first needed. */

/** Loads the collection of a kind. */
export async function loadCollection(kind: Kind): Promise<Collection<BaseRecord>> {
  if (!loadedCollections.has(kind.name)) await kind.load?.();
  const collection = loadedCollections.get(kind.name);
  if (!collection) throw new Error(`The kind ${kind.name} has no records: its module declares no collection`);
  return collection;
}

interface KindIndex {
  readonly all: readonly Kind[];
  readonly byName: ReadonlyMap<string, Kind>;
  /** Kinds with records. */
  readonly byPrefix: ReadonlyMap<string, Kind>;
}

const indexKinds = memoizeByObject((domains: readonly Domain[]): KindIndex => {
  const all = domains.flatMap(({ kinds }) => kinds);
  // If two kinds have the same name or prefix, the first one counts.
  const reversed = all.toReversed();
  return {
    all,
    byName: new Map(reversed.map((kind) => [kind.name, kind])),
    byPrefix: new Map(reversed.flatMap((kind) => (kind.load ? [[kind.prefix, kind]] : []))),
  };
});

/** Lists all kinds of the domains that this process serves. */
export const listKinds = (): readonly Kind[] => indexKinds(listDomains()).all;

export const findKind = (name: string): Kind | undefined => indexKinds(listDomains()).byName.get(name);

/** Returns the kind of an id; undefined for texts that are not ids, and for kinds without records. */
export function findKindById(id: string): Kind | undefined {
  const prefix = idPrefix(id);
  return prefix === undefined ? undefined : indexKinds(listDomains()).byPrefix.get(prefix);
}

/** Loads the collection of an id's record. */
export async function loadCollectionById(id: string): Promise<Collection<BaseRecord> | undefined> {
  const kind = findKindById(id);
  return kind && loadCollection(kind);
}

export async function loadCollectionByName(name: string): Promise<Collection<BaseRecord>> {
  const loaded = loadedCollections.get(name);
  if (loaded) return loaded;
  const kind = findKind(name);
  if (!kind) throw new Error(`No domain of this function has the kind ${name}`);
  return loadCollection(kind);
}

/** Loads all collections, for work on all records of a tenant. */
export const loadAllCollections = (): Promise<Collection<BaseRecord>[]> =>
  Promise.all(listKinds().flatMap((kind) => (kind.load ? [loadCollection(kind)] : [])));

/** Returns the collection of an id if this process has loaded it. The collections of all records that its verbs return are loaded. */
export const findLoadedCollection = (id: string): Collection<BaseRecord> | undefined => {
  const prefix = idPrefix(id);
  for (const collection of loadedCollections.values()) if (collection.kind.prefix === prefix) return collection;
  return undefined;
};

/** Returns the kind of an id from the loaded collections, or else from the domains. */
export const resolveKind = (id: string): Kind | undefined => findLoadedCollection(id)?.kind ?? findKindById(id);

export const recordPath = (id: string): string => resolveKind(id)?.path ?? "";
