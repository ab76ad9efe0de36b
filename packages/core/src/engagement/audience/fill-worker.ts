import { Clock } from "../../kernel/clock.ts";
import { hasPermission, runIn } from "../../kernel/context.ts";
import { forbidden } from "../../kernel/error.ts";
import type { Permission } from "../../kernel/permission.ts";
import { buildActorContext } from "../../platform/sign-in/actor-context.ts";
import { createWorker } from "../../storage/scheduler/job-worker.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { Job, type JobLease, type Resumable } from "../../storage/write/job.ts";
import { Records } from "../../storage/write/records.ts";
import { FilterRevisions } from "./filter-revisions.ts";

/** A job that adds the persons of an audience to a campaign or a batch, as the user who started it. */
interface FillJob extends BaseRecord, Resumable {
  readonly owner_id: string;
  readonly status: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly error: string | null;
  readonly filter_revisions: FilterRevisions;
}

/** Numbers of persons, by name: `found`, `added`. */
export type FillCounts = Readonly<Record<string, number>>;

/** The progress of a fill: the cursor of the walk, whether the walk is complete, and the counts so far. */
type Progress = { readonly after: string | null; readonly walked: boolean } & Readonly<Record<string, unknown>>;

interface FillTask<R extends FillJob, P extends { readonly after: string | undefined }> {
  readonly name: string;
  readonly collection: Collection<R>;
  readonly isOpen: (fill: R) => boolean;
  /** The authority that lets the job act as its user (docs/platform/authorities.md). */
  readonly authority: string;
  /** What the user must still be permitted to do, and the message if not. */
  readonly permission: Permission;
  readonly refusal: string;
  /** Finds persons after a cursor. */
  readonly loadPage: (fill: R, after: string | undefined) => Promise<P>;
  /** Adds the persons of a page, and returns what to add to the counts. A repeated page adds no person twice. */
  readonly addPage: (fill: R, page: P) => Promise<FillCounts>;
}

const SLICE_MS = 10_000;

const addCounts = (counts: FillCounts, more: FillCounts): FillCounts =>
  Object.fromEntries(Object.entries(more).map(([name, count]) => [name, (counts[name] ?? 0) + count]));

/** Creates the worker of a kind of fill. A slice adds page after page. */
export function createFillWorker<R extends FillJob, P extends { readonly after: string | undefined }>(task: FillTask<R, P>) {
  const { collection, isOpen } = task;
  const worker = createWorker<R, Progress>({
    ...{ name: task.name, collection, isOpen, sliceMs: SLICE_MS, work },
    contextFor: ({ id, owner_id }) => buildActorContext(owner_id, { authority: task.authority, request: id }),
    onFailed: async ({ id }, { message }) => end(id, { status: "failed", error: message }),
  });

  async function end(id: string, fields: Partial<FillJob>): Promise<void> {
    await worker.change(id, () => ({ ...fields, ...Job.buildEndFields() }) as Partial<R>);
  }

  async function work({ id, owner_id, filter_revisions }: R, lease: JobLease<Progress>, until: number): Promise<void> {
    if (!hasPermission(task.permission)) throw forbidden(task.refusal);
    const changed = await FilterRevisions.loadChanged(filter_revisions);
    await runIn(await FilterRevisions.limitToAuthors(changed, owner_id), () => addPages(id, { lease, until, changed }));
  }

  async function addPages(id: string, slice: FilterRevisions.FilteredSlice<Progress>): Promise<void> {
    const { until, changed } = slice;
    for (let lease = slice.lease; ; ) {
      const fill = await Records.load(collection, id, { live: true });
      if (!fill || !isOpen(fill)) return;
      const { after = null, walked = false, ...counts } = lease.state ?? {};
      if (walked) return end(id, { status: "completed", ...counts });
      if (lease !== slice.lease && performance.now() >= until) return worker.requestNextSlice(id);
      if (fill.status === "queued") await worker.change(id, () => ({ status: "running", started_at: Clock.now() }) as Partial<R>);
      const page = await task.loadPage(fill, after ?? undefined);
      if (await FilterRevisions.haveMoved(fill.filter_revisions, changed)) return worker.requestNextSlice(id);
      const added = await task.addPage(fill, page);
      lease = await Job.saveProgress(id, lease, {
        ...{ after: page.after ?? null, walked: page.after === undefined },
        ...addCounts(counts as FillCounts, added),
      });
    }
  }

  return worker;
}
