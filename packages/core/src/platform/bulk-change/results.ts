import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useActorId } from "../../kernel/context.ts";
import { fn } from "../../kernel/fn.ts";
import { describeSearch, Page } from "../../kernel/page.ts";
import { oneOf, query as parameter, text } from "../../kernel/schema.ts";
import * as Cursor from "../../storage/read/cursor.ts";
import { Visibility } from "../../storage/read/visibility.ts";
import { loadCollectionByName } from "../../storage/table/collection-registry.ts";
import { Records } from "../../storage/write/records.ts";
import { openText } from "../import/sealed-text.ts";
import { BulkChange, isOpen } from "./bulk-change.ts";
import { type LoggedRow, outcomes, RowLog, type SealedOutcome } from "./row-log.ts";

/** The results of a bulk change, one by one: failed rows first, and successful rows last. */

export const Result = z.object({
  id: z.string(),
  outcome: oneOf(outcomes),
  status: z.number().int().describe("HTTP status, as for a separate request"),
  code: z.string().nullable(),
  message: z.string().nullable(),
  details: z.array(z.object({ field: z.string(), message: z.string() })),
});
export type Result = z.output<typeof Result>;

const Query = z.strictObject({
  id: text(64),
  status: oneOf(outcomes).optional(),
  limit: parameter.int(1, 100).optional().describe("Defaults to 20"),
  cursor: text(1000).optional().describe("The next_cursor of the previous page"),
});

/**
 * Lists the results of records that the caller can see, deleted ones too. Results with NOT_FOUND go only to the user who started the bulk change:
 * they reveal no more than a request for the record would.
 */
export const listResults = fn(Query, async ({ id, status, limit = 20, cursor }): Promise<Page<Result>> => {
  const record = await BulkChange.withProgress(await BulkChange.readOwn(id));
  const query = JSON.stringify([id, status]);
  const position = cursor === undefined ? undefined : await Cursor.open(cursor, query);
  const loggedRows = await RowLog.listEntries(id, RowLog.entryPrefix(status), position?.after, limit + 1);
  const entries = loggedRows.slice(0, limit);
  const loaded = await Records.loadMany(
    await loadCollectionByName(record.kind),
    entries.map((entry) => entry.id),
  );
  const liveRecords = loaded.filter((loadedRecord) => loadedRecord !== undefined);
  const seen = new Set(
    (await Visibility.filterVisible(await loadCollectionByName(record.kind), liveRecords)).map(
      (visibleRecord) => visibleRecord.id,
    ),
  );
  const isOwn = record.owner_id === useActorId();
  const visibleEntries = entries.filter((entry) => seen.has(entry.id) || (isOwn && entry.code === "NOT_FOUND"));
  const total = position?.total ?? (status ? record[status] : record.done + record.failed + record.skipped);
  const bound = position?.isLowerBound ?? isOpen(record);
  const searched = (position?.searched ?? 0) + entries.length;
  const after = loggedRows.length > limit ? entries.at(-1)?.key : undefined;
  const next_cursor = after === undefined ? null : await Cursor.seal({ after, total, isLowerBound: bound, searched }, query);
  const meta = { page: 1, limit, total, totalPages: Math.ceil(total / limit), next_cursor, as_of: Clock.now() };
  const rows = await Promise.all(visibleEntries.map((entry) => toResult(id, entry)));
  return new Page(rows, {
    ...meta,
    ...(bound ? { total_is_lower_bound: true } : {}),
    ...describeSearch({ rowCount: rows.length, limit, searched, isStopped: next_cursor !== null }),
  });
});

async function toResult(job: string, { id, outcome, status, code, sealed }: LoggedRow): Promise<Result> {
  const openedOutcome = sealed ? (JSON.parse(await openText(job, sealed)) as SealedOutcome) : undefined;
  return { id, outcome, status, code, message: openedOutcome?.message ?? null, details: [...(openedOutcome?.details ?? [])] };
}
