import type * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useActorId } from "../../kernel/context.ts";
import { type ErrorDetail, Failure, invalid, invalidAll } from "../../kernel/error.ts";
import { isId } from "../../kernel/id.ts";
import { requireRowQuery } from "../../storage/read/change-list.ts";
import { resolveCustomFields } from "../../storage/read/custom-filters.ts";
import { findEntryPartition } from "../../storage/read/path-list.ts";

import { WhereClauses } from "../../storage/read/where-clause.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { Job } from "../../storage/write/job.ts";
import { limitOpenJobs } from "../../storage/write/open-record-limit.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { type ExportRecord, Exports, isOpen } from "./export.ts";
import { buildExportable, type Column, type Exportable, type ListDefinition, listUsualColumns } from "./exportable.ts";
import type { StartInput, StartResult } from "./start-input.ts";

/** Starts an export: validates the input and creates the record. A worker writes the rows later. */

export async function start<R extends BaseRecord>(
  list: ListDefinition<R>,
  manifest: Pick<Exportable, "entity" | "read">,
  { format, ids, columns, labels, query }: StartInput,
): Promise<z.output<typeof StartResult>> {
  const exportable = buildExportable(list, manifest);
  const { entity } = manifest;
  requireIds(exportable, ids);
  await requireQuery(exportable, query);
  const availableColumns = await exportable.columns();
  if (columns) requireColumns(columns, availableColumns);
  return retryOnConflict(async () => {
    const now = Clock.now();
    const record = Records.init(Exports, {
      ...blankRecord,
      entity,
      owner_id: useActorId(),
      file_name: `${entity} ${now.slice(0, 10)}.${format}`,
      format,
      query: WhereClauses.toStoredQuery(query) as ExportRecord["query"],
      ids: ids ? [...new Set(ids)] : null,
      columns: columns ?? listUsualColumns(exportable.collection, availableColumns, labels),
      labels,
      as_of: now,
      ...Job.requestWorker(),
    });
    const tx = transaction().create(Exports, record);
    await limitOpenJobs(tx, record, { collection: Exports, isOpen });
    return tx.commit({ export_id: record.id });
  });
}

const blankRecord = {
  status: "queued" as const,
  rows: 0,
  left_out: 0,
  size: null,
  error: null,
  expires_at: null,
  started_at: null,
  finished_at: null,
  object_key: null,
};

/** Refuses a query that the list would refuse, with field paths of the request body. */
export async function requireQuery(
  { listQuery, collection }: Pick<Exportable, "listQuery" | "collection">,
  query: object,
): Promise<void> {
  try {
    const list = await listQuery(query);
    await findEntryPartition(collection, await resolveCustomFields(collection, list));
    requireRowQuery(list);
    const { from, to } = list.timeRange ?? {};
    if (from !== undefined && to !== undefined && to < from) throw invalid("to", "Must not be before from");
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const details = error.details.map(({ field, message }) => ({ field: `query.${field}`, message }));
    throw new Failure(error.code, error.message, { details, cause: error });
  }
}

/** Refuses ids of other kinds. Lists whose records are not stored like others find their records by themselves. */
function requireIds({ collection, load, values }: Exportable, ids: readonly string[] = []): void {
  if (load || values) return;
  const details = ids.flatMap((id, index): ErrorDetail[] =>
    isId(id, collection.kind)
      ? []
      : [{ field: `ids[${index}]`, message: `Must be the id of a record of the kind ${collection.kind.name}` }],
  );
  if (details.length > 0) throw invalidAll(details);
}

function requireColumns(requestedNames: readonly string[], columns: readonly Column[]): void {
  const names = new Set(columns.map(({ name }) => name));
  const details = requestedNames.flatMap((name, index): ErrorDetail[] => {
    const field = `columns[${index}]`;
    if (!names.has(name)) return [{ field, message: "Unknown field, or not visible to you" }];
    return requestedNames.indexOf(name) < index ? [{ field, message: "Must be listed only once" }] : [];
  });
  if (details.length > 0) throw invalidAll(details);
}
