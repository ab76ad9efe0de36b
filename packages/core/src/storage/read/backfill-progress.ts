import { useTenant } from "../../kernel/context.ts";
import { readItems } from "../table/database.ts";
import type { Item } from "../table/item.ts";
import { type Key, tenantKey } from "../table/key.ts";
import type { PathDeclaration } from "./path-declarations.ts";

/** The progress of the backfill of a search path (stream/path-backfill.ts), stored in its own item. */
export interface BackfillProgress {
  records_done: number;
  /** Records whose entries could not be created. The log names them. */
  records_failed: number;
  done: boolean;
}

export interface StoredProgress extends BackfillProgress {
  revision: number;
  /** The id of the last record processed; empty at the beginning. */
  after: string;
}

export type BackfillJob = Pick<PathDeclaration, "id" | "revision">;

/** The key of a job's progress. The write that completes the job deletes the item. */
export const progressKey = (kind: string, id: string): Key => ({ pk: tenantKey(useTenant(), "BACKFILL", kind), sk: id });

/** Lists the progress of jobs, in their order. */
export async function listProgress(kind: string, jobs: readonly BackfillJob[]): Promise<BackfillProgress[]> {
  const storedProgress = await readProgress(kind, jobs);
  return storedProgress.map(({ records_done, records_failed, done }) => ({ records_done, records_failed, done }));
}

export const initialProgress = ({ revision }: BackfillJob): StoredProgress => ({
  revision,
  after: "",
  records_done: 0,
  records_failed: 0,
  done: false,
});

export async function readProgress(kind: string, jobs: readonly BackfillJob[]): Promise<StoredProgress[]> {
  const items = await readItems(jobs.map(({ id }) => progressKey(kind, id)));
  return jobs.map((job, index) => {
    const storedProgress = items[index] as (Item & StoredProgress) | undefined;
    return storedProgress && storedProgress.revision === job.revision ? storedProgress : initialProgress(job);
  });
}
