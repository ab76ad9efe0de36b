import { invalid, notFound } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { IdInput, id, text } from "../../kernel/schema.ts";
import { createRecordActivities } from "../../people/activity/record-activities.ts";
import { moveTask } from "../../people/activity/record-tasks.ts";
import { RecurringActivities } from "../../people/activity/recurring-activity.ts";
import { Records } from "../../storage/write/records.ts";
import { requireRight } from "./access.ts";
import { Projects } from "./project.entity.ts";
import { PROJECT } from "./project.kind.ts";

/** Tasks of projects. A task is an activity about the project. */

const activities = createRecordActivities(Projects);

export const { list } = activities;

/** The type of activity that a task has if the caller names none. */
const DEFAULT_TYPE = "task";

export const create = fn(
  RecurringActivities.Fields.extend({
    activity_type_id: RecurringActivities.Fields.shape.activity_type_id.optional().describe("task by default"),
    ...IdInput.shape,
  }),
  ({ activity_type_id = DEFAULT_TYPE, ...input }) => activities.log({ ...input, activity_type_id }),
);

/** Moves a task to another project. It loses its milestone, unless the caller names one of the other project. */
export const move = fn(
  IdInput.extend({
    activity_id: text(64),
    project_id: id(PROJECT),
    milestone_id: text(64).nullish().describe("A milestone of the other project"),
  }),
  ({ id: from, activity_id, project_id, milestone_id = null }) =>
    moveTask(activity_id, async (task, tx) => {
      if (task.related_to_id !== from) throw notFound();
      const target = await Records.find(Projects, project_id);
      if (!target) throw invalid("project_id", "No such project");
      await requireRight(target);
      if (milestone_id && !target.milestones.some((milestone) => milestone.id === milestone_id))
        throw invalid("milestone_id", "Must be a milestone of the other project");
      if (target.id !== from || milestone_id !== task.milestone_id) tx.requireUnchanged(target);
      return { related_to_type: PROJECT.name, related_to_id: target.id, milestone_id };
    }),
);

export * as ProjectTasks from "./tasks.ts";
