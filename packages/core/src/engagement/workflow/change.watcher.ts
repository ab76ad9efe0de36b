import type { DomainEvent } from "../../kernel/event.ts";
import { findMasterReferences } from "../../kernel/schema.ts";
import { WhereClauses } from "../../storage/read/where-clause.ts";
import type { RecordChange } from "../../storage/stream/record-change.ts";
import { buildEvents } from "../../storage/stream/record-events.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { createConditionReader } from "./condition.ts";
import { loadFieldOrders } from "./field-orders.ts";
import { findMatches, formatMatch, type Watch } from "./watch.rules.ts";
import { loadWatches, readWatchRevision } from "./watch-index.ts";

/**
 * Compares the changes of a batch with the watches of the tenant's workflows. A batch costs one read unit, and a change that matches nothing costs
 * nothing more. Both versions of the record are at hand here, so a condition is decided by the change itself, however late the event arrives.
 */
export async function watchChanges(changes: readonly RecordChange[]): Promise<DomainEvent[]> {
  const revision = await readWatchRevision();
  const watched = Map.groupBy(
    changes.filter(({ collection, after }) => after !== undefined && revision.kinds.includes(collection.name)),
    ({ collection }) => collection,
  );
  const found = [...watched].map(async ([collection, ofKind]) => {
    const index = await loadWatches(collection.name, revision);
    const [read, orders] = [await createConditionReader(collection), await loadFieldOrders(collection, index)];
    return ofKind.flatMap((change) => {
      const events = buildEvents(change);
      const [base] = events;
      if (!base) return [];
      const matches = findMatches(
        index,
        {
          types: events.map(({ type }) => type),
          changed: base.changed,
          at: change.changedAt,
          before: change.before && read(change.before),
          after: read(change.after as BaseRecord),
          orders,
        },
        WhereClauses.matchesExpression,
      );
      return matches.length === 0 ? [] : [buildMatchEvent(base, matches, change)];
    });
  });
  return (await Promise.all(found)).flat();
}

function buildMatchEvent(event: DomainEvent, matches: readonly Watch[], change: RecordChange): DomainEvent {
  const moved = listMoves(matches, change);
  return {
    ...event,
    id: `${event.record_id}.${event.version}.workflow`,
    type: "workflow.change_matched",
    matches: matches.map(formatMatch),
    ...(moved.length > 0 ? { moved: Object.fromEntries(moved) } : {}),
  };
}

/** Returns the values of the single fields of master data by whose change the matches enroll. */
function listMoves(matches: readonly Watch[], { collection, before, after }: RecordChange) {
  const references = findMasterReferences(collection.definition.schema.shape);
  const fields = matches.flatMap(({ act, fields = [] }) => (act === "enroll" && fields.length === 1 ? fields : []));
  const read = (record: BaseRecord | undefined, field: string): string | null => {
    const value = (record as Readonly<Record<string, unknown>> | undefined)?.[field];
    return typeof value === "string" ? value : null;
  };
  return fields
    .filter((field) => references.has(field))
    .map((field) => [field, [read(before, field), read(after, field)] as const] as const);
}
