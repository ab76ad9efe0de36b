import { kind } from "../../kernel/id.ts";

/** The figures of a campaign, channel, day and source. They have no path of their own, because they are read below their campaign. */
export const CAMPAIGN_METRIC = kind("campaign_metric", "cpm", { load: () => import("./metric.entity.ts") });
