import type { DomainEvent } from "../../kernel/event.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { listChangedFields } from "../write/records.ts";
import type { RecordChange } from "./record-change.ts";

/** The events of a change of a record. */

export function buildEvents({
  tenant,
  collection,
  id,
  version,
  before,
  after,
  writtenBy,
  changedAt,
}: RecordChange): DomainEvent[] {
  const types = after ? listEventTypes(collection, before, after) : [`${collection.name}.removed`];
  const changedFields = listChangedFields(collection, before, after);
  return types.map((type) => ({
    id: `${id}.${version}.${type.slice(collection.name.length + 1)}`,
    type,
    tenant_id: tenant,
    record_id: id,
    version,
    actor_id: writtenBy.actor,
    request_id: writtenBy.request,
    at: changedAt,
    changed: changedFields,
  }));
}

/** Lists the types of the events of a change: created, updated, deleted or restored, and those that the kind declares. */
export function listEventTypes(collection: Collection<BaseRecord>, before: BaseRecord | undefined, after: BaseRecord): string[] {
  const declared = Object.entries(collection.definition.events ?? {});
  const types = [baseEventType(before, after), ...declared.flatMap(([type, isMade]) => (isMade(after, before) ? [type] : []))];
  return types.map((type) => `${collection.name}.${type}`);
}

function baseEventType(before: BaseRecord | undefined, after: BaseRecord): string {
  if (!before) return "created";
  if (Boolean(before.deleted_at) !== Boolean(after.deleted_at)) return after.deleted_at ? "deleted" : "restored";
  return "updated";
}
