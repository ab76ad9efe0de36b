import { PROJECT } from "../../projects/project/project.kind.ts";
import { type CounterSums, noCounterSums, separateScope } from "../../storage/table/collection.ts";

/** Counts of the tasks of projects: activities about a project. Pure. */

/** The fields of an activity that are counted. */
interface CountedTask {
  related_to_type: string | null;
  related_to_id: string | null;
  status: string;
  duration_minutes: number | null;
  milestone_id?: string | null;
}

export const projectScope = (projectId: string): string => separateScope("project", projectId);
export const milestoneScope = (milestoneId: string): string => separateScope("milestone", milestoneId);

/** Returns what a task adds to the counters of its project and of its milestone. A cancelled task adds nothing. */
export function buildTaskSums({
  related_to_type,
  related_to_id,
  status,
  duration_minutes,
  milestone_id,
}: CountedTask): CounterSums {
  if (related_to_type !== PROJECT.name || related_to_id === null || status === "CANCELLED") return noCounterSums;
  return {
    scopes: [projectScope(related_to_id), ...(milestone_id ? [milestoneScope(milestone_id)] : [])],
    counts: { tasks: 1, ...(status === "COMPLETED" ? { completed: 1, minutes: duration_minutes ?? 0 } : {}) },
  };
}
