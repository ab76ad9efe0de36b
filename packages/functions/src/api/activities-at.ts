import type { activitiesOf } from "@crm/core/activity/activities-of.ts";
import { activityGrants } from "@crm/core/activity/activity.domain.ts";
import { Activity } from "@crm/core/activity/activity.ts";
import { operation, recordOf } from "../http/operation.ts";
import { activityLinks } from "./links.ts";
import { article } from "./words.ts";

/** The activities of the records at a path: to list, and to log. */
export function activitiesAt<const N extends string>(noun: N, path: string, domain: ReturnType<typeof activitiesOf>) {
  const a = article(noun);
  const shown = { path: `${path}/{id}/activities`, tag: "Activities", links: activityLinks } as const;
  return [
    operation({
      name: `list${noun}Activities`,
      method: "GET",
      access: activityGrants.read,
      summary: `List the activities of ${a}`,
      verb: domain.list,
      output: recordOf("ActivityRow", Activity.Row),
      kind: "list",
      ...shown,
    }),
    operation({
      name: `log${noun}Activity`,
      method: "POST",
      access: activityGrants.write,
      summary: `Log an activity of ${a}`,
      verb: domain.log,
      output: recordOf("Activity", Activity.Info),
      status: 201,
      kind: "record",
      ...shown,
    }),
  ] as const;
}
