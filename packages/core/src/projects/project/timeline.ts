import * as z from "zod";
import { fn } from "../../kernel/fn.ts";
import { IdInput, id, instant, query, storedDate, text } from "../../kernel/schema.ts";
import { ACTIVITY } from "../../people/activity/activity.kind.ts";
import { Activity } from "../../people/activity/activity.ts";
import { readTaskPage } from "../../people/activity/record-tasks.ts";
import { USER } from "../../platform/user/user.kind.ts";
import * as Cursor from "../../storage/read/cursor.ts";
import { Records } from "../../storage/write/records.ts";
import { Milestone, Projects, Stored } from "./project.entity.ts";

/** The timeline of a project: its milestones and its tasks, in order of their deadline. */

const Task = z.object({
  id: id(ACTIVITY),
  subject: z.string(),
  status: Activity.Info.shape.status,
  is_completed: z.boolean(),
  starts_at: instant().nullable().describe("null: the task has a deadline alone"),
  ends_at: instant().nullable().describe("The end or the deadline; null: the task has no date"),
  due_date: storedDate().nullable(),
  assigned_to_id: id(USER).nullable(),
  milestone_id: z.string().nullable(),
});

export const Info = z.object({
  starts_at: Stored.shape.date_time_start,
  ends_at: Stored.shape.date_time_end,
  percent_complete: Stored.shape.percent_complete,
  milestones: z.array(Milestone),
  tasks: z.array(Task).describe("In order of their deadline; those without one come last"),
  next_cursor: z.string().nullable().describe("For the next tasks; null: there are no more"),
});

const DEFAULT_LIMIT = 100;

const toTask = (activity: Activity.Activity): z.output<typeof Task> => ({
  id: activity.id,
  subject: activity.subject,
  status: activity.status,
  is_completed: activity.is_completed,
  starts_at: activity.start_datetime,
  ends_at: activity.end_datetime ?? activity.due_at ?? activity.start_datetime,
  due_date: activity.due_date,
  assigned_to_id: activity.assigned_to_id,
  milestone_id: activity.milestone_id ?? null,
});

export const read = fn(
  IdInput.extend({
    limit: query.int(1, 100).optional().describe(`Tasks of a page; ${DEFAULT_LIMIT} by default`),
    cursor: text(1000).optional().describe("The next_cursor of the previous page"),
  }),
  async ({ id: projectId, limit = DEFAULT_LIMIT, cursor }): Promise<z.output<typeof Info>> => {
    const project = await Records.read(Projects, projectId);
    const fingerprint = JSON.stringify(["project timeline", projectId]);
    const position = cursor === undefined ? undefined : await Cursor.open(cursor, fingerprint);
    const { tasks, next } = await readTaskPage(projectId, { after: position?.after, limit });
    return {
      starts_at: project.date_time_start,
      ends_at: project.date_time_end,
      percent_complete: project.percent_complete,
      milestones: project.milestones,
      tasks: tasks.map(toTask),
      next_cursor: next === undefined ? null : await Cursor.seal({ after: next, total: 0, isLowerBound: true }, fingerprint),
    };
  },
);

export * as ProjectTimeline from "./timeline.ts";
