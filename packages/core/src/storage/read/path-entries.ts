import type { BaseRecord } from "../table/collection.ts";
import { getAll } from "../table/database.ts";
import { hashTexts, pathCheckpointKey, tenantKey } from "../table/key.ts";
import { readValues } from "./path.rules.ts";
import type { PathDeclaration } from "./path-declarations.ts";

/**
 * What records are found by of the paths that a tenant declares: an entry for each value of a path to filter by, and one for a
 * path to sort by. Each shows the record as lists do, so a page is one query: of the table for all records, of its indexes
 * `by_owner` and `by_rank` for those of an owner.
 *
 * Beside each record stands a checkpoint with the entries that it has. Entries are changed as the difference to it, in one
 * transaction with the checkpoint's next state: all at once, or, where they are many, in steps after each of which the checkpoint
 * says just what is there.
 */

/** Of a record, over all its paths. */
export const MAX_ENTRIES = 200;

/** Declarations of which a checkpoint says that something was left out. */
export const MAX_CUT_DECLARATIONS = 20;

/** Of a key, and so in no value. */
const SEPARATOR = "\u0001";

/** What one record has of entries. */
export interface PathCheckpoint {
  /** How often the checkpoint was written: each write is on the condition of the one before. */
  turn: number;
  /** The version of the record whose entries are all here. */
  version: number;
  /** The declarations that they were made of. */
  under: string;
  /** Name of an entry → what it shows, as a digest. */
  entries: Readonly<Record<string, string>>;
  /** Declarations of which something was left out. */
  cut: readonly string[];
}

export const emptyPathCheckpoint: PathCheckpoint = { turn: 0, version: 0, under: "", entries: {}, cut: [] };

/** `spa_…=<hash>` is the entry of a value, `spa_…^<value>` the one in the order of a path. */
export const valueEntryName = (declaration: string, value: string): string => `${declaration}=${hashTexts(value).slice(0, 22)}`;
const orderEntryName = (declaration: string, value: string): string => `${declaration}^${value}`;
export const parseDeclarationId = (name: string): string => name.slice(0, name.search(/[=^]/));
export const isValueEntry = (name: string): boolean => name[parseDeclarationId(name).length] === "=";

/** Counters of entries are apart from those of the records: by declaration, and by value. */
export const pathCounter = (kind: string): string => `${kind}.path`;
/** Records that have a value, and those of which something was left out. */
export const FILLED = "live";
export const CUT = "cut";

export const declarationsFingerprint = (declared: readonly PathDeclaration[]): string =>
  declared
    .filter(({ status }) => status !== "DROPPING")
    .map(({ id, revision }) => `${id}@${revision}`)
    .sort()
    .join(" ");

/**
 * Whether a checkpoint was made of something that is not known here: of a later revision, or of what is not declared (any
 * more).
 */
export function isNewerFingerprint(under: string, declared: readonly PathDeclaration[]): boolean {
  const known = new Map(declared.map(({ id, revision }) => [id, revision]));
  return under
    .split(" ")
    .filter(Boolean)
    .some((each) => {
      const [id = "", revision] = each.split("@");
      return Number(revision) > (known.get(id) ?? -1);
    });
}

/** The entries that a record has under the declarations; none when it is gone. */
export function buildEntryNames(
  record: BaseRecord | undefined,
  declared: readonly PathDeclaration[],
): { names: Set<string>; cut: string[] } {
  const names = new Set<string>();
  const cut: string[] = [];
  if (!record || record.deleted_at) return { names, cut };
  for (const { id, path, type, filter, sort, status, readValue: valueIn } of declared) {
    if (status === "DROPPING") continue;
    const found = valueIn ? readValues({ value: valueIn(record) }, "value", type) : readValues(record, path, type);
    const [first] = found.values;
    const wanted = [
      ...(sort && first !== undefined ? [orderEntryName(id, first)] : []),
      ...(filter ? found.values.map((value) => valueEntryName(id, value)) : []),
    ];
    const kept = wanted.slice(0, MAX_ENTRIES - names.size);
    for (const name of kept) names.add(name);
    if (found.cut || kept.length < wanted.length) cut.push(id);
  }
  return { names, cut: cut.slice(0, MAX_CUT_DECLARATIONS) };
}

/** The declarations by which a record is found. */
export const listFilledDeclarations = ({ entries }: Pick<PathCheckpoint, "entries">): string[] => [
  ...new Set(Object.keys(entries).map(parseDeclarationId)),
];

/** What a record is sorted by under a declaration, from its entries. */
export function findOrderValue({ entries }: Pick<PathCheckpoint, "entries">, declaration: string): string | undefined {
  const prefix = orderEntryName(declaration, "");
  return Object.keys(entries)
    .find((name) => name.startsWith(prefix))
    ?.slice(prefix.length);
}

/** The sort key of an entry in an order. */
export const orderKey = (value: string, id: string): string => `${value}${SEPARATOR}${id}`;

/** The partition of a value's entries, or of those of an owner among them. */
export const valuePartition = (tenant: string, kind: string, name: string, owner?: string): string =>
  tenantKey(tenant, "PATH", kind, ...name.split("="), ...(owner === undefined ? [] : [owner]));

/** The partition of the entries in the order of a path, or of those of an owner among them. */
export const orderPartition = (tenant: string, kind: string, declaration: string, owner?: string): string =>
  tenantKey(tenant, "ORDER", kind, declaration, ...(owner === undefined ? [] : [owner]));

/** The checkpoints of records, in their order. */
export async function readPathCheckpoints(tenant: string, ids: readonly string[]): Promise<PathCheckpoint[]> {
  const items = await getAll(ids.map((id) => pathCheckpointKey(tenant, id)));
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
