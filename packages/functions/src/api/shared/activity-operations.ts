import { activityGrants } from "@crm/core/people/activity/activity.kind.ts";
import { Activity } from "@crm/core/people/activity/activity.ts";
import type { createRecordActivities } from "@crm/core/people/activity/record-activities.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { activityLinks } from "../people/links.ts";
import { nounWithArticle } from "./noun-phrase.ts";

/** Builds the operations that list and log the activities of the records at a path. */
export function buildActivityOperations<const N extends string>(
  noun: N,
  path: string,
  domain: ReturnType<typeof createRecordActivities>,
) {
  const a = nounWithArticle(noun);
  const sharedOptions = { path: `${path}/{id}/activities`, tag: "Activities", links: activityLinks } as const;
  return [
    operation({
      name: `list${noun}Activities`,
      method: "GET",
      access: activityGrants.read,
      summary: `List the activities of ${a}`,
      verb: domain.list,
      output: recordSchema("ActivityRow", Activity.Row),
      kind: "list",
      ...sharedOptions,
    }),
    operation({
      name: `log${noun}Activity`,
      method: "POST",
      access: activityGrants.write,
      summary: `Log an activity of ${a}`,
      dialog: {
        title: "Log activity",
        done: "An activity of {record} was logged.",
        inputs: { milestone_id: path === "/projects" ? { itemOf: "milestones" } : { isHidden: true } },
      },
      verb: domain.log,
      output: recordSchema("Activity", Activity.Info),
      status: 201,
      kind: "record",
      ...sharedOptions,
    }),
  ] as const;
}
