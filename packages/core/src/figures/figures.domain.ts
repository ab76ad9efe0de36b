import { domain } from "../kernel/domain.ts";
import { kind } from "../kernel/id.ts";
import { everyone, grants, leaders } from "../kernel/permission.ts";

/** What a user expects to close in a month, and what whoever leads them makes of it. */
export const FORECAST_SUBMISSION = kind("forecast_submission", "fcs", {
  path: "/opportunities/forecast/submissions",
  load: () => import("./submission.entity.ts"),
  shown: { icon: "gauge", title: "{period}" },
});

export const forecastGrants = grants(
  "forecast",
  {
    read: everyone,
    submit: [...leaders, "SALES_REP", "USER"],
    override: leaders,
  },
  { asked: ["override"] },
);

export const figures = domain({
  name: "figures",
  kinds: [FORECAST_SUBMISSION],
  grants: [forecastGrants],
  days: { pipeline: async () => (await import("../jobs/snapshot/pipeline-days.ts")).daily },
  schedules: {
    snapshots: {
      rate: "rate(1 hour)",
      description:
        "Takes what is kept of each day once it is over, in each tenant's time zone: the pipeline, tickets, batches, messages",
      uses: ["domains"],
      table: [
        { actions: ["Query"], within: "tenants" },
        // When each tenant's day has ended.
        { actions: ["Query", "PutItem"], within: "watermark" },
        { actions: ["Query", "GetItem", "BatchGetItem", "PutItem"], on: ["table", "by_time", "by_change"] },
      ],
      load: async () => (await import("../jobs/snapshot/snapshots.ts")).nightly,
    },
  },
});
