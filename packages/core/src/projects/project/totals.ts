import { limitConcurrency } from "../../kernel/concurrency.ts";
import { ACTIVITY } from "../../people/activity/activity.kind.ts";
import { projectScope } from "../../people/activity/task-counts.rules.ts";
import { Counter } from "../../storage/read/counter.ts";
import { changedFields, Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { Projects } from "./project.entity.ts";
import { PROJECT } from "./project.kind.ts";
import { parseTotals } from "./totals.rules.ts";

/**
 * The totals of projects. The stream consumer counts each version of a task once, and then calls this handler, which copies the counter to the
 * project. Changes may arrive twice, late or in another order: the project is read before the counter, and it is written only in the version
 * that was read, so older numbers never replace newer ones.
 */

interface TaskVersion {
  related_to_type: string | null;
  related_to_id: string | null;
}

interface TaskChange {
  before: unknown;
  after: unknown;
}

const MAX_CONCURRENCY = 8;

export async function onTaskChanges(changes: readonly TaskChange[]): Promise<void> {
  const versions = changes.flatMap(({ before, after }) => [before, after] as (TaskVersion | undefined)[]);
  const projectIds = versions.flatMap((version) =>
    version?.related_to_type === PROJECT.name ? (version.related_to_id ?? []) : [],
  );
  const limited = limitConcurrency(MAX_CONCURRENCY);
  await Promise.all([...new Set(projectIds)].map((id) => limited(() => refreshTotals(id))));
}

/** Writes the totals of a project, deleted or not, if they differ from its counter. */
const refreshTotals = (id: string): Promise<void> =>
  retryOnConflict(async () => {
    const current = await Records.load(Projects, id);
    if (!current) return;
    const [counter = {}] = await Counter.readConsistent(ACTIVITY.name, [projectScope(id)]);
    const next = Projects.applyComputed({ ...current, ...parseTotals(counter) });
    if (changedFields(current, next).length === 0) return;
    await transaction().replace(Projects, current, Records.nextVersion(current, next)).commit(undefined);
  });
