import { isDeepStrictEqual } from "node:util";
import { isJsonObject } from "../../kernel/json.ts";
import { isMask } from "../../kernel/schema.ts";
import type { Sealing } from "../table/collection.ts";

/** Pure rules of sealed values in JSON documents: which values are sealed, their paths, and their masks. No keys, no I/O. */

type JsonObject = Record<string, unknown>;

/** Returns the document of a record at a path such as `product_data.pet`. */
export const readDocument = (record: object, path: string): unknown =>
  path
    .split(".")
    .reduce<unknown>((value, name) => (isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined), record);

/** Returns the record with these documents replaced, by path. */
export function replaceDocuments<R extends object>(record: R, documents: ReadonlyMap<string, unknown>): R {
  const next: JsonObject = Object.fromEntries(Object.entries(record));
  for (const [path, document] of documents) {
    const [field = "", ...below] = path.split(".");
    const name = below.join(".");
    if (name === "") next[field] = document;
    else next[field] = { ...(next[field] as object | null), [name]: document };
  }
  return next as R;
}

/** Maximum depth of a schema that is searched; deeper levels cannot be marked as sealed. */
const MAX_SCHEMA_DEPTH = 16;

/**
 * Reads what a JSON Schema marks by `x-sealed`. A sealed property name is sealed in free parts of the document too, because users may write
 * such a value there.
 */
export function parseSealing(schema: unknown): Sealing {
  const paths = new Set<string>();
  const look = (node: unknown, path: string, depth: number): void => {
    if (!isJsonObject(node) || depth > MAX_SCHEMA_DEPTH) return;
    if (node["x-sealed"] === true) paths.add(path);
    for (const [name, inner] of Object.entries(isJsonObject(node.properties) ? node.properties : {}))
      look(inner, path === "" ? name : `${path}.${name}`, depth + 1);
    if (isJsonObject(node.items)) look(node.items, `${path}[]`, depth + 1);
    for (const choice of [node.anyOf, node.oneOf, node.allOf])
      for (const branch of Array.isArray(choice) ? choice : []) look(branch, path, depth + 1);
  };
  look(schema, "", 0);
  const names = [...paths].map((path) => (path.split(".").at(-1) ?? "").replaceAll("[]", "").toLowerCase());
  return { paths: [...paths], names: [...new Set(names)] };
}

/** A sealed value in a document. */
export interface SealedLeaf {
  /** `drivers[0].license_number` */
  location: string;
  /** `drivers[].license_number` */
  path: string;
  value: unknown;
  /** The object that contains it. */
  parent: JsonObject;
}

/** Lists all sealed values of a document in order, except null. */
export function listSealedLeaves(document: unknown, sealing: Sealing): SealedLeaf[] {
  const leaves: SealedLeaf[] = [];
  const look = (value: unknown, place: string, path: string, holder: JsonObject, isSealed: boolean): void => {
    const sealed = isSealed || sealing.paths.includes(path);
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) look(item, `${place}[${index}]`, `${path}[]`, holder, sealed);
    } else if (isJsonObject(value)) {
      for (const [name, child] of Object.entries(value)) {
        const [inner, innerPath] = [place, path].map((before) => (before === "" ? name : `${before}.${name}`));
        look(child, inner as string, innerPath as string, value, sealed || sealing.names.includes(name.toLowerCase()));
      }
    } else if (sealed && value !== null && value !== undefined) leaves.push({ location: place, path, value, parent: holder });
  };
  look(document, "", "", {}, false);
  return leaves;
}

/** Returns the document with the values at these locations replaced. */
export function replaceValues<T>(document: T, values: ReadonlyMap<string, unknown>): T {
  if (values.size === 0) return document;
  const copy = (value: unknown, place: string): unknown => {
    if (values.has(place)) return values.get(place);
    if (Array.isArray(value)) return value.map((item, index) => copy(item, `${place}[${index}]`));
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, child]) => [name, copy(child, place === "" ? name : `${place}.${name}`)]),
    );
  };
  return copy(document, "") as T;
}

const MASK_DOTS = "•••";
const DATE_MASK = "••••-••-••";

/** Shows the last characters if more than these are hidden. */
const maskAllButLast = (value: string, count: number): string =>
  value.length > 2 * count ? MASK_DOTS + value.slice(-count) : MASK_DOTS;

