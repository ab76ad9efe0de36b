import { declared } from "../jobs/export/exportable.ts";
import { id } from "../kernel/schema.ts";
import { USER } from "../user/user.domain.ts";
import { activityGrants } from "./activity.domain.ts";
import { Activities as Records } from "./activity.entity.ts";
import { Activity } from "./activity.ts";
import { Activities } from "./visible.ts";

const user = id(USER);
const fields = { assigned_to_id: user, completed_by_id: user };

export const activities = declared(
  { collection: Records, query: Activity.Query, asked: Activities.asked, info: Activity.Info, fields },
  { entity: "activities", read: activityGrants.read },
);
