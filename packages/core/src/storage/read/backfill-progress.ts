import { useTenant } from "../../kernel/context.ts";
import { getAll } from "../table/database.ts";
import type { Item } from "../table/item.ts";
import { type Key, tenantKey } from "../table/key.ts";
import type { PathDeclaration } from "./path-declarations.ts";

/** How far the backfill of a declared path is (project/backfill.ts): it stands in the table, beside nothing else. */
export interface BackfillProgress {
  records_done: number;
  /** Records whose entries could not be made; they are in the log. */
  records_failed: number;
  done: boolean;
}

export interface StoredProgress extends BackfillProgress {
  revision: number;
  /** The id looked at last; empty at the beginning. */
  after: string;
}

export type BackfillJob = Pick<PathDeclaration, "id" | "revision">;

/** Where the progress of a job stands: deleted with the write that says that the job is done. */
export const progressKey = (kind: string, id: string): Key => ({ pk: tenantKey(useTenant(), "BACKFILL", kind), sk: id });

/** How far the jobs of declarations are, in their order. */
export async function listProgress(kind: string, jobs: readonly BackfillJob[]): Promise<BackfillProgress[]> {
  const kept = await readProgress(kind, jobs);
  return kept.map(({ records_done, records_failed, done }) => ({ records_done, records_failed, done }));
}

export const initialProgress = ({ revision }: BackfillJob): StoredProgress => ({
  revision,
  after: "",
  records_done: 0,
  records_failed: 0,
  done: false,
});

export async function readProgress(kind: string, jobs: readonly BackfillJob[]): Promise<StoredProgress[]> {
  const items = await getAll(jobs.map(({ id }) => progressKey(kind, id)));
  return jobs.map((job, at) => {
    const kept = items[at] as (Item & StoredProgress) | undefined;
    return kept && kept.revision === job.revision ? kept : initialProgress(job);
  });
}
