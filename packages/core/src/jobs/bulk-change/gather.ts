import type { BulkChangeRecord } from "../../bulk-change/bulk-change.ts";
import { Ledger, PART, type Progress } from "../../bulk-change/ledger.ts";
import { invalid } from "../../kernel/error.ts";
import { Steady } from "../../storage/read/steady.ts";
import { Wheres } from "../../storage/read/where.ts";
import { chunksOf } from "../../storage/table/database.ts";
import { Job, type JobLease } from "../../storage/write/job.ts";
import { transaction } from "../../storage/write/transaction.ts";
import { type Changeable, selectableOf } from "./changeable.ts";

/** Rows of one stretch: with the progress they are written in one transaction. */
const STRETCH = 10 * PART;

type Lease = JobLease<Progress> & { state: Progress };

/** Walks the list, as who asked sees it: each step writes down the ids of one stretch, as parts. */
export async function gathering(record: BulkChangeRecord, changeable: Changeable): Promise<(lease: Lease) => Promise<Lease>> {
  const selectable = await selectableOf(changeable);
  if (!selectable || !record.query) throw invalid("query", "Records of this kind are named by ids");
  const { collection, ahead } = selectable;
  const extent = await Steady.extentOf(collection, await selectable.asked(Wheres.readAgain(selectable.query, record.query)), {
    as_of: record.as_of,
    ahead,
  });
  return async ({ worker, state, ...lease }) => {
    const { records, after } = extent
      ? await Steady.next(collection, extent, state.after ?? undefined, STRETCH)
      : { records: [], after: undefined };
    const parts = chunksOf(
      records.map(({ id }) => id),
      PART,
    );
    const next: Progress = {
      ...state,
      after: after ?? null,
      gathered: after === undefined,
      parts: state.parts + parts.length,
      found: state.found + records.length,
    };
    const tx = transaction().step(Job.advancing(record.id, { worker, state, ...lease }, next));
    for (const step of Ledger.idsSteps(record.id, state.parts + 1, parts)) tx.step(step);
    await tx.commit(undefined);
    return { worker, tries: 0, state: next };
  };
}
