import type { BaseRecord, Collection } from "./collection.ts";
import { getAll, type Item, tableName } from "./database.ts";
import type { Declaration } from "./declared.ts";
import { hashed, type Key, pathMarkerKey, tenantKey } from "./key.ts";
import { valuesAt } from "./path.rules.ts";
import type { Action } from "./transaction.ts";
import { addDeltas, type Unit } from "./unit.ts";

/**
 * What records are found by of the paths that a tenant declares: an entry for each value of a path to filter by, and one for a
 * path to sort by. Each shows the record as lists do, so a page is one query: of the table for all records, of its indexes
 * `by_owner` and `by_rank` for those of an owner.
 *
 * Beside each record stands a marker with the entries that it has. Entries are changed as the difference to it, in one
 * transaction with the marker's next state: all at once, or, where they are many, in steps after each of which the marker
 * says just what is there.
 */

/** Of a record, over all its paths. */
export const MOST_ENTRIES = 200;

/** Entries written in a step, and declarations of which a marker says that something was left out: with their counters and the
 * marker they fit into a transaction. */
const STEP = 18;
const MOST_CUT = 20;

/** Of a key, and so in no value. */
const SEPARATOR = "\u0001";

/** What one record has of entries. */
export interface PathMarker {
  /** How often the marker was written: each write is on the condition of the one before. */
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

export const noPaths: PathMarker = { turn: 0, version: 0, under: "", entries: {}, cut: [] };

/** `spa_…=<hash>` is the entry of a value, `spa_…^<value>` the one in the order of a path. */
export const valueName = (declaration: string, value: string): string => `${declaration}=${hashed(value).slice(0, 22)}`;
const orderName = (declaration: string, value: string): string => `${declaration}^${value}`;
const declarationOf = (name: string): string => name.slice(0, name.search(/[=^]/));
export const isValue = (name: string): boolean => name[declarationOf(name).length] === "=";

/** Counters of entries are apart from those of the records: by declaration, and by value. */
export const pathCounter = (kind: string): string => `${kind}.path`;
/** Records that have a value, and those of which something was left out. */
export const FILLED = "live";
export const CUT = "cut";

export const underOf = (declared: readonly Declaration[]): string =>
  declared
    .filter(({ status }) => status !== "DROPPING")
    .map(({ id, revision }) => `${id}@${revision}`)
    .sort()
    .join(" ");

/** Whether a marker was made of something that is not known here: of a later revision, or of what is not declared (any more). */
export function isNewer(under: string, declared: readonly Declaration[]): boolean {
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
export function entriesOf(
  record: BaseRecord | undefined,
  declared: readonly Declaration[],
): { names: Set<string>; cut: string[] } {
  const names = new Set<string>();
  const cut: string[] = [];
  if (!record || record.deleted_at) return { names, cut };
  for (const { id, path, type, filter, sort, status, valueIn } of declared) {
    if (status === "DROPPING") continue;
    const found = valueIn ? valuesAt({ value: valueIn(record) }, "value", type) : valuesAt(record, path, type);
    const [first] = found.values;
    const wanted = [
      ...(sort && first !== undefined ? [orderName(id, first)] : []),
      ...(filter ? found.values.map((value) => valueName(id, value)) : []),
    ];
    const kept = wanted.slice(0, MOST_ENTRIES - names.size);
    for (const name of kept) names.add(name);
    if (found.cut || kept.length < wanted.length) cut.push(id);
  }
  return { names, cut: cut.slice(0, MOST_CUT) };
}

/** A record as the stream or the table gives it. */
export interface Shown {
  collection: Collection<BaseRecord>;
  id: string;
  version: number;
  after: BaseRecord | undefined;
  at: string;
}

/** The next step from a marker to what a record has now, or nothing when it is there. */
export function stepOf(
  tenant: string,
  { collection, id, version, after, at }: Shown,
  marker: PathMarker,
  declared: readonly Declaration[],
): { unit: Unit; done: boolean } | undefined {
  const under = underOf(declared);
  if (version < marker.version || (version === marker.version && under === marker.under)) return undefined;
  const wanted = entriesOf(after, declared);
  const row = after ? collection.texts(after).row : "";
  const owner = after && collection.ownerOf(after);
  const digest = hashed(row, owner ?? "").slice(0, 8);
  const gone = Object.keys(marker.entries).filter((name) => !wanted.names.has(name));
  const written = [...wanted.names].filter((name) => marker.entries[name] !== digest);
  const entries = { ...marker.entries };
  const unit: Unit = { actions: [], deltas: new Map(), at };
  const { kind } = collection;
  const count = (scope: string, of: string, sign: 1 | -1): void =>
    addDeltas(unit.deltas, `${pathCounter(kind)}/${scope}`, { [of]: 1 }, sign);
  for (const name of [...gone, ...written].slice(0, STEP)) {
    const isGone = !wanted.names.has(name);
    if (isGone) delete entries[name];
    else entries[name] = digest;
    unit.actions.push(
      isGone
        ? { Delete: { TableName: tableName(), Key: entryKey(tenant, kind, name, id) } }
        : { Put: { TableName: tableName(), Item: entryItem(tenant, kind, name, id, row, owner) } },
    );
    if (isValue(name) && isGone === name in marker.entries) count(name, FILLED, isGone ? -1 : 1);
  }
  const done = gone.length + written.length <= STEP;
  const next: PathMarker = {
    turn: marker.turn + 1,
    ...(done ? { version, under, cut: wanted.cut } : { version: marker.version, under: marker.under, cut: marker.cut }),
    entries,
  };
  for (const [of, before, now] of [
    [FILLED, filledOf(marker), filledOf(next)],
    [CUT, marker.cut, next.cut],
  ] as const) {
    for (const scope of before) if (!now.includes(scope)) count(scope, of, -1);
    for (const scope of now) if (!before.includes(scope)) count(scope, of, 1);
  }
  unit.actions.unshift(markerAction(tenant, id, next));
  return { unit, done };
}

/** The declarations by which a record is found. */
export const filledOf = ({ entries }: Pick<PathMarker, "entries">): string[] => [
  ...new Set(Object.keys(entries).map(declarationOf)),
];

/** What a record is sorted by under a declaration, from its entries. */
export function orderIn({ entries }: Pick<PathMarker, "entries">, declaration: string): string | undefined {
  const prefix = orderName(declaration, "");
  return Object.keys(entries)
    .find((name) => name.startsWith(prefix))
    ?.slice(prefix.length);
}

/** The sort key of an entry in an order. */
export const orderKey = (value: string, id: string): string => `${value}${SEPARATOR}${id}`;
export const idIn = (key: string): string => key.slice(key.lastIndexOf(SEPARATOR) + 1);

/** The partition of a value's entries, or of those of an owner among them. */
export const valuePartition = (tenant: string, kind: string, name: string, owner?: string): string =>
  tenantKey(tenant, "PATH", kind, ...name.split("="), ...(owner === undefined ? [] : [owner]));

/** The partition of the entries in the order of a path, or of those of an owner among them. */
export const orderPartition = (tenant: string, kind: string, declaration: string, owner?: string): string =>
  tenantKey(tenant, "ORDER", kind, declaration, ...(owner === undefined ? [] : [owner]));

function entryKey(tenant: string, kind: string, name: string, id: string): Key {
  if (isValue(name)) return { pk: valuePartition(tenant, kind, name), sk: id };
  const declaration = declarationOf(name);
  return { pk: orderPartition(tenant, kind, declaration), sk: orderKey(name.slice(declaration.length + 1), id) };
}

function entryItem(tenant: string, kind: string, name: string, id: string, row: string, owner: string | undefined): Item {
  const key = entryKey(tenant, kind, name, id);
  if (owner === undefined) return { ...key, row };
  if (isValue(name)) return { ...key, row, id, by_owner: valuePartition(tenant, kind, name, owner) };
  return { ...key, row, by_rank: orderPartition(tenant, kind, declarationOf(name), owner), by_rank_sort: key.sk };
}

const markerAction = (tenant: string, id: string, { entries, cut, ...marker }: PathMarker): Action => ({
  Put: {
    TableName: tableName(),
    Item: { ...pathMarkerKey(tenant, id), ...marker, entries: JSON.stringify(entries), cut: cut.join(" ") },
    ConditionExpression: marker.turn === 1 ? "attribute_not_exists(pk)" : "turn = :read",
    ...(marker.turn === 1 ? {} : { ExpressionAttributeValues: { ":read": marker.turn - 1 } }),
  },
});

/** The markers of records, in their order. */
export async function readPathMarkers(tenant: string, ids: readonly string[]): Promise<PathMarker[]> {
  const items = await getAll(ids.map((id) => pathMarkerKey(tenant, id)));
  return items.map((item) =>
    item
      ? {
          turn: Number(item.turn),
          version: Number(item.version),
          under: String(item.under),
          entries: JSON.parse(String(item.entries)) as Record<string, string>,
          cut: String(item.cut).split(" ").filter(Boolean),
        }
      : noPaths,
  );
}
