import { usePorts } from "../../kernel/context.ts";
import { type Kind, prefixOf } from "../../kernel/id.ts";
import { type BaseRecord, type Collection, collections } from "./collection.ts";

/** Collections by kind, by name or by id, loaded when they are first asked for. */

/** The collection of a kind that is known by its value. */
export async function collectionOf(kind: Kind): Promise<Collection<BaseRecord>> {
  if (!collections.has(kind.name)) await kind.load?.();
  const collection = collections.get(kind.name);
  if (!collection) throw new Error(`The kind ${kind.name} has no records: its module declares no collection`);
  return collection;
}

/** Every kind of the domains that this process serves. */
export const knownKinds = (): readonly Kind[] => usePorts().domains.flatMap(({ kinds }) => kinds);

export const kindNamed = (name: string): Kind | undefined => knownKinds().find((kind) => kind.name === name);

/** The kind that an id says it is of; undefined for what is no id, or of a kind that has no records. */
export function kindOf(id: string): Kind | undefined {
  const prefix = prefixOf(id);
  return prefix === undefined ? undefined : knownKinds().find((kind) => kind.prefix === prefix && kind.load);
}

/** The collection of the record that an id names. */
export async function collectionOfId(id: string): Promise<Collection<BaseRecord> | undefined> {
  const kind = kindOf(id);
  return kind && collectionOf(kind);
}

export async function collectionNamed(name: string): Promise<Collection<BaseRecord>> {
  const loaded = collections.get(name);
  if (loaded) return loaded;
  const kind = kindNamed(name);
  if (!kind) throw new Error(`No domain of this function has the kind ${name}`);
  return collectionOf(kind);
}

/** Every collection there is: for what goes through all records of a tenant. */
export const allCollections = (): Promise<Collection<BaseRecord>[]> =>
  Promise.all(knownKinds().flatMap((kind) => (kind.load ? [collectionOf(kind)] : [])));

/** The collection of an id as far as this process has loaded it, as it has for all that its own verbs answer. */
export const loadedOf = (id: string): Collection<BaseRecord> | undefined => {
  const prefix = prefixOf(id);
  return [...collections.values()].find(({ kind }) => kind.prefix === prefix);
};

/** The kind that an id says it is of, if this process has loaded it, or else the domains name it. */
export const kindHere = (id: string): Kind | undefined => loadedOf(id)?.kind ?? kindOf(id);

/** Where a record is read. */
export const pathOf = (id: string): string => kindHere(id)?.path ?? "";
