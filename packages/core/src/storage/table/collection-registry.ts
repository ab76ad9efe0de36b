import { usePorts } from "../../kernel/context.ts";
import { idPrefix, type Kind } from "../../kernel/id.ts";
import { type BaseRecord, type Collection, loadedCollections } from "./collection.ts";

/** Collections by kind, by name or by id, loaded when they are first asked for. */

/** The collection of a kind that is known by its value. */
export async function loadCollection(kind: Kind): Promise<Collection<BaseRecord>> {
  if (!loadedCollections.has(kind.name)) await kind.load?.();
  const collection = loadedCollections.get(kind.name);
  if (!collection) throw new Error(`The kind ${kind.name} has no records: its module declares no collection`);
  return collection;
}

/** Every kind of the domains that this process serves. */
export const listKinds = (): readonly Kind[] => usePorts().domains.flatMap(({ kinds }) => kinds);

export const findKind = (name: string): Kind | undefined => listKinds().find((kind) => kind.name === name);

/** The kind that an id says it is of; undefined for what is no id, or of a kind that has no records. */
export function findKindById(id: string): Kind | undefined {
  const prefix = idPrefix(id);
  return prefix === undefined ? undefined : listKinds().find((kind) => kind.prefix === prefix && kind.load);
}

/** The collection of the record that an id names. */
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

/** Every collection there is: for what goes through all records of a tenant. */
export const loadAllCollections = (): Promise<Collection<BaseRecord>[]> =>
  Promise.all(listKinds().flatMap((kind) => (kind.load ? [loadCollection(kind)] : [])));

/** The collection of an id as far as this process has loaded it, as it has for all that its own verbs answer. */
export const findLoadedCollection = (id: string): Collection<BaseRecord> | undefined => {
  const prefix = idPrefix(id);
  return [...loadedCollections.values()].find(({ kind }) => kind.prefix === prefix);
};

/** The kind that an id says it is of, if this process has loaded it, or else the domains name it. */
export const resolveKind = (id: string): Kind | undefined => findLoadedCollection(id)?.kind ?? findKindById(id);

/** Where a record is read. */
export const recordPath = (id: string): string => resolveKind(id)?.path ?? "";
