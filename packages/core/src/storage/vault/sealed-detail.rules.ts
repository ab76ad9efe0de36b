import { isDeepStrictEqual } from "node:util";
import { isMask } from "../../kernel/schema.ts";
import type { Sealing } from "../table/collection.ts";

/** What of a JSON document is sealed, where it stands, and what is shown in its place: no keys, no I/O. */

type JsonObject = Record<string, unknown>;

const isObject = (value: unknown): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value);

/** The document of a record that stands there. */
export const readDocument = (record: object, at: string): unknown =>
  at
    .split(".")
    .reduce<unknown>((value, name) => (isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined), record);

/** The record with other documents where there is one. */
export function replaceDocuments<R extends object>(record: R, documents: ReadonlyMap<string, unknown>): R {
  const next: JsonObject = Object.fromEntries(Object.entries(record));
  for (const [at, document] of documents) {
    const [field = "", ...below] = at.split(".");
    const name = below.join(".");
    if (name === "") next[field] = document;
    else next[field] = { ...(next[field] as object | null), [name]: document };
  }
  return next as R;
}

/** Levels of a schema that are looked through; what is nested deeper has no schema of its own. */
const MAX_SCHEMA_DEPTH = 16;

/**
 * What a JSON Schema marks by `x-sealed`. The name of a sealed property is sealed in free parts of the document too: people
 * write there what the schema has a place for.
 */
export function parseSealing(schema: unknown): Sealing {
  const paths = new Set<string>();
  const look = (node: unknown, path: string, depth: number): void => {
    if (!isObject(node) || depth > MAX_SCHEMA_DEPTH) return;
    if (node["x-sealed"] === true) paths.add(path);
    for (const [name, inner] of Object.entries(isObject(node.properties) ? node.properties : {}))
      look(inner, path === "" ? name : `${path}.${name}`, depth + 1);
    if (isObject(node.items)) look(node.items, `${path}[]`, depth + 1);
    for (const choice of [node.anyOf, node.oneOf, node.allOf])
      for (const each of Array.isArray(choice) ? choice : []) look(each, path, depth + 1);
  };
  look(schema, "", 0);
  const names = [...paths].map((path) => (path.split(".").at(-1) ?? "").replaceAll("[]", "").toLowerCase());
  return { paths: [...paths], names: [...new Set(names)] };
}

/** A value that is sealed. */
export interface SealedLeaf {
  /** `drivers[0].license_number` */
  location: string;
  /** `drivers[].license_number` */
  path: string;
  value: unknown;
  /** The object that it stands in. */
  parent: JsonObject;
}

/** Every sealed value of a document, in its order; what is null is none. */
export function listSealedLeaves(document: unknown, sealing: Sealing): SealedLeaf[] {
  const leaves: SealedLeaf[] = [];
  const look = (value: unknown, place: string, path: string, holder: JsonObject, isSealed: boolean): void => {
    const sealed = isSealed || sealing.paths.includes(path);
    if (Array.isArray(value)) {
      for (const [at, each] of value.entries()) look(each, `${place}[${at}]`, `${path}[]`, holder, sealed);
    } else if (isObject(value)) {
      for (const [name, each] of Object.entries(value)) {
        const [inner, of] = [place, path].map((before) => (before === "" ? name : `${before}.${name}`));
        look(each, inner as string, of as string, value, sealed || sealing.names.includes(name.toLowerCase()));
      }
    } else if (sealed && value !== null && value !== undefined) leaves.push({ location: place, path, value, parent: holder });
  };
  look(document, "", "", {}, false);
  return leaves;
}

/** The document with other values at some places. */
export function replaceValues<T>(document: T, values: ReadonlyMap<string, unknown>): T {
  if (values.size === 0) return document;
  const copy = (value: unknown, place: string): unknown => {
    if (values.has(place)) return values.get(place);
    if (Array.isArray(value)) return value.map((each, at) => copy(each, `${place}[${at}]`));
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, copy(each, place === "" ? name : `${place}.${name}`)]),
    );
  };
  return copy(document, "") as T;
}

const MASK_DOTS = "•••";
export const DATE_MASK = "••••-••-••";

/** The last characters, where what is left out is more than they are. */
export const maskAllButLast = (value: string, count: number): string =>
  value.length > 2 * count ? MASK_DOTS + value.slice(-count) : MASK_DOTS;

