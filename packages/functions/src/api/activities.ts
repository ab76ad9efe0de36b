import { activityGrants } from "@crm/core/activity/activity.domain.ts";
import { Activity } from "@crm/core/activity/activity.ts";
import { Activities } from "@crm/core/activity/visible.ts";
import { serves } from "../http/function.ts";
import { operation, recordOf } from "../http/operation.ts";
import { exporting } from "./files.ts";
import { activityLinks } from "./links.ts";

const operations = [
  operation({
    name: "getActivity",
    method: "GET",
    path: "/activities/{id}",
    tag: "Activities",
    access: activityGrants.read,
    summary: "Read an activity",
    verb: Activities.get,
    output: recordOf("Activity", Activity.Info),
    kind: "record",
    links: activityLinks,
  }),
  exporting(
    "exportActivities",
    "activities",
    "Activities",
    activityGrants.read,
    Activities.Query,
    async () => (await import("@crm/core/activity/activity.export.ts")).activities,
  ),
];

/** What activities are about is of any kind. */
export const activities = serves(operations, { uses: ["domains"] });
