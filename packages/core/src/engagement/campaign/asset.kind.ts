import { kind } from "../../kernel/id.ts";

/** The material of a campaign, such as pictures and documents. It has no path of its own, because it is read below its campaign. */
export const CAMPAIGN_ASSET = kind("campaign_asset", "cas", { load: () => import("./asset.entity.ts") });
