import { invalid } from "../../kernel/error.ts";
import { StableScan } from "../../storage/read/stable-scan.ts";
import { WhereClauses } from "../../storage/read/where-clause.ts";
import { splitIntoChunks } from "../../storage/table/database.ts";
import { Job, type JobLease } from "../../storage/write/job.ts";
import { transaction } from "../../storage/write/transaction.ts";
import type { BulkChangeRecord } from "./bulk-change.ts";
import { type Changeable, loadSelectable } from "./changeable.ts";
import { PART_SIZE, type Progress, RowLog } from "./row-log.ts";

/** Rows of one step: as many as one transaction writes with the progress. */
const MAX_IDS_PER_STEP = 10 * PART_SIZE;

type Lease = JobLease<Progress> & { state: Progress };

/** Returns the step function that walks the list as the user who started the bulk change sees it. Each step stores the next ids as parts. */
export async function createGatherer(
  record: BulkChangeRecord,
  changeable: Changeable,
): Promise<(lease: Lease) => Promise<Lease>> {
  const selectable = await loadSelectable(changeable);
  if (!selectable || !record.query) throw invalid("query", "Records of this kind can only be selected by ids");
  const { collection, maxIdSkewMs } = selectable;
  const extent = await StableScan.plan(
    collection,
    await selectable.listQuery(WhereClauses.parseStoredQuery(selectable.query, record.query)),
    {
      as_of: record.as_of,
      idAheadMs: maxIdSkewMs,
    },
  );
  return async ({ worker, state, ...lease }) => {
    const { ids, after } = extent
      ? await StableScan.readNextIds(collection, extent, state.after ?? undefined, MAX_IDS_PER_STEP)
      : { ids: [], after: undefined };
    const parts = splitIntoChunks(ids, PART_SIZE);
    const next: Progress = {
      ...state,
      after: after ?? null,
      gathered: after === undefined,
      parts: state.parts + parts.length,
      found: state.found + ids.length,
    };
    const tx = transaction().addStep(Job.saveProgressStep(record.id, { worker, state, ...lease }, next));
    for (const step of RowLog.buildIdsSteps(record.id, state.parts + 1, parts)) tx.addStep(step);
    await tx.commit(undefined);
    return { worker, tries: 0, state: next };
  };
}
