import { useActorId } from "../../kernel/context.ts";
import { conflict, type ErrorDetail } from "../../kernel/error.ts";
import { isId, type Kind } from "../../kernel/id.ts";
import { findReferencedKind, listRecordReferences, type Shape } from "../../kernel/schema.ts";
import type { Partition } from "../read/list-query.ts";
import { queryPartitions } from "../read/partition-query.ts";
import { personPartitions } from "../read/query-plan.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { loadCollection } from "../table/collection-registry.ts";
import { Records } from "./records.ts";

/**
 * References between records by id. A field that is declared to name a record (`id(kind)`, `reference(kind)`, `typedReference`, `anyId`)
 * must name an existing record that the caller may see. A record that others require cannot be deleted.
 */

/**
 * Returns the invalid references of an input. References that the stored record `previousRecord` already contains stay valid, and so does the actor's
 * own id. The caller checks the fields in `ownFields`.
 */
export async function findInvalid(
  fields: Shape,
  input: object,
  previousRecord: object | undefined,
  ownFields: readonly string[] = [],
): Promise<ErrorDetail[]> {
  const previousIds = new Set(listRecordReferences(fields, previousRecord ?? {}).map(({ id }) => id));
  const references = listRecordReferences(fields, input).filter(
    ({ field, id }) => !ownFields.includes(field) && !previousIds.has(id) && id !== useActorId(),
  );
  const visibleRecords = await Records.findVisibleByIds(references);
  return references.flatMap(({ kind, path, id }) =>
    isId(id, kind) && visibleRecords.has(id) ? [] : [{ field: path, message: `No such ${kind.name.replaceAll("_", " ")}` }],
  );
}

/** Maximum ids in the message for one kind. */
const MAX_NAMED_IDS = 5;
/** Maximum referencing records that are read to find ones that the caller may see. */
const MAX_READ_ROWS = 50;

/**
 * Refuses to delete a record, under all its `ids`, while live records of these kinds name it. The error names the ones that the caller may
 * see. They are found by an index, which may lag writes by moments.
 */
export async function requireUnreferenced(targetKind: Kind, ids: readonly string[], among: readonly Kind[]): Promise<void> {
  const details = await Promise.all(among.map((kind) => findReferencing(kind, targetKind, ids)));
  const referenceDetails = details.filter((detail) => detail !== undefined);
  if (referenceDetails.length === 0) return;
  const fieldNames = referenceDetails.map(({ field }) => field).join(", ");
  throw conflict(`The record is referenced by ${fieldNames}: delete them first, or change their references`, referenceDetails);
}

async function findReferencing(kind: Kind, targetKind: Kind, ids: readonly string[]): Promise<ErrorDetail | undefined> {
  const collection = await loadCollection(kind);
  const seen: string[] = [];
  let count = 0;
  for await (const row of queryPartitions(collection, referencingPartitions(collection, targetKind, ids), {
    order: "desc",
    after: undefined,
    chunk: MAX_READ_ROWS,
  })) {
    const record = collection.fromRow(row);
    if (await Records.canSee(collection, record)) seen.push(record.id);
    if (++count === MAX_READ_ROWS || seen.length > MAX_NAMED_IDS) break;
  }
  if (count === 0) return undefined;
  const message = describeReferences(seen, count);
  return { field: kind.path?.slice(1) ?? kind.name, message };
}

/** Names the records that the caller sees, of `count` in total. */
function describeReferences(seen: readonly string[], count: number): string {
  if (seen.length === 0) return "Some that you cannot see";
  const ids = seen.slice(0, MAX_NAMED_IDS).join(", ");
  if (seen.length > MAX_NAMED_IDS) return `${ids} and others`;
  return count > seen.length ? `${ids} and some that you cannot see` : ids;
}

/** Returns the partitions with the records of a kind that name another: in an index by the field, or in its collection. */
function referencingPartitions(collection: Collection<BaseRecord>, targetKind: Kind, ids: readonly string[]): Partition[] {
  const { indexes, schema } = collection.definition;
  const naming = Object.values(indexes).find(
    (use) => use.field && !use.sort && findReferencedKind(schema.shape[use.field]) === targetKind,
  );
  return naming?.field ? fieldPartitions(collection, naming.field, ids) : personPartitions(ids);
}

/** Returns the partitions with the records of a kind whose indexed field contains one of these ids. */
export function fieldPartitions<R extends BaseRecord>(
  { name, definition }: Collection<R>,
  indexedField: string,
  ids: readonly string[],
): Partition[] {
  const { indexes } = definition;
  for (const [index, use] of Object.entries(indexes) as [Partition["index"], (typeof indexes)["by_time"]][]) {
    const { field, sort, splitBy } = use ?? {};
    if (field !== indexedField || sort) continue;
    const parts = splitBy ? splitBy.values.map((value) => ({ [splitBy.field]: value })) : [{}];
    return ids.flatMap((id) => parts.map((part) => ({ index, facets: { [indexedField]: id, ...part } })));
  }
  throw new Error(`No index of ${name} contains ${indexedField}`);
}

export * as References from "./references.ts";
