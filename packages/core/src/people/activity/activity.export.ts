import { id } from "../../kernel/schema.ts";
import { declareExport } from "../../platform/export/exportable.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { Activities as Records } from "./activity.entity.ts";
import { activityGrants } from "./activity.kind.ts";
import { Activity } from "./activity.ts";
import { SubjectActivities } from "./subject-activities.ts";

const user = id(USER);
const fields = { assigned_to_id: user, completed_by_id: user };

export const activities = declareExport(
  { collection: Records, query: Activity.Query, listQuery: SubjectActivities.listQuery, info: Activity.Info, fields },
  { entity: "activities", read: activityGrants.read },
);
