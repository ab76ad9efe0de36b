import { actorsOf } from "../kernel/actor.ts";
import { may } from "../kernel/context.ts";
import { isId, type Kind } from "../kernel/id.ts";
import { onceFor } from "../kernel/once.ts";
import { namingsOf, type Reference, recordsOf, referencesOf, type Shape } from "../kernel/schema.ts";
import { valuesOf } from "../masters/values.ts";
import { asShown } from "../storage/read/as-shown.ts";
import type { BaseRecord, Collection } from "../storage/table/collection.ts";
import { collectionOf, kindHere } from "../storage/table/collections.ts";
import { Records } from "../storage/write/records.ts";
import { Directory } from "../user/directory.ts";
import { USER } from "../user/user.domain.ts";

/**
 * What stands beside the ids in records of an answer, from what their schema says that its fields name: labels of master data and of
 * users, and the records that they name, one level deep, as lists show them and as far as the caller sees them.
 */

/** What is wanted beside the ids: labels of these fields, and the records that those name. */
export interface Wanted {
  readonly labels: ReadonlySet<string>;
  readonly records: ReadonlySet<string>;
}

/**
 * The names by which the records of fields are asked for: `owner` for `owner_id`, and the kind's own (`person`) where one field alone
 * names one.
 */
export const namesIn = onceFor((shape: Shape): ReadonlyMap<string, string> => {
  const fields = namingsOf(shape).flatMap(({ field, kind, byType, isAny }) => {
    const kinds = kind ? [kind] : Object.values(byType);
    return isAny || kinds.some(isShownBeside) ? [{ field, kind }] : [];
  });
  const byKind = Map.groupBy(fields, ({ kind }) => kind?.name);
  const alone = [...byKind].flatMap(([name, [first, ...others]]): [string, string][] =>
    name && first && others.length === 0 ? [[name, first.field]] : [],
  );
  const all = [...fields.map(({ field }) => field), ...actorsOf(shape)];
  return new Map([...alone, ...all.map((field): [string, string] => [field.replace(/_ids?$/, ""), field])]);
});

type Fields = Readonly<Record<string, unknown>>;

const isShownBeside = ({ path, isAlone }: Kind): boolean => path !== undefined && !isAlone;

/** What stands beside the ids of each of the records. */
export async function expanded(shape: Shape, { labels, records: wanted }: Wanted, records: readonly Fields[]): Promise<Fields[]> {
  const named = records.map((record) => namedIn(shape, record));
  const all = named.flat();
  const users = all.flatMap(({ field, kind, id }) => (labels.has(field) && kind === USER ? [id] : []));
  const [names, shown, masters] = await Promise.all([
    users.length > 0 ? Directory.namesOf([...new Set(users)]) : new Map<string, string>(),
    rowsOf(all.filter(({ field }) => wanted.has(field))),
    Promise.all(
      [...referencesOf(shape)].flatMap(([field, reference]) =>
        labels.has(field) && records.some((record) => heldIn(record[field]).length > 0) ? [labelling(field, reference)] : [],
      ),
    ),
  ]);
  const besideId = ({ field, kind, id }: Named): object | undefined => {
    const name = labels.has(field) && kind === USER ? names.get(id) : undefined;
    const row = wanted.has(field) ? shown.get(id) : undefined;
    return name === undefined && !row ? undefined : { ...(name === undefined ? {} : { id, name }), ...row };
  };
  return records.map((record, at) => {
    const entries = [
      ...masters.flatMap(({ field, labelOf }) => heldIn(record[field]).map((held) => [field, labelOf(held)] as const)),
      ...(named[at] ?? []).map((each) => [each.field, besideId(each)] as const),
    ];
    return fieldsOf(record, entries);
  });
}

/** What is there of each field: a list where the record has one. */
function fieldsOf(record: Fields, entries: readonly (readonly [string, object | undefined])[]): Fields {
  const there = entries.filter(([, entry]) => entry !== undefined);
  const byField = Map.groupBy(there, ([field]) => field);
  return Object.fromEntries(
    [...byField].map(([field, all]) => {
      const values = all.map(([, entry]) => entry);
      return [field, Array.isArray(record[field]) ? values : values[0]];
    }),
  );
}

type Named = Records.Named & { field: string };

/** The records that a record names, and the users who did something. */
function namedIn(shape: Shape, record: Fields): Named[] {
  const actors = actorsOf(shape).flatMap((field) => heldIn(record[field]).map((id) => ({ field, kind: USER, id })));
  return [...recordsOf(shape, record, kindHere), ...actors].filter(({ kind, id }) => isId(id, kind));
}

const heldIn = (value: unknown): string[] => [value].flat().filter((held) => typeof held === "string");

/** The rows of records that the caller may read and sees, by the ids that name them. */
async function rowsOf(named: readonly Named[]): Promise<ReadonlyMap<string, object>> {
  const readable = named.filter(({ kind }) => isShownBeside(kind) && (!kind.read || may(kind.read)));
  if (readable.length === 0) return new Map();
  const shown = await Records.shownOf(readable);
  const found = await Promise.all(
    readable.flatMap(({ kind, id }) => {
      const record = shown.get(id);
      return record ? [collectionOf(kind).then((of) => ({ id, record, of, above: aboveOf(of, record) }))] : [];
    }),
  );
  const seen = await Records.shownOf(found.flatMap(({ above }) => above ?? []));
  const open = found.filter(({ above }) => !above || seen.has(above.id));
  const rows = await asShown(open.map(({ record, of }) => of.asRow(record)));
  return new Map(open.flatMap(({ id }, at) => (rows[at] ? [[id, rows[at]]] : [])));
}

/** The record that one is seen with; of a kind that is not known here, none is seen. */
function aboveOf({ kind, definition: { seenWith } }: Collection<BaseRecord>, record: BaseRecord): Records.Named | undefined {
  const id = seenWith && record[seenWith];
  if (typeof id !== "string") return undefined;
  return { kind: kindHere(id) ?? kind, id };
}

/** How the values of a field's master data are called, in use or not. */
async function labelling(field: string, { kind, held: by }: Reference) {
  const { byId, byCode } = await valuesOf(kind);
  const labelOf = (held: string): object | undefined => {
    const value = (by === "id" ? byId : byCode).get(held);
    return value && { id: value.id, code: value.code, name: value.name, color: value.color };
  };
  return { field, labelOf };
}

export * as Expanded from "./expanded.ts";
