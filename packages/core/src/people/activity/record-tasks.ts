import { buildExtraPartition } from "../../storage/read/extra-partition.ts";
import type { Partition } from "../../storage/read/list-query.ts";
import { listKeysAfter, queryPartitions } from "../../storage/read/partition-query.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { Activities, type ActivityRecord, milestonePartition, taskPartition } from "./activity.entity.ts";
import { Activity } from "./activity.ts";
import { filterVisible } from "./subject-visibility.ts";

/** The tasks of a project: activities about it, in order of their deadline. The entries are as new as the last write. */

const openTaskPartition = (projectId: string): Partition => buildExtraPartition(Activities, taskPartition(projectId, "open"));

const hasEntries = async (partition: Partition): Promise<boolean> =>
  (await listKeysAfter(Activities, [partition], { order: "asc", after: undefined, limit: 1, consistent: true })).length > 0;

export const hasOpenTasks = (projectId: string): Promise<boolean> => hasEntries(openTaskPartition(projectId));

export const isMilestoneUsed = (milestoneId: string): Promise<boolean> =>
  hasEntries(buildExtraPartition(Activities, milestonePartition(milestoneId)));

interface TaskPage {
  /** The tasks that the caller sees. */
  tasks: ActivityRecord[];
  /** The key after which the next page begins; undefined at the end. */
  next: string | undefined;
}

/** Reads the tasks of a project in order of their deadline. A page may have fewer tasks than `limit`: private ones are left out. */
export async function readTaskPage(
  projectId: string,
  { after, limit }: { after: string | undefined; limit: number },
): Promise<TaskPage> {
  const partitions = [openTaskPartition(projectId), buildExtraPartition(Activities, taskPartition(projectId, "closed"))];
  const keys: string[] = [];
  const tasks: ActivityRecord[] = [];
  for await (const { key, row } of queryPartitions(Activities, partitions, { order: "asc", after, chunk: limit + 1 })) {
    if (keys.length === limit) return { tasks: await filterVisible(tasks), next: keys.at(-1) };
    keys.push(key);
    tasks.push(Activities.fromRow({ key, row }));
  }
  return { tasks: await filterVisible(tasks), next: undefined };
}

/** Moves a task to another record. `resolve` checks the task and the target, and returns the new values. */
export const moveTask = (
  taskId: string,
  resolve: (
    task: ActivityRecord,
    tx: Transaction,
  ) => Promise<Pick<ActivityRecord, "related_to_type" | "related_to_id" | "milestone_id">>,
): Promise<ActivityRecord> =>
  Records.change(Activities, taskId, async (current, tx) => {
    await Activity.requireWritable(current);
    return { ...current, ...(await resolve(current, tx)) };
  });
