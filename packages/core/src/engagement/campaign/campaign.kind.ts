import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

export const CAMPAIGN = kind("campaign", "cpg", {
  path: "/campaigns",
  load: () => import("./campaign.entity.ts"),
  display: { menu: "marketing", icon: "megaphone", title: "{name}" },
});

/** A person's membership of a campaign, in the collection of the person. */
export const CAMPAIGN_MEMBER = kind("campaign_member", "cmm", {
  path: "/campaign-members",
  load: () => import("./member.entity.ts"),
  display: { label: "Campaign member", labels: "Campaign members", icon: "user-round-check" },
});

/** What a member did because of a campaign. */
export const CAMPAIGN_RESPONSE = kind("campaign_response", "crp", {
  path: "/campaign-responses",
  load: () => import("./response.entity.ts"),
  display: { label: "Campaign response", labels: "Campaign responses", icon: "message-square-reply" },
});

export const CAMPAIGN_FILL = kind("campaign_fill", "cfl", {
  work: { namedBy: "campaign_id" },
  path: "/campaign-fills",
  load: () => import("./fill.entity.ts"),
  isStandalone: true,
});

export const campaignGrants = declarePermissions(
  "campaign",
  {
    read: everyone,
    write: [...leaders, "MARKETER"],
    assign: [...leaders, "MARKETER"],
    attribution: [...leaders, "MARKETER", "ANALYST"],
  },
  { checkedByVerbs: ["assign"] },
);
