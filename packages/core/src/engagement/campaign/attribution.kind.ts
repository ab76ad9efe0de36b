import { kind } from "../../kernel/id.ts";

/** The job that computes all conversions of a tenant, one record for each tenant. */
export const ATTRIBUTION_RUN = kind("attribution_run", "atr", {
  load: () => import("./attribution-run.entity.ts"),
  isStandalone: true,
});

/** A conversion: a sale and the touches before it. It has no path of its own, because it is read below campaigns. */
export const CAMPAIGN_ATTRIBUTION = kind("campaign_attribution", "cat", { load: () => import("./attribution.entity.ts") });
