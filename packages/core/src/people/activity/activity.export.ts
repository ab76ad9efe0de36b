import { id } from "../../kernel/schema.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { Activities as Records } from "./activity.entity.ts";
import { Activity } from "./activity.ts";
import { SubjectActivities } from "./subject-activities.ts";

export const activities = {
  collection: Records,
  query: Activity.Query,
  listQuery: SubjectActivities.listQuery,
  info: Activity.Info,
  fields: { assigned_to_id: id(USER), completed_by_id: id(USER) },
};
