import * as z from "zod";
import { titleRecord } from "../../kernel/record-title.ts";
import { presentAnswer } from "../../storage/read/answer-presenter.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { loadCollectionById } from "../../storage/table/collection-registry.ts";
import { VIEW } from "../saved-view/saved-view.kind.ts";

/** A record as lists over all kinds show it: enough to name it and to open it. */

export const RecordEntry = z.object({
  id: z.string(),
  kind: z.string(),
  title: z.string().describe("Empty if the record has none"),
  path: z.string().describe("Path at which the record is read"),
  view_kind: z.string().nullable().describe("For a view: the kind of the records in its list"),
});
export type RecordEntry = z.output<typeof RecordEntry>;

/** Builds the entries of records that the caller may read, in their order. Titles come only from fields that lists show. */
export const buildEntries = (records: readonly BaseRecord[]): Promise<RecordEntry[]> =>
  Promise.all(
    records.map(async (record) => {
      const collection = await loadCollectionById(record.id);
      if (!collection) throw new Error(`No collection for ${record.id}`);
      const { kind, row } = collection;
      const fields: Readonly<Record<string, unknown>> = { ...(await presentAnswer(collection.toRow(record))) };
      return {
        id: record.id,
        kind: kind.name,
        title: titleRecord(kind, row, fields),
        path: `${kind.path}/${record.id}`,
        view_kind: kind === VIEW ? String(fields.kind) : null,
      };
    }),
  );
