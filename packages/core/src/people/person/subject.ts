import type { RecordFeature } from "../../kernel/domain.ts";
import { invalid, notFound } from "../../kernel/error.ts";
import { listNames } from "../../kernel/registry.ts";
import { buildListQuery } from "../../storage/read/list.ts";
import type { ListQuery } from "../../storage/read/list-query.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { findKindById } from "../../storage/table/collection-registry.ts";
import { Records } from "../../storage/write/records.ts";
import * as Identity from "./identity.ts";

/** Subjects: the related records of activities, notes and the like, and the person in whose collection these are stored. */

interface Subject<R = BaseRecord> {
  type: string;
  id: string;
  /** The person that the record is or names. */
  owner: string | null;
  record: R;
}

const kindLabel = (kind: string): string => kind.replaceAll("_", " ");

/** Resolves a related record: its kind must support the feature, and the caller must see it. A merged person resolves to its survivor. */
export async function requireSubject(
  takes: RecordFeature,
  { related_to_type, related_to_id }: { related_to_type?: string | null | undefined; related_to_id: string },
): Promise<Subject<BaseRecord & { personal_key_id?: string | null }>> {
  const kind = findKindById(related_to_id);
  if (!kind || !listNames(takes).includes(kind.name))
    throw invalid("related_to_id", `Must be the id of a record that has ${takes}`);
  if (related_to_type && related_to_type !== kind.name)
    throw invalid("related_to_type", `The id belongs to a ${kindLabel(kind.name)}`);
  const isPerson = kind.name === "person";
  const record: (BaseRecord & { personal_key_id?: string | null }) | undefined = isPerson
    ? await Identity.find(related_to_id)
    : await Records.findVisible(kind, related_to_id);
  if (!record) throw invalid("related_to_id", `No such ${kindLabel(kind.name)}`);
  return { type: kind.name, id: record.id, owner: isPerson ? record.id : (record.personal_key_id ?? null), record };
}

/** Returns the record if its related record exists and the caller sees it. NOT_FOUND otherwise. */
export async function requireSubjectVisible<R extends { related_to_id: string }>(record: R): Promise<R> {
  if ((await Records.filterVisibleIds([record.related_to_id])).has(record.related_to_id)) return record;
  throw notFound();
}

/** Builds a list query: everything about one record that the caller sees, or about all records that the caller sees. */
export async function buildSubjectListQuery<R extends BaseRecord>(
  collection: Collection<R>,
  input: Parameters<typeof buildListQuery<R>>[1],
): Promise<ListQuery> {
  const { related_to_id, ...rest } = input as typeof input & { related_to_id?: string };
  const isBelow = related_to_id !== undefined && (await Records.isVisible(findKindById(related_to_id), related_to_id));
  return isBelow ? { ...buildListQuery(collection, rest), parent: related_to_id } : buildListQuery(collection, input);
}