export const maskValue = (value: unknown): string =>
  typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value) ? DATE_MASK : maskAllButLast(String(value), 3);

/** Replaces sealed values by their masks. Values that are already masks stay. */
export const maskDocument = <T>(document: T, sealing: Sealing): T =>
  replaceValues(
    document,
    new Map(
      listSealedLeaves(document, sealing).map(({ location, value }) => [location, isMask(value) ? value : maskValue(value)]),
    ),
  );

/** Removes sealed values and their masks, for audit entries. */
export const redactDocument = <T>(document: T, sealing: Sealing): T =>
  replaceValues(document, toRedactions(listSealedLeaves(document, sealing)));

/** Like `redactDocument`, but finds sealed values by their masks, without a schema. */
export const redactMasks = <T>(document: T): T =>
  replaceValues(document, toRedactions(listSealedLeaves(document, ALL_PATHS).filter(({ value }) => isMask(value))));

const ALL_PATHS: Sealing = { paths: [""], names: [] };
const toRedactions = (leaves: readonly SealedLeaf[]) => new Map(leaves.map(({ location }) => [location, "***"]));

/** Returns the similarity of two objects, from 0 to 1, by their values that are not sealed. */
function computeSimilarity(a: JsonObject, b: JsonObject, sealing: Sealing): number {
  const open = (name: string, { [name]: value }: JsonObject): boolean =>
    !sealing.names.includes(name.toLowerCase()) && value !== null && value !== undefined;
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((n) => open(n, a) || open(n, b));
  const equalNames = names.filter((name) => isDeepStrictEqual(a[name] ?? null, b[name] ?? null));
  return names.length === 0 ? 1 : equalNames.length / names.length;
}

/**
 * Finds the stored value whose object is most similar to this one; at least half must be equal. Of several, the value at the same location
 * is preferred. If the object at the same location is unchanged, or is in no list, its value is taken without a search.
 */
function findNearestLeaf(
  holder: JsonObject,
  place: string,
  stored: readonly SealedLeaf[],
  sealing: Sealing,
): SealedLeaf | undefined {
  const leafInPlace = stored.find((leaf) => leaf.location === place);
  if (leafInPlace && (!leafInPlace.path.includes("[]") || computeSimilarity(leafInPlace.parent, holder, sealing) === 1))
    return leafInPlace;
  const rated = stored.map((leaf) => ({
    leaf,
    like: computeSimilarity(leaf.parent, holder, sealing) + (leaf.location === place ? 0.01 : 0),
  }));
  const [best] = rated.sort((a, b) => b.like - a.like);
  return best && best.like >= 0.5 ? best.leaf : undefined;
}

/** Finds the stored value of a mask, among the values with the same path and mask. */
export const findMaskedLeaf = (
  { parent, location, path, value }: SealedLeaf,
  stored: readonly SealedLeaf[],
  sealing: Sealing,
): SealedLeaf | undefined =>
  findNearestLeaf(
    parent,
    location,
    stored.filter((leaf) => leaf.path === path && leaf.value === value),
    sealing,
  );

/**
 * Adds the masks that a writer who sees only masks has left out, so that these values stay. A null clears a value. This applies only to
 * properties in the schema.
 */
export function restoreOmitted<T>(document: T, stored: readonly SealedLeaf[], sealing: Sealing): T {
  const remainingLeaves = new Set(stored);
  const visit = (value: unknown, place: string, path: string): unknown => {
    if (Array.isArray(value)) return value.map((item, index) => visit(item, `${place}[${index}]`, `${path}[]`));
    if (!isJsonObject(value)) return value;
    const inside = (above: string, name: string): string => (above === "" ? name : `${above}.${name}`);
    const next = Object.fromEntries(
      Object.entries(value).map(([name, child]) => [name, visit(child, inside(place, name), inside(path, name))]),
    );
    for (const name of new Set(sealing.paths.map((each) => each.split(".").at(-1) ?? ""))) {
      const fieldPath = inside(path, name);
      if (next[name] !== undefined || !sealing.paths.includes(fieldPath)) continue;
      const among = [...remainingLeaves].filter((leaf) => leaf.path === fieldPath);
      const match = findNearestLeaf(value, inside(place, name), among, sealing);
      if (!match) continue;
      next[name] = match.value;
      remainingLeaves.delete(match);
    }
    return next;
  };
  return visit(document, "", "") as T;
}
