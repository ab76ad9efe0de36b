import type { BaseRecord } from "../table/collection.ts";
import { readItems } from "../table/database.ts";
import { hashTexts, pathCheckpointKey, tenantKey } from "../table/key.ts";
import { readValues } from "./path.rules.ts";
import type { PathDeclaration } from "./path-declarations.ts";

/**
 * Entries of search paths. A record has an entry for each value of a path that can be filtered, and one for each path that can be sorted.
 * Each entry contains the row of the record, so that a page is one query: of the table for all records, of the indexes `by_owner` and
 * `by_rank` for those of an owner.
 *
 * Each record has a checkpoint with the names of its entries. A change writes the difference to the checkpoint, in one transaction with the
 * checkpoint's next state. Many entries are written in several steps; after each step the checkpoint describes exactly the entries that
 * exist.
 */

/** Maximum entries of a record, over all paths. */
const MAX_ENTRIES = 200;

/** Maximum declarations for which a checkpoint records omitted values. */
const MAX_CUT_DECLARATIONS = 20;

/** Used in keys, so that values never contain it. */
const SEPARATOR = "\u0001";

/** The entries of one record. */
export interface PathCheckpoint {
  /** The revision of the checkpoint. Each write is conditional on the revision before. */
  turn: number;
  /** The version of the record that is projected completely. */
  version: number;
  /** The fingerprint of the declarations that were used. */
  under: string;
  /** Name of an entry → digest of its content. */
  entries: Readonly<Record<string, string>>;
  /** Declarations for which some values were omitted. */
  cut: readonly string[];
}

export const emptyPathCheckpoint: PathCheckpoint = { turn: 0, version: 0, under: "", entries: {}, cut: [] };

/** `<declaration>=<hash>` is the entry of a value; `<declaration>^<value>` is the entry in the order of a path. */
export const valueEntryName = (declaration: string, value: string): string => `${declaration}=${hashTexts(value).slice(0, 22)}`;
const orderEntryName = (declaration: string, value: string): string => `${declaration}^${value}`;
export const parseDeclarationId = (name: string): string => name.slice(0, name.search(/[=^]/));
export const isValueEntry = (name: string): boolean => name[parseDeclarationId(name).length] === "=";

/** Counters of entries, by declaration and by value, separate from the counters of the records. */
export const pathCounter = (kind: string): string => `${kind}.path`;
/** Records that have a value, and records for which some values were omitted. */
export const FILLED = "live";
export const CUT = "cut";

export const declarationsFingerprint = (declared: readonly PathDeclaration[]): string =>
  declared
    .filter(({ status }) => status !== "DROPPING")
    .map(({ id, revision }) => `${id}@${revision}`)
    .sort()
    .join(" ");

/**
 * Returns whether a checkpoint was made with a declaration that this process does not know: a later revision, or a declaration that does
 * not exist (any more).
 */
export function isNewerFingerprint(fingerprint: string, declared: readonly PathDeclaration[]): boolean {
  const revisionById = new Map(declared.map(({ id, revision }) => [id, revision]));
  return fingerprint
    .split(" ")
    .filter(Boolean)
    .some((entry) => {
      const [id = "", revision] = entry.split("@");
      return Number(revision) > (revisionById.get(id) ?? -1);
    });
}

/** Returns the names of a record's entries under the declarations; none if the record is deleted. */
export function buildEntryNames(
  record: BaseRecord | undefined,
  declared: readonly PathDeclaration[],
): { names: Set<string>; cut: string[] } {
  const names = new Set<string>();
  const cut: string[] = [];
  if (!record || record.deleted_at) return { names, cut };
  for (const { id, path, type, filter, sort, status, readValue } of declared) {
    if (status === "DROPPING") continue;
    const pathValues = readValue ? readValues({ value: readValue(record) }, "value", type) : readValues(record, path, type);
    const [first] = pathValues.values;
    const entryNames = [
      ...(sort && first !== undefined ? [orderEntryName(id, first)] : []),
      ...(filter ? pathValues.values.map((value) => valueEntryName(id, value)) : []),
    ];
    const addedNames = entryNames.slice(0, MAX_ENTRIES - names.size);
    for (const name of addedNames) names.add(name);
    if (pathValues.cut || addedNames.length < entryNames.length) cut.push(id);
  }
  return { names, cut: cut.slice(0, MAX_CUT_DECLARATIONS) };
}

/** Lists the declarations under which a record has entries. */
export const listFilledDeclarations = ({ entries }: Pick<PathCheckpoint, "entries">): string[] => [
  ...new Set(Object.keys(entries).map(parseDeclarationId)),
];

/** Returns the sort value of a record under a declaration, from its entries. */
export function findOrderValue({ entries }: Pick<PathCheckpoint, "entries">, declaration: string): string | undefined {
  const prefix = orderEntryName(declaration, "");
  return Object.keys(entries)
    .find((name) => name.startsWith(prefix))
    ?.slice(prefix.length);
}

/** Returns the sort key of an entry in an order. */
export const orderKey = (value: string, id: string): string => `${value}${SEPARATOR}${id}`;

/** Returns the partition of a value's entries, for all records or those of an owner. */
export const valuePartition = (tenant: string, kind: string, name: string, owner?: string): string =>
  tenantKey(tenant, "PATH", kind, ...name.split("="), ...(owner === undefined ? [] : [owner]));

/** Returns the partition of a path's order, for all records or those of an owner. */
export const orderPartition = (tenant: string, kind: string, declaration: string, owner?: string): string =>
  tenantKey(tenant, "ORDER", kind, declaration, ...(owner === undefined ? [] : [owner]));

/** Reads the checkpoints of records, in the order of the ids. */
export async function readPathCheckpoints(tenant: string, ids: readonly string[]): Promise<PathCheckpoint[]> {
  const items = await readItems(ids.map((id) => pathCheckpointKey(tenant, id)));
  return items.map((item) =>
    item
      ? {
          turn: Number(item.turn),
          version: Number(item.version),
          under: String(item.under),
          entries: JSON.parse(String(item.entries)) as Record<string, string>,
          cut: String(item.cut).split(" ").filter(Boolean),
        }
      : emptyPathCheckpoint,
  );
}
