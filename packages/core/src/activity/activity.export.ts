import type * as z from "zod";
import { declared } from "../jobs/export/exportable.ts";
import { invalid } from "../kernel/error.ts";
import { namesOf } from "../kernel/names.ts";
import { id } from "../kernel/schema.ts";
import type { ListQuery } from "../storage/read/query.ts";
import { kindOf } from "../storage/table/collections.ts";
import { USER } from "../user/user.domain.ts";
import { activityGrants } from "./activity.domain.ts";
import { Activities as Records } from "./activity.entity.ts";
import { Activity } from "./activity.ts";
import { Activities } from "./visible.ts";

async function asked({ related_to_id, ...query }: z.output<typeof Activities.Query>): Promise<ListQuery> {
  const type = kindOf(related_to_id)?.name;
  const isKnown = type !== undefined && namesOf("activities").includes(type);
  if (!isKnown || !(await Activities.isShown({ type, id: related_to_id }))) throw invalid("related_to_id", "No such record");
  return Activity.asked(related_to_id, query);
}

const user = id(USER);
const fields = { assigned_to_id: user, completed_by_id: user };

export const activities = declared(
  { collection: Records, query: Activities.Query, asked, info: Activity.Info, fields },
  { entity: "activities", read: activityGrants.read },
);
