import { kind } from "../../kernel/id.ts";

/** A conversion: a sale and the touches before it. It has no path of its own, because it is read below campaigns. */
export const CAMPAIGN_ATTRIBUTION = kind("campaign_attribution", "cat", { load: () => import("./attribution.entity.ts") });
