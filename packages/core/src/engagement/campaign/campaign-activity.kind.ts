import { kind } from "../../kernel/id.ts";

/** The steps of a campaign, such as a webinar or a post. They have no path of their own, because they are read below their campaign. */
export const CAMPAIGN_ACTIVITY = kind("campaign_activity", "cca", { load: () => import("./campaign-activity.entity.ts") });
