import { domain } from "../../kernel/domain.ts";
import { FORECAST_SUBMISSION, forecastGrants } from "./figures.kind.ts";

export const figures = domain({
  name: "figures",
  kinds: [FORECAST_SUBMISSION],
  grants: [forecastGrants],
  days: { pipeline: async () => (await import("./pipeline-days.ts")).dailyFigure },
  schedules: {
    snapshots: {
      basis: "release",
      rate: "rate(1 hour)",
      description:
        "Stores the daily figures of the pipeline, tickets, batches and messages after each day, in each tenant's time zone",
      uses: ["domains"],
      table: [
        { actions: ["Query"], keyspace: "tenants" },
        // When the daily figures of each tenant are due next.
        { actions: ["Query", "PutItem"], keyspace: "watermark" },
        { actions: ["Query", "GetItem", "BatchGetItem", "PutItem"], indexes: ["table", "by_time", "by_change"] },
      ],
      load: async () => (await import("../../platform/daily-figures/snapshots.ts")).runNightly,
    },
  },
});
