import type { Taken } from "../kernel/domain.ts";
import { invalid, notFound } from "../kernel/error.ts";
import { namesOf } from "../kernel/names.ts";
import { queryOf } from "../storage/read/list.ts";
import type { ListQuery } from "../storage/read/query.ts";
import type { BaseRecord, Collection } from "../storage/table/collection.ts";
import { kindOf } from "../storage/table/collections.ts";
import { Records } from "../storage/write/records.ts";
import * as Identity from "./identity.ts";

/** What others are about: a record of any kind that takes them, and in whose collection those are born. */

export interface Subject<R = BaseRecord> {
  type: string;
  id: string;
  /** The person that it is, or names. */
  owner: string | null;
  record: R;
}

const named = (kind: string): string => kind.replaceAll("_", " ");

/** The record that another is to be about: of a kind that takes such, and that the caller sees; of a merged person, whom it was joined to. */
export async function requireSubject(
  takes: Taken,
  { related_to_type: type, related_to_id: id }: { related_to_type?: string | null | undefined; related_to_id: string },
): Promise<Subject<BaseRecord & { personal_key_id?: string | null }>> {
  const kind = kindOf(id);
  if (!kind || !namesOf(takes).includes(kind.name)) throw invalid("related_to_id", `No record that has ${takes}`);
  if (type && type !== kind.name) throw invalid("related_to_type", `The id is that of a ${named(kind.name)}`);
  const isPerson = kind.name === "person";
  const record: (BaseRecord & { personal_key_id?: string | null }) | undefined = isPerson
    ? await Identity.find(id)
    : await Records.shown(kind, id);
  if (!record) throw invalid("related_to_id", `No such ${named(kind.name)}`);
  return { type: kind.name, id: record.id, owner: isPerson ? record.id : (record.personal_key_id ?? null), record };
}

/** One whose record is there and shown to the caller; else a NOT_FOUND. */
export async function requireSubjectShown<R extends { related_to_id: string }>(record: R): Promise<R> {
  if ((await Records.shownAmong([record.related_to_id])).has(record.related_to_id)) return record;
  throw notFound();
}

/** What a list is asked for: all about a record that the caller sees, or about any that they see. */
export async function askedBelow<R extends BaseRecord>(
  collection: Collection<R>,
  input: Parameters<typeof queryOf<R>>[1],
): Promise<ListQuery> {
  const { related_to_id: above, ...rest } = input as typeof input & { related_to_id?: string };
  const isBelow = above !== undefined && (await Records.isShown(kindOf(above), above));
  return isBelow ? { ...queryOf(collection, rest), parent: above } : queryOf(collection, input);
}
