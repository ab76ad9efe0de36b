import { useTenant } from "../../kernel/context.ts";
import type { Partition } from "../../storage/read/list-query.ts";
import { listKeysAfter } from "../../storage/read/partition-query.ts";
import { extraIndexPartition } from "../../storage/table/extra-index.ts";
import { Activities, milestonePartition, taskPartition } from "./activity.entity.ts";

/** The tasks of a project: activities about it, in order of their deadline. The entries are as new as the last write. */

const toPartition = (name: readonly string[]): Partition => ({
  index: "entry",
  facets: { pk: extraIndexPartition(useTenant(), Activities.name, name) },
});

export const openTaskPartition = (projectId: string): Partition => toPartition(taskPartition(projectId, "open"));
export const closedTaskPartition = (projectId: string): Partition => toPartition(taskPartition(projectId, "closed"));

const hasEntries = async (partition: Partition): Promise<boolean> =>
  (await listKeysAfter(Activities, [partition], { order: "asc", after: undefined, most: 1, consistent: true })).length > 0;

export const hasOpenTasks = (projectId: string): Promise<boolean> => hasEntries(openTaskPartition(projectId));

export const isMilestoneUsed = (milestoneId: string): Promise<boolean> =>
  hasEntries(toPartition(milestonePartition(milestoneId)));
