import type { ActivitySubjectRule } from "../../people/activity/subject-rule.ts";
import { Records } from "../../storage/write/records.ts";
import { requireRight } from "./access.ts";
import { Projects } from "./project.entity.ts";

/** Tasks of projects: activities about a project. */
export const activitySubject: ActivitySubjectRule = {
  async requireWritable(projectId) {
    const project = await Records.load(Projects, projectId);
    if (project) await requireRight(project);
  },
  async findMilestoneFaults(projectId, milestoneId, tx) {
    const project = await Records.load(Projects, projectId, { live: true });
    if (!project?.milestones.some(({ id }) => id === milestoneId))
      return [{ field: "milestone_id", message: "Must be a milestone of the project" }];
    tx?.requireUnchanged(project);
    return [];
  },
};