/** What is shown in place of a value. */
export const maskValue = (value: unknown): string =>
  typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value) ? DATE_MASK : maskAllButLast(String(value), 3);

/** The document with masks for what is sealed; what is masked already stays so. */
export const maskDocument = <T>(document: T, sealing: Sealing): T =>
  replaceValues(
    document,
    new Map(
      listSealedLeaves(document, sealing).map(({ location: place, value }) => [place, isMask(value) ? value : maskValue(value)]),
    ),
  );

/** As audit entries hold a document: without what is sealed, and without what masks show of it. */
export const redactDocument = <T>(document: T, sealing: Sealing): T =>
  replaceValues(document, toRedactions(listSealedLeaves(document, sealing)));

/** As `redacted`, by the masks alone, which stand wherever something is sealed. */
export const redactMasks = <T>(document: T): T =>
  replaceValues(document, toRedactions(listSealedLeaves(document, ALL_PATHS).filter(({ value }) => isMask(value))));

const ALL_PATHS: Sealing = { paths: [""], names: [] };
const toRedactions = (leaves: readonly SealedLeaf[]) => new Map(leaves.map(({ location: place }) => [place, "***"]));

/** How far two objects tell of the same thing, from 0 to 1, by what of them is not sealed. */
function computeSimilarity(one: JsonObject, other: JsonObject, sealing: Sealing): number {
  const open = (name: string, { [name]: value }: JsonObject): boolean =>
    !sealing.names.includes(name.toLowerCase()) && value !== null && value !== undefined;
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])].filter((n) => open(n, one) || open(n, other));
  const same = names.filter((name) => isDeepStrictEqual(one[name] ?? null, other[name] ?? null));
  return names.length === 0 ? 1 : same.length / names.length;
}

/**
 * The stored value whose object is most like this one, and of several the one at the same place; half of it must be the same.
 * What stands where it stood, and as it stood, is not looked for; nor is what stands in no list, which is where it was.
 */
function findNearestLeaf(
  holder: JsonObject,
  place: string,
  stored: readonly SealedLeaf[],
  sealing: Sealing,
): SealedLeaf | undefined {
  const there = stored.find((leaf) => leaf.location === place);
  if (there && (!there.path.includes("[]") || computeSimilarity(there.parent, holder, sealing) === 1)) return there;
  const rated = stored.map((leaf) => ({
    leaf,
    like: computeSimilarity(leaf.parent, holder, sealing) + (leaf.location === place ? 0.01 : 0),
  }));
  const [best] = rated.sort((a, b) => b.like - a.like);
  return best && best.like >= 0.5 ? best.leaf : undefined;
}

/** Whose mask this is: of the values under the same path that are shown by it. */
export const findMaskedLeaf = (
  { parent: holder, location: place, path, value }: SealedLeaf,
  stored: readonly SealedLeaf[],
  sealing: Sealing,
): SealedLeaf | undefined =>
  findNearestLeaf(
    holder,
    place,
    stored.filter((leaf) => leaf.path === path && leaf.value === value),
    sealing,
  );

/**
 * The document with the masks of what whoever sees masks alone has left out: that stays. What they clear is null. Only what the
 * schema has a place for can be left out so.
 */
export function restoreOmitted<T>(document: T, stored: readonly SealedLeaf[], sealing: Sealing): T {
  const left = new Set(stored);
  const visit = (value: unknown, place: string, path: string): unknown => {
    if (Array.isArray(value)) return value.map((each, at) => visit(each, `${place}[${at}]`, `${path}[]`));
    if (!isObject(value)) return value;
    const inside = (above: string, name: string): string => (above === "" ? name : `${above}.${name}`);
    const next = Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, visit(each, inside(place, name), inside(path, name))]),
    );
    for (const name of new Set(sealing.paths.map((each) => each.split(".").at(-1) ?? ""))) {
      const of = inside(path, name);
      if (next[name] !== undefined || !sealing.paths.includes(of)) continue;
      const among = [...left].filter((leaf) => leaf.path === of);
      const meant = findNearestLeaf(value, inside(place, name), among, sealing);
      if (!meant) continue;
      next[name] = meant.value;
      left.delete(meant);
    }
    return next;
  };
  return visit(document, "", "") as T;
}
